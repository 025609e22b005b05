/** The commands that look at a running engine: `status`, `tree`, `watch`, as people and scripts use them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import tap, { type Test, test } from 'tap';
import { cleanEnvironment, runCli } from '../support/engine-process.js';
import { BYSTANDER, openStation } from '../support/station.js';

const station = await openStation(tap);
const { engine } = station;

const grpc = ['--grpc', engine.grpc];
const http = ['--http', engine.http];

/** A command that goes on until it is ended. */
function spawnCli(t: Test, args: readonly string[]) {
  const main = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
  const child = spawn(process.execPath, [main, ...args], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  t.teardown(async () => {
    child.kill('SIGKILL');
    await closed;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { done, value } = await lines.next();
    if (done) throw new Error(`${args[0]} has ended`);
    return value;
  };
  return { child, closed, line };
}

test('status tells by its exit code that a channel is wrong, and of that one everything', async (t) => {
  await station.writePlan('half', {
    loop: true,
    segments: [{ asset_uri: 'bystander.mp4', segment_duration_ms: 60_000, title: 'Ev\u202eil 動画' }],
  });
  t.match(await runCli(['start', '10', 'half', ...grpc]), { code: 0 });
  t.match(await runCli(['status', '10', ...http]), {
    code: 0,
    stderr: '',
    stdout:
      /^Channel 10\n {2}state +ready since .*\n[\s\S]* {2}segment +\[0\] content "Ev\\u\{202e\}il 動画" \(bystander\.mp4\), turn 0\n/,
  });
  t.match(await runCli(['start', '11', 'nowhere', ...grpc]), { code: 1 });
  const all = await runCli(['status', ...http]);
  t.equal(all.code, 2);
  t.match(all.stdout, /^11 +error +(slate|-) .*there is no "nowhere\.json"/m);
  t.match(await runCli(['status', '11', ...http]), {
    code: 2,
    stdout: /^ {2}why +.*there is no "nowhere\.json"/m,
  });
  const { code, stdout } = await runCli(['status', '11', '--json', ...http]);
  t.match([code, JSON.parse(stdout)], [2, { channelId: 11, state: 'error' }]);
  for (const id of ['10', '11']) await runCli(['stop', id, ...grpc]);
  t.match(await runCli(['status', ...http]), { code: 0 }, 'one that was stopped is not wrong');
  t.match(await runCli(['status', '79', ...http]), {
    code: 1,
    stdout: '',
    stderr: /^channel 79 is not known: /,
  });
  t.match(await runCli(['status', '0', ...http]), { code: 1, stderr: /^channel id "0" is not valid/ });
});

test('tree shows every process of the engine by its pid', async (t) => {
  const { decoders, hostPid } = await engine.snapshotWhere(BYSTANDER, ({ decoders }) =>
    decoders.some(({ pid }) => pid !== null),
  );
  const { code, stdout } = await runCli(['tree', ...http]);
  t.equal(code, 0);
  t.match(stdout, new RegExp(`^root +running .* ${engine.pid} +one_for_one`, 'm'));
  t.match(stdout, new RegExp(`^│ {2}└─ channel-${BYSTANDER} +running`, 'm'));
  t.match(stdout, new RegExp(`└─ host +running .* 0 +${hostPid}$`, 'm'));
  t.match(stdout, /├─ pacer +running/);
  t.match(stdout, /─ decoder-\d+ +running .* live: bystander\.mp4$/m);
  const json = JSON.parse((await runCli(['tree', '--json', ...http])).stdout);
  t.match(json, {
    id: 'root',
    pid: engine.pid,
    children: [{ id: 'spare-host' }, { id: 'channels' }, {}, {}],
  });
  t.ok(decoders.length > 0);
});

test('watch follows a channel through its life, and ends with whoever reads it', async (t) => {
  const watch = spawnCli(t, ['watch', '12', ...http]);
  // An engine that does not know the channel yet has nothing to tell of it.
  const json = spawnCli(t, ['watch', `${BYSTANDER}`, '--json', ...http]);
  t.match(JSON.parse(await json.line()), { event: 'snapshot', channels: [{ channelId: BYSTANDER }] });
  t.match(JSON.parse(await json.line()), {
    event: 'change',
    channel: { channelId: BYSTANDER, state: 'ready' },
  });
  json.child.stdout.destroy();
  t.same(await json.closed, [0, null], 'nobody reads it any more');

  await runCli(['start', '12', 'bystander', ...grpc]);
  const lines: string[] = [];
  while (!/channel 12 {2}ready {2}content/.test(lines.at(-1) ?? '')) lines.push(await watch.line());
  t.match(lines[0], /^\d{4}-\d\d-\d\dT[\d:.]+Z {2}channel 12 {2}(buffering|ready) /);
  await runCli(['stop', '12', ...grpc]);
  while (!/channel 12 {2}stopped {2}- {2}-$/.test(lines.at(-1) ?? '')) lines.push(await watch.line());
  watch.child.kill('SIGINT');
  t.same(await watch.closed, [0, null]);
});

test('the bystander kept every tick, and nothing is left behind', (t) => station.close(t));
