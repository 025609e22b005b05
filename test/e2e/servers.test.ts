/** The engine's own servers lose their listeners: they come back where they were, and the channels notice nothing. */
import { EventEmitter, once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Client, credentials, type MethodDefinition, type ServiceError } from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import tap, { type Test, test } from 'tap';
import { leavesNothing, serverPorts } from '../support/engine-asserts.js';
import { descendants, type EngineProcess, runCli, startEngineProcess } from '../support/engine-process.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { type Inspector, openInspector } from '../support/inspector.js';
import { BYSTANDER, openStation } from '../support/station.js';
import { tempDir } from '../support/temp-dir.js';
import { connectY4m } from '../support/y4m-reader.js';

/** The engine's inspector takes a port of its own. */
const INSPECTABLE = { NODE_OPTIONS: '--inspect-port=0' };

const station = await openStation(tap, INSPECTABLE);
const { engine } = station;
const inspector = await openInspector(engine.pid);

const portOf = (address: string) => Number(address.split(':').at(-1));

/** Closes the listening socket of an engine's server, in the engine, and runs `then` there in the same breath. */
async function closeListener(inspector: Inspector, address: string, then = ''): Promise<void> {
  await inspector.evaluate(`{
    const isIt = (handle) => handle.listening && handle.address().port === ${portOf(address)};
    process._getActiveHandles().find(isIt).close();
    ${then};
    undefined;
  }`);
}

/** What takes the port of a server for something else, in the engine; whoever connects is sent away. */
const thief = (address: string) =>
  `globalThis.thief = require('net').createServer((socket) => socket.destroy()).listen(${portOf(address)})`;

/** Resolves once a server that was lost after `since` is there again. */
const isBack = (engine: EngineProcess, server: string, since: number) =>
  engine.logged((line) => line.event === 'server_restarted' && line.server === server, since);

/** What the log says of the losses of a server. */
function losses({ log }: EngineProcess, server: string, since: number) {
  return log.slice(since).filter((line) => {
    const { id } = (line.offender ?? {}) as { id?: string };
    return line.event === 'supervisor' && id === server;
  });
}

/** A client that watches the health of a channel as ChannelManager would: it calls again whenever the call ends. */
function watchHealth(t: Test, address: string, channelId: number) {
  const client = new Client(address, credentials.createInsecure());
  const { path, requestSerialize, responseDeserialize } = healthService.Watch as MethodDefinition<
    object,
    { status: string }
  >;
  const told: string[] = [];
  const events = new EventEmitter();
  const hear = (what: string) => {
    told.push(what);
    events.emit('told');
  };
  const watch = () => {
    const request = { service: `channel/${channelId}` };
    const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request);
    stream.on('data', ({ status }) => hear(status));
    stream.on('error', (error) => {
      hear((error as ServiceError).details);
      // Says `undefined` once there is a connection, and something else once the client is closed.
      client.waitForReady(Number.POSITIVE_INFINITY, (closed) => closed ?? watch());
    });
  };
  watch();
  t.teardown(() => client.close());
  return {
    /** Everything told so far: statuses, and why calls ended. */
    told,
    async until(holds: () => boolean) {
      while (!holds()) await once(events, 'told');
    },
  };
}

test('HTTP: what it served before it serves again, at the same address', async (t) => {
  const since = engine.log.length;
  t.equal((await fetch(`http://${engine.http}/healthz`)).status, 200);
  await closeListener(inspector, engine.http);
  t.match(await isBack(engine, 'telemetry', since), { level: 'info', port: portOf(engine.http) });
  t.match(losses(engine, 'telemetry', since), [
    {
      level: 'error',
      supervisor: 'root',
      errorContext: 'child_terminated',
      reason: `the listener on ${engine.http} was closed, though nobody asked`,
    },
  ]);
  t.match(await engine.snapshot(BYSTANDER), { state: 'ready' });
  t.match(await engine.metrics(), `channel_state{channel="${BYSTANDER}"} 2`);
});

