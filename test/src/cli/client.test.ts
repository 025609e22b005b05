/** `start`, `update`, `preview`, `switch`, `stop` and the operator's interventions: the line they print and the code they exit with. */
import t from 'tap';
import {
  type OperationOptions,
  runOperation,
  runPreview,
  runStart,
  runStop,
  runSwitch,
  runUpdate,
} from '../../../src/cli/client.js';
import { ACTION_NAMES, type ActionName } from '../../../supervisors/engine/operations.js';
import { inMemoryCommands } from '../control/in-memory-commands.js';
import { serving } from '../control/serving.js';
import { type CapturedIo, capturedIo } from './captured-io.js';

const operation = (action: ActionName) => (options: OperationOptions, io: CapturedIo) =>
  runOperation(action, options, io);

t.test('on success one line says what is so now', async (t) => {
  const commands = inMemoryCommands();
  const { address } = await serving(t, commands);
  const common = { address, channelId: 1, json: false };
  const io = capturedIo();
  t.equal(await runStart({ ...common, planHandle: 'morning\n', port: 0 }, io), 0);
  t.equal(await runUpdate({ ...common, planHandle: 'noon' }, io), 0);
  t.equal(await runPreview({ ...common, assetPath: 'promo.mp4' }, io), 0);
  t.equal(await runSwitch(common, io), 0);
  for (const action of ACTION_NAMES) t.equal(await runOperation(action, common, io), 0);
  t.equal(await runStop(common, io), 0);
  t.same(io.printed, {
    stdout:
      'channel 1 is on air with plan "morning\\n" on port 40000\nchannel 1 has taken plan "noon": on air now, or from its start time on\npreview "promo.mp4" is loaded on channel 1 and waits for switch\nchannel 1 airs its preview; its plan is joined again when that is over\nchannel 1 airs slate; its plan goes on beneath, until return\nchannel 1 airs its plan\nthe rest of what channel 1 aired is skipped\nthe decoder of channel 1 is restarted\nchannel 1 has all its restarts again\nchannel 1 has a new host process, on the same port and schedule\nchannel 1 is stopped\n',
    stderr: '',
  });
  t.same(commands.calls, [
    ['startChannel', { channelId: 1, planHandle: 'morning\n', port: 0 }],
    ['updatePlan', { channelId: 1, planHandle: 'noon' }],
    ['loadPreview', { channelId: 1, assetPath: 'promo.mp4' }],
    ['switchToLive', { channelId: 1 }],
    ['takeSlate', { channelId: 1 }],
    ['returnToPlan', { channelId: 1 }],
    ['skipSegment', { channelId: 1 }],
    ['restartDecoder', { channelId: 1 }],
    ['resetBudget', { channelId: 1 }],
    ['restartChannel', { channelId: 1 }],
    ['stopChannel', { channelId: 1 }],
  ]);
});

t.test('what the engine refuses is told on stderr, in one line, with exit code 1', async (t) => {
  const failed = async () => ({
    success: false,
    errorMessage: 'plan: not\u001b[2J\nfound',
    port: 0,
    startUs: 0,
  });
  const { address } = await serving(
    t,
    inMemoryCommands({
      startChannel: failed,
      updatePlan: failed,
      loadPreview: failed,
      switchToLive: failed,
      stopChannel: failed,
      resetBudget: failed,
      takeSlate: failed,
      returnToPlan: failed,
      skipSegment: failed,
      restartDecoder: failed,
      restartChannel: failed,
    }),
  );
  const common = { address, channelId: 4, planHandle: 'x', assetPath: 'x', port: 0, json: false };
  for (const [run, beginning] of [
    [runStart, 'channel 4 was not started'],
    [runUpdate, 'the plan of channel 4 was not changed'],
    [runPreview, 'channel 4 has no preview loaded'],
    [runSwitch, 'channel 4 was not switched'],
    [runStop, 'channel 4 did not stop cleanly'],
    [operation('reset-budget'), 'the restart budget of channel 4 was not reset'],
    [operation('take-slate'), 'slate was not taken on channel 4'],
    [operation('return-to-plan'), 'channel 4 did not return to its plan'],
    [operation('skip-segment'), 'nothing was skipped on channel 4'],
    [operation('restart-decoder'), 'the decoder of channel 4 was not restarted'],
    [operation('restart-channel'), 'channel 4 was not restarted'],
  ] as const) {
    const io = capturedIo();
    t.equal(await run(common, io), 1);
    t.same(io.printed, { stdout: '', stderr: `${beginning}: plan: not\\u{1b}[2J\\u{a}found\n` });
  }
});

t.test('with json, success and failure are one object each, on stdout', async (t) => {
  const { address } = await serving(
    t,
    inMemoryCommands({ stopChannel: async () => ({ success: false, errorMessage: 'pid 12 lives' }) }),
  );
  const io = capturedIo();
  const common = { address, channelId: 2, json: true };
  t.equal(await runStart({ ...common, planHandle: 'mock', port: 9002 }, io), 0);
  t.equal(await runStop(common, io), 1);
  t.equal(await runOperation('reset-budget', common, io), 0);
  t.equal(io.printed.stderr, '');
  t.same(
    io.printed.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
    [
      { channel_id: 2, success: true, error_message: '', port: 9002 },
      { channel_id: 2, success: false, error_message: 'pid 12 lives' },
      { channel_id: 2, success: true, error_message: '' },
    ],
  );
});

t.test('an engine that cannot be reached is exit code 69, with its address and the remedy', async (t) => {
  const { server, address } = await serving(t, inMemoryCommands());
  await server.stop();
  for (const json of [false, true]) {
    const io = capturedIo();
    t.equal(await runStop({ address, channelId: 1, json }, io), 69);
    const text = json ? JSON.parse(io.printed.stdout).error_message : io.printed.stderr;
    t.match(text, new RegExp(`${address}.*retrovue-playout serve`));
  }
});
