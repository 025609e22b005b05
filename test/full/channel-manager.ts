/**
 * A ChannelManager for tests, on the stack that RetroVue core uses: Python with Debian's grpcio. It is a process of
 * its own (`channel-manager.py`), told what to do line by line.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Debian's own interpreter: packages of the system are not seen by one that was installed beside it. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('./channel-manager.py', import.meta.url));
const DESCRIPTORS = fileURLToPath(new URL('../../proto/descriptors.binpb', import.meta.url));

/** Why there can be no ChannelManager here; false when there can. */
export const noChannelManager: string | false =
  spawnSync(PYTHON, ['-c', 'import grpc, google.protobuf']).status === 0
    ? false
    : `${PYTHON} cannot import grpc and google.protobuf: apt-get install python3-grpcio python3-protobuf`;

/** A response's fields by their names in the proto, or the status that came instead. */
export type Answer =
  | { readonly response: Readonly<Record<string, unknown>> }
  | { readonly code: string; readonly details: string };

export interface Call {
  readonly call: string;
  readonly request: object;
  /** Hexadecimal: appended to the encoded request. */
  readonly extra?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface ChannelManager {
  call(order: Call): Promise<Answer>;
  /** grpc.health.v1 Check. */
  check(service: string): Promise<Answer>;
  /** grpc.health.v1 Watch: what it has been told so far, and the next thing it will be told. */
  watch(service: string): { next(): Promise<Answer> };
  /** Resolves when the process is gone, to its exit code. */
  close(): Promise<number | null>;
}

export function startChannelManager(address: string): ChannelManager {
  const child = spawn(PYTHON, [SCRIPT, address, DESCRIPTORS], { stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = once(child, 'close').then(([code]) => code as number | null);
  const inboxes = new Map<number, Inbox>();
  let orders = 0;

  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, ...answer } = JSON.parse(line) as { id: number } & Answer;
    inboxes.get(id)?.put(answer);
  });
  void closed.then((code) => {
    for (const inbox of inboxes.values()) inbox.fail(new Error(`ChannelManager exited with code ${code}`));
  });

  const tell = (order: object): Inbox => {
    const id = ++orders;
    const inbox = createInbox();
    inboxes.set(id, inbox);
    child.stdin.write(`${JSON.stringify({ id, ...order })}\n`);
    return inbox;
  };

  return {
    call: (order) => tell(order).next(),
    check: (service) => tell({ check: service }).next(),
    watch: (service) => tell({ watch: service }),
    close() {
      child.stdin.end();
      return closed;
    },
  };
}

interface Inbox {
  put(answer: Answer): void;
  fail(error: Error): void;
  next(): Promise<Answer>;
}

/** Answers in the order in which they came, to whoever asks, before or after. One caller at a time. */
function createInbox(): Inbox {
  const waiting: Answer[] = [];
  let deliver: ((answer: Answer) => void) | undefined;
  let refuse: ((error: Error) => void) | undefined;
  let failure: Error | undefined;
  return {
    put(answer) {
      if (deliver === undefined) waiting.push(answer);
      else deliver(answer);
      deliver = undefined;
    },
    fail(error) {
      failure = error;
      refuse?.(error);
    },
    next: () =>
      new Promise((resolve, reject) => {
        const answer = waiting.shift();
        if (answer !== undefined) resolve(answer);
        else if (failure !== undefined) reject(failure);
        else [deliver, refuse] = [resolve, reject];
      }),
  };
}
