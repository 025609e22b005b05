#!/usr/bin/env node
/**
 * The command line: `serve` runs the engine, `start`, `update`, `preview`, `switch`, `stop`, `status`, `tree`, `watch` and the operator's
 * interventions (`slate`, `return`, `skip`, ...) talk to a running one, `health` tells probes how it is, `demo` shows it
 * at work, `plan check` judges a plan before anyone airs it. Exit codes follow sysexits where they say more than 1.
 *
 * What a command needs takes longer to load than most of them to run, so each imports its own when it is named.
 */
import { Command, InvalidArgumentError } from 'commander';
import { ACTION_NAMES } from '../../supervisors/engine/operations.js';
import { readPackageVersion } from '../package-version.js';
import type { CliIo } from './cli-io.js';
import { OPERATION_WORDS } from './operation-words.js';

const DEFAULT_GRPC = '127.0.0.1:50051';
const DEFAULT_HTTP = '127.0.0.1:9308';

function wholeNumber(text: string): number {
  // The engine says what a channel id or port may be; here it need only be a number that it can be sent as.
  if (!/^-?\d{1,10}$/.test(text)) throw new InvalidArgumentError('must be a whole number');
  return Number(text);
}

function wholeNumbers(text: string, before: readonly number[] | undefined): number[] {
  return [...(before ?? []), wholeNumber(text)];
}

const io: CliIo = process;
const finish = (code: number) => {
  process.exitCode = code;
};

const program = new Command('retrovue-playout')
  .description('RetroVue playout engine: airs plans on channels, without a missing frame.')
  .version(readPackageVersion())
  .showHelpAfterError();

program
  .command('serve')
  .description('run the engine until SIGTERM or SIGINT')
  .option('--config <file>', 'configuration file (YAML or JSON); config.example.yaml documents every key')
  .option('--grpc <host:port>', 'where ChannelManager calls (default 127.0.0.1:50051)')
  .option(
    '--http <host:port>',
    'where the dashboard, metrics and snapshots are served (default 127.0.0.1:9308)',
  )
  .option('--plans <dir>', 'directory of plans (default ./plans)')
  .option('--media-root <dir...>', 'directory that media may come from; may be given several times')
  .option('--format <format>', 'format of every channel (default 1280x720@30)')
  .option('--ffmpeg <path>', 'the ffmpeg to use; also FFMPEG_BIN')
  .action(async ({ config, ...flags }) => {
    const { runServe } = await import('./serve.js');
    finish(await runServe({ file: config, flags }));
  });

const client = (name: string, description: string) =>
  program.command(name).description(description).option('--json', 'print the answer as JSON', false);

client('start', 'put a channel on air')
  .argument('<id>', 'channel id', wholeNumber)
  .argument('<handle>', 'plan handle, media path, or "mock" for the test pattern')
  .option('--port <n>', 'port for Renderers; 0 lets the system pick one', wholeNumber, 0)
  .option('--grpc <host:port>', "the engine's address", DEFAULT_GRPC)
  .action(async (channelId, planHandle, { port, grpc, json }) => {
    const { runStart } = await import('./client.js');
    finish(await runStart({ address: grpc, channelId, planHandle, port, json }, io));
  });

client('update', 'swap the plan of a channel')
  .argument('<id>', 'channel id', wholeNumber)
  .argument('<handle>', 'plan handle')
  .option('--grpc <host:port>', "the engine's address", DEFAULT_GRPC)
  .action(async (channelId, planHandle, { grpc, json }) => {
    const { runUpdate } = await import('./client.js');
    finish(await runUpdate({ address: grpc, channelId, planHandle, json }, io));
  });

client('preview', 'load a media file beside what a channel airs')
  .argument('<id>', 'channel id', wholeNumber)
  .argument('<path>', 'media file inside a media root')
  .option('--grpc <host:port>', "the engine's address", DEFAULT_GRPC)
  .action(async (channelId, assetPath, { grpc, json }) => {
    const { runPreview } = await import('./client.js');
    finish(await runPreview({ address: grpc, channelId, assetPath, json }, io));
  });

