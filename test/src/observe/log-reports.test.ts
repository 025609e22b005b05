/** Log lines of what happens: the fields that people grep for, and the page that lists them. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Logger, pino } from 'pino';
import { test } from 'tap';
import { type Logged, logChannelReport, logSupervisorReport } from '../../../src/observe/log-reports.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

function recorded(write: (logger: Logger) => void): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  const logger: Logger = pino(
    { level: 'trace' },
    { write: (line: string) => void lines.push(JSON.parse(line)) },
  );
  write(logger);
  return lines;
}

test('a lost decoder is told with its channel, child, incarnation, plan and segment', (t) => {
  const report: Logged = {
    event: 'decoder_lost',
    incarnation: 12,
    planHandle: 'evening',
    segment: 4,
    asset: 'news.mp4',
    kind: 'crashed',
    reason: 'was killed by SIGSEGV',
    frames: 311,
    stderr: '',
  };
  const [line] = recorded((logger) => logChannelReport(logger, 7, report, 'morning'));
  t.match(line, { event: 'decoder_lost', channel: 7, child: 'decoder', incarnation: 12, segment: 4 });
  t.equal(line?.plan, 'evening', 'the plan whose segment it is, not the one on air');
  t.notOk('planHandle' in (line ?? {}), 'one word for it');
  t.equal(line?.msg, 'channel 7: decoder 12 of segment 4 lost: was killed by SIGSEGV');
  t.end();
});

test('what names no plan of its own is told with the one on air, if there is one', (t) => {
  const report: Logged = { event: 'host_lost', reason: 'host process 9 was killed by SIGKILL', retryMs: 0 };
  const lines = recorded((logger) => {
    logChannelReport(logger, 7, report, 'morning');
    logChannelReport(logger, 7, report, '');
  });
  t.match(lines[0], { child: 'host', plan: 'morning' });
  t.notOk('plan' in (lines[1] ?? {}));
  t.end();
});

test('what a supervisor reports names the child, and the channel if it is one of its tree', (t) => {
  const report = (supervisor: string, id: string) =>
    ({
      supervisor,
      errorContext: 'child_terminated',
      reason: 'broken',
      offender: { id, restart: 'permanent', shutdown: 1000, type: 'worker' },
    }) as const;
  const lines = recorded((logger) => {
    logSupervisorReport(logger, report('channel', 'pacer'), 7);
    logSupervisorReport(logger, report('channels', 'channel-8'));
    logSupervisorReport(logger, report('root', 'control'));
  });
  t.match(lines, [
    { event: 'supervisor', channel: 7, child: 'pacer', msg: /^channel 7: supervisor channel: / },
    { channel: 8, child: 'channel-8' },
    { child: 'control', msg: 'supervisor root: child_terminated of control: broken' },
  ]);
  t.notOk('channel' in (lines[2] ?? {}));
  t.end();
});

/** Complete, or it does not compile. */
const OF_CHANNELS: Record<Logged['event'], true> = {
  state: true,
  slate: true,
  restart: true,
  first_attempt: true,
  decoder_lost: true,
  segment_unusable: true,
  plan_asset_problem: true,
  plan_asset_found: true,
  plan_on_air: true,
  plan_armed: true,
  plan_disarmed: true,
  plan_rejected: true,
  preview_loaded: true,
  preview_failed: true,
  preview_on_air: true,
  preview_over: true,
  slate_unusable: true,
  underrun: true,
  ticks_skipped: true,
  host_lost: true,
  channel_started: true,
  channel_stopped: true,
  budget_reset: true,
  operator_slate: true,
  operator_return: true,
  segment_skipped: true,
  decoder_restart_asked: true,
  host_restart_asked: true,
  start_refused: true,
};

/** Every `event: '...'` in a statement to the logger, in all of src. */
async function eventsInSource(): Promise<string[]> {
  const found: string[] = [];
  const folder = path.join(ROOT, 'src');
  for (const file of await readdir(folder, { recursive: true })) {
    if (!file.endsWith('.ts') || file.includes('generated')) continue;
    const source = await readFile(path.join(folder, file), 'utf8');
    for (const [, event = ''] of source.matchAll(
      /\b(?:logger|log)\s*\.(?:trace|debug|info|warn|error|fatal)\(\s*\{\s*event: '?(\w+)/g,
    ))
      found.push(event === 'SUPPRESSED' ? 'suppressed' : event);
  }
  return found;
}

test('docs/logs.md lists every event there is, and no other', async (t) => {
  const page = await readFile(path.join(ROOT, 'docs/logs.md'), 'utf8');
  const rows = page
    .slice(page.indexOf('## Events'))
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const listed = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, it]) => it),
  );
  const inSource = await eventsInSource();
  t.ok(inSource.includes('started') && inSource.includes('suppressed'), 'the source was read');
  t.same([...listed].sort(), [...new Set([...Object.keys(OF_CHANNELS), ...inSource])].sort());
});