test('gRPC: calls work again at the same address, and a watcher sees its channel again', async (t) => {
  const health = watchHealth(t, engine.grpc, BYSTANDER);
  await health.until(() => health.told.includes('SERVING'));
  const ready = () => fetch(`http://${engine.http}/readyz`);
  t.equal((await ready()).status, 200);
  const since = engine.log.length;
  // Somebody else has the port until it has been looked how ready the engine is meanwhile.
  await closeListener(inspector, engine.grpc, thief(engine.grpc));
  await engine.logged(({ errorContext }) => errorContext === 'child_terminated', since);
  const meanwhile = await ready();
  t.equal(meanwhile.status, 503);
  t.equal(await meanwhile.text(), 'not ready: the control server is restarting\n');
  await inspector.evaluate('void thief.close()');
  t.match(await isBack(engine, 'control', since), { level: 'info', port: portOf(engine.grpc) });
  t.equal((await ready()).status, 200);
  t.match(losses(engine, 'control', since)[0], {
    level: 'error',
    supervisor: 'root',
    errorContext: 'child_terminated',
    reason: `the listener on ${engine.grpc} was closed, though nobody asked`,
  });
  t.match(await runCli(['start', '1', 'bystander', '--grpc', engine.grpc]), { code: 0 });
  t.match(await runCli(['stop', '1', '--grpc', engine.grpc]), { code: 0 });
  await health.until(() => health.told.at(-1) === 'SERVING' && health.told.length > 1);
  t.same(
    health.told.filter((it) => it === 'NOT_SERVING' || it === 'SERVICE_UNKNOWN'),
    [],
    'nothing was said against the channel',
  );
  t.match(health.told[1], 'the control server is being restarted');
});

test('a port that somebody else has taken meanwhile is asked for again until it is free', async (t) => {
  const since = engine.log.length;
  // The thief sits in the engine itself: only there nobody can get between the loss and the theft.
  await closeListener(inspector, engine.http, thief(engine.http));
  await engine.logged(({ errorContext }) => errorContext === 'start_error', since);
  await inspector.evaluate('void thief.close()');
  await isBack(engine, 'telemetry', since);
  const [lost, refused] = losses(engine, 'telemetry', since);
  t.match(lost, { errorContext: 'child_terminated' });
  t.match(refused, {
    errorContext: 'start_error',
    reason: `HTTP address ${engine.http} is in use: another program, perhaps a second engine, listens there`,
  });
  t.match(await engine.snapshot(BYSTANDER), { state: 'ready' });
});

test('through all of it the bystander kept every tick, and nothing is left behind', async (t) => {
  await inspector.close();
  await station.close(t);
});

test('six failures within a minute end the engine in order: why stands in the log, exit code 70', async (t) => {
  const folder = tempDir(t);
  const temp = path.join(folder, 'temp');
  mkdirSync(temp);
  const engine = await startEngineProcess({
    ffmpeg: (await testFfmpeg()).path,
    plans: folder,
    mediaRoots: [folder],
    environment: { TMPDIR: temp, ...INSPECTABLE },
  });
  t.teardown(() => engine.signal('SIGKILL'));
  const channels = [1, 2];
  const ports: number[] = [];
  for (const channelId of channels) {
    const { success, port } = await engine.client.startChannel({ channelId, planHandle: 'mock', port: 0 });
    t.ok(success);
    ports.push(port);
  }
  const renderers = ports.map((port) => connectY4m(port));
  for (const renderer of renderers) await renderer.frames(1);
  const ends = renderers.map((renderer) => renderer.drain());
  const below = await descendants(engine.pid);

  const inspector = await openInspector(engine.pid);
  for (let failure = 1; failure <= 5; failure++) {
    const since = engine.log.length;
    const server = failure % 2 === 0 ? 'telemetry' : 'control';
    await closeListener(inspector, server === 'control' ? engine.grpc : engine.http);
    await isBack(engine, server, since);
  }
  t.same(
    engine.log.filter(({ level }) => level === 'fatal'),
    [],
  );
  await closeListener(inspector, engine.http);
  await inspector.close();

  t.same(await engine.exited, { code: 70, signal: null });
  t.same(await Promise.all(ends), ['end', 'end'], 'the Renderers saw a clean end');
  const stopped = engine.log.filter(({ event }) => event === 'channel_stopped');
  t.same(stopped.map(({ channel }) => channel).sort(), channels);
  const fatal = engine.log.filter(({ level }) => level === 'fatal');
  t.equal(fatal.length, 1);
  t.match(fatal[0], {
    event: 'gave_up',
    msg: new RegExp(
      `^everything was stopped: .*more than 5 restarts in 60000 ms, .*"telemetry": the listener on ${engine.http} was closed, though nobody asked$`,
    ),
  });
  t.equal(engine.log.at(-1), fatal[0], 'the last line');
  engine.client.close();
  await leavesNothing(t, below, [...serverPorts(engine), ...ports], folder);
  t.same(readdirSync(temp), [], 'no temporary file is left');
});