client('switch', 'put the loaded preview on air; the plan is joined again when it is over')
  .argument('<id>', 'channel id', wholeNumber)
  .option('--grpc <host:port>', "the engine's address", DEFAULT_GRPC)
  .action(async (channelId, { grpc, json }) => {
    const { runSwitch } = await import('./client.js');
    finish(await runSwitch({ address: grpc, channelId, json }, io));
  });

client('stop', 'take a channel off the air')
  .argument('<id>', 'channel id', wholeNumber)
  .option('--grpc <host:port>', "the engine's address", DEFAULT_GRPC)
  .action(async (channelId, { grpc, json }) => {
    const { runStop } = await import('./client.js');
    finish(await runStop({ address: grpc, channelId, json }, io));
  });

for (const action of ACTION_NAMES) {
  const { command, description } = OPERATION_WORDS[action];
  client(command, description)
    .argument('<id>', 'channel id', wholeNumber)
    .option('--grpc <host:port>', "the engine's address", DEFAULT_GRPC)
    .action(async (channelId, { grpc, json }) => {
      const { runOperation } = await import('./client.js');
      finish(await runOperation(action, { address: grpc, channelId, json }, io));
    });
}

client('status', 'show all channels, or everything about one; exit code 2 when one is not ready')
  .argument('[id]', 'channel id', wholeNumber)
  .option('--http <host:port>', "the engine's address", DEFAULT_HTTP)
  .action(async (channelId, { http, json }) => {
    const { runStatus } = await import('./status.js');
    finish(await runStatus({ httpAddress: http, channelId, json }, io));
  });

client('tree', 'show the supervision tree; exit code 2 when a part of it does not run')
  .option('--http <host:port>', "the engine's address", DEFAULT_HTTP)
  .action(async ({ http, json }) => {
    const { runTree } = await import('./tree.js');
    finish(await runTree({ httpAddress: http, json }, io));
  });

client('watch', 'show channels live until Ctrl-C, also while the engine is started anew')
  .argument('[ids...]', 'channel ids; none: all', wholeNumbers)
  .option('--http <host:port>', "the engine's address", DEFAULT_HTTP)
  .action(async (channelIds, { http, json }) => {
    const { runWatch } = await import('./watch.js');
    const end = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end.abort());
    // Whoever read it has had enough.
    process.stdout.on('error', () => end.abort());
    const { signal } = end;
    finish(await runWatch({ httpAddress: http, channelIds: channelIds ?? [], json, signal }, io));
  });

program
  .command('health')
  .description('exit code 0 if the engine turns, whatever its channels do; for probes')
  .option('--ready', 'ask whether it takes calls', false)
  .option('--http <host:port>', "the engine's address", DEFAULT_HTTP)
  .option('--json', 'print the answer as JSON', false)
  .action(async ({ http, ready, json }) => {
    const { runHealth } = await import('./health.js');
    finish(await runHealth({ httpAddress: http, ready, json }, io));
  });

program
  .command('demo')
  .description('run an engine with channel 1 on air: the test pattern, or your files in a row')
  .argument('[files...]', 'media files')
  .option('--port <n>', 'port for Renderers', wholeNumber, 9001)
  .action(async (files, { port }) => {
    const { runDemo } = await import('./demo.js');
    finish(await runDemo(files, port));
  });

program
  .command('plan')
  .description('work on plans without an engine')
  .command('check')
  .description('print when each segment of a plan airs, and what is wrong with it; exit code 1 on problems')
  .argument('<file>', "the plan's file, JSON or YAML")
  .option('--config <file>', "the engine's configuration file: its media roots, format and ffmpeg count")
  .option('--media-root <dir...>', 'directory that media may come from; may be given several times')
  .option('--format <format>', 'format of the channel (default 1280x720@30)')
  .option('--ffmpeg <path>', 'the ffmpeg to look into assets with; also FFMPEG_BIN')
  .option('--json', 'print the report as JSON', false)
  .action(async (file, { config, json, ...flags }) => {
    const { runPlanCheck } = await import('./plan-check.js');
    finish(await runPlanCheck({ file, config, flags, json }, io));
  });

await program.parseAsync();
