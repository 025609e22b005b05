/**
 * Runs the compiled engine as its users do: a process of its own, real sockets, a real ffmpeg. Everything a test
 * needs to know it learns from the engine's own log, gRPC and HTTP.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type ControlClient, createControlClient } from '../../src/control/client.js';
import { spawnPrefix } from '../../src/media/child-prefix.js';
import type { ChannelView } from '../../supervisors/engine/channel-view.js';
import { testFfmpeg } from './ffmpeg.js';
import type { HasTeardown } from './temp-dir.js';

const MAIN = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../dist/src/cli/main.js' : '../../src/cli/main.js',
    import.meta.url,
  ),
);

/** One line of the engine's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly event?: string };

export interface EngineProcess {
  readonly pid: number;
  readonly grpc: string;
  readonly http: string;
  readonly client: ControlClient;
  readonly log: readonly LogLine[];
  /** The next line, past or to come, that satisfies `wanted`, counted from `since` (an index into `log`). */
  logged(wanted: (line: LogLine) => boolean, since?: number): Promise<LogLine>;
  snapshot(channelId: number): Promise<ChannelView>;
  /** Asks over and over until the snapshot satisfies `wanted`. */
  snapshotWhere(channelId: number, wanted: (snapshot: ChannelView) => boolean): Promise<ChannelView>;
  metrics(): Promise<string>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when the process is gone. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** SIGTERM, then waits. */
  stop(): Promise<number | null>;
}

export interface EngineOptions {
  readonly ffmpeg: string;
  readonly plans: string;
  readonly mediaRoots: readonly string[];
  readonly format?: string;
  /** Where its pages are; a port of the system's choice by default. */
  readonly http?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Environment of engines under test: without what a test runner puts into every node child. */
export function cleanEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...env } = process.env;
  return { ...env, ...extra };
}

/** Runs the command line to its end. */
export async function runCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: cleanEnvironment(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/**
 * Starts an engine on ports of the system's choice and resolves once it takes calls.
 * @throws Error with what it said, when it exits first
 */
export async function startEngineProcess(options: EngineOptions): Promise<EngineProcess> {
  const args = [
    ...[
      MAIN,
      'serve',
      '--grpc',
      '127.0.0.1:0',
      '--http',
      options.http ?? '127.0.0.1:0',
      '--plans',
      options.plans,
    ],
    ...options.mediaRoots.flatMap((root) => ['--media-root', root]),
    ...['--format', options.format ?? '320x180@30', '--ffmpeg', options.ffmpeg],
  ];
  // An engine must not outlive a test file that was killed for taking too long.
  const [command = '', ...before] = [...spawnPrefix(), process.execPath];
  const child: ChildProcess = spawn(command, [...before, ...args], {
    env: cleanEnvironment(options.environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: LogLine[] = [];
  const watchers = new Set<() => void>();
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      log.push(JSON.parse(line) as LogLine);
      for (const look of [...watchers]) look();
    });
  }
  const exited = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
  }));

  const logged: EngineProcess['logged'] = (wanted, since = 0) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const found = log.slice(since).find(wanted);
        if (found === undefined) return;
        watchers.delete(look);
        resolve(found);
      };
      watchers.add(look);
      look();
      void exited.then(({ code, signal }) => {
        if (watchers.delete(look))
          reject(new Error(`the engine exited (${code ?? signal}) first: ${stderr}`));
      });
    });

  const started = await logged(({ event }) => event === 'started');
  const grpc = String(started.grpc);
  const http = String(started.http);
  const client = createControlClient(grpc);
  const snapshot = async (channelId: number) =>
    (await (await fetch(`http://${http}/channels/${channelId}`)).json()) as ChannelView;

  return {
    pid: child.pid as number,
    grpc,
    http,
    client,
    log,
    logged,
    snapshot,
    async snapshotWhere(channelId, wanted) {
      for (;;) {
        const now = await snapshot(channelId);
        if (wanted(now)) return now;
        // The engine's view changes a few times a second; asking is the only way to see it from outside.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    metrics: async () => (await fetch(`http://${http}/metrics`)).text(),
    signal: (signal) => void child.kill(signal),
    exited,
    async stop() {
      client.close();
      child.kill('SIGTERM');
      return (await exited).code;
    },
  };
}

/** Starts an engine that has its plans and its media in one folder, and is stopped when the test is over. */
export async function engineIn(
  t: HasTeardown,
  folder: string,
  options: Partial<EngineOptions> = {},
): Promise<EngineProcess> {
  const { path: ffmpeg } = await testFfmpeg();
  const engine = await startEngineProcess({ ffmpeg, plans: folder, mediaRoots: [folder], ...options });
  t.teardown(() => engine.stop());
  return engine;
}

/** Pids of all processes below `root`, dead ones that nobody reaped included. Linux only. */
export async function descendants(root: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = await readFile(path.join('/proc', name, 'stat'), 'latin1');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // Gone since it was listed.
    }
  }
  const below = [...parents.keys()].filter((pid) => {
    for (let at: number | undefined = parents.get(pid); at !== undefined && at !== 0; at = parents.get(at)) {
      if (at === root) return true;
    }
    return false;
  });
  return below;
}

/** True while a process with this pid exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
