/**
 * The service manager's end of NOTIFY_SOCKET. Node cannot listen on a datagram socket of the file system, so Python
 * does. As systemd's watchdog does, it notices when it hears no WATCHDOG=1 for a while.
 */
import { spawn, spawnSync } from 'node:child_process';
import { on, once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type HasTeardown, tempDir } from './temp-dir.js';

const PYTHON = '/usr/bin/python3';
const LISTENER = `
import socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1])
print('LISTENING', flush=True)
watched = False
while True:
    try:
        message = listener.recv(65536).decode()
    except TimeoutError:
        print('SILENCE', flush=True)
        continue
    for line in message.splitlines():
        if line == 'BARRIER=1':
            # The messenger waits until its descriptor is closed, which it is by not being taken.
            continue
        if line == 'WATCHDOG=1' and not watched:
            watched = True
            listener.settimeout(float(sys.argv[2]))
        print(line, flush=True)
`;

const missing = (command: string) => spawnSync(command, ['--version']).status !== 0;

/** Why there can be no service manager here; false when there can. */
export const noServiceManager: string | false =
  missing('systemd-notify') || missing(PYTHON)
    ? 'systemd-notify or python3 is missing: apt-get install systemd python3-minimal'
    : false;

export interface NotifySocket {
  readonly path: string;
  /** The next line that is one of `wanted`; what comes before is passed over. SILENCE: no watchdog for so long. */
  until(...wanted: string[]): Promise<string>;
  /** All lines so far. */
  readonly heard: readonly string[];
}

/** @param silenceSeconds after which a silent watchdog is told, once there was one */
export async function notifySocket(t: HasTeardown, silenceSeconds: number): Promise<NotifySocket> {
  const address = path.join(tempDir(t), 'notify');
  const listener = spawn(PYTHON, ['-c', LISTENER, address, String(silenceSeconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(async () => {
    listener.kill('SIGKILL');
    await once(listener, 'close');
  });
  const heard: string[] = [];
  const reader = createInterface({ input: listener.stdout });
  reader.on('line', (line) => heard.push(line));
  const lines = on(reader, 'line');
  const until = async (...wanted: string[]): Promise<string> => {
    for (;;) {
      const line = String((await lines.next()).value[0]);
      if (wanted.includes(line)) return line;
    }
  };
  await until('LISTENING');
  return { path: address, heard, until };
}
