/** The as-run log's files: which line goes where, how many files there are, and what happens when they cannot be written. */
import { appendFileSync, chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { createAsRunLog } from '../../../src/observe/as-run-log.js';
import { type AsRunLine, noHostLine } from '../../../supervisors/channel/as-run-line.js';
import { FakeClock, settle } from '../../support/fake-clock.js';
import { tempDir } from '../../support/temp-dir.js';

const line = (channel: number, start: string, note = ''): AsRunLine =>
  noHostLine({ channel, start, end: start, endedBy: null, why: [note], planHandle: 'p' });

const DAY = '2026-11-22T08:00:00.000Z';
const NEXT_DAY = '2026-11-23T00:00:00.000Z';

function openLog(t: Test, changes: { directory?: string; maxFileBytes?: number; keepFiles?: number } = {}) {
  const clock = new FakeClock(1_000);
  const told: string[] = [];
  const watchers = new Set<() => void>();
  const tell = (what: string) => {
    told.push(what);
    for (const look of [...watchers]) look();
  };
  const directory = changes.directory ?? join(tempDir(t), 'log');
  const log = createAsRunLog({
    directory,
    maxFileBytes: 1_000_000,
    keepFiles: 10,
    clock,
    onFailure: () => tell('failed'),
    onRecovered: () => tell('recovered'),
    onLost: (lines) => tell(`lost ${lines}`),
    ...changes,
  });
  t.teardown(async () => {
    await log.close();
    if (clock.pendingTimers > 0) throw new Error('a timer is left');
  });
  return {
    log,
    clock,
    directory,
    told,
    files: () => readdirSync(directory).sort(),
    notes: (name: string) =>
      readFileSync(join(directory, name), 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((text) => (JSON.parse(text) as AsRunLine).why[0]),
    /** Resolves when this was told, past or to come. */
    hears: (what: string) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!told.includes(what)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
  };
}

t.test('each channel has a file a day, with the lines in the order in which they came', async (t) => {
  const { log, files, notes, told } = openLog(t);
  for (const note of ['one', 'two']) log.write(line(7, DAY, note));
  log.write(line(12, DAY, 'other'));
  log.write(line(7, DAY, 'three'));
  log.write(line(7, NEXT_DAY, 'four'));
  await log.close();
  t.same(files(), [
    'channel-12.2026-11-22.001.jsonl',
    'channel-7.2026-11-22.001.jsonl',
    'channel-7.2026-11-23.001.jsonl',
  ]);
  t.same(notes('channel-7.2026-11-22.001.jsonl'), ['one', 'two', 'three']);
  t.same(notes('channel-12.2026-11-22.001.jsonl'), ['other']);
  t.same(notes('channel-7.2026-11-23.001.jsonl'), ['four']);
  t.same(told, []);
});

t.test('a full file is followed by another one, and the oldest of the channel are removed', async (t) => {
  const directory = join(tempDir(t), 'log');
  const again = () => openLog(t, { directory, maxFileBytes: 1, keepFiles: 3 });
  // One engine after the other: what is full stays full.
  for (const [i, start] of [DAY, DAY, NEXT_DAY, NEXT_DAY, NEXT_DAY].entries()) {
    const { log } = again();
    log.write(line(7, start, `${i}a`));
    log.write(line(70, DAY, `${i}`));
    log.write(line(7, start, `${i}b`));
    await log.close();
  }
  const { files } = again();
  const mine = files().filter((name) => name.startsWith('channel-7.'));
  t.equal(mine.length, 3);
  t.ok(mine.every((name) => name.startsWith('channel-7.2026-11-23.')));
  t.equal(files().filter((name) => name.startsWith('channel-70.')).length, 3);
});

t.test('what others keep in the directory is left alone', async (t) => {
  const { log, directory, files } = openLog(t, { keepFiles: 1 });
  await settle();
  const others = ['channel-7.2026-11-01.001.jsonl.gz', 'channel-7.txt', 'channel-8.2026-11-01.001.jsonl'];
  log.write(line(7, DAY));
  await log.close();
  for (const name of others) writeFileSync(join(directory, name), '');
  const after = openLog(t, { directory, keepFiles: 1 });
  after.log.write(line(7, NEXT_DAY));
  await after.log.close();
  t.same(files(), [...others, 'channel-7.2026-11-23.001.jsonl'].sort());
});

t.test(
  'a line that the machine lost its power in is left as it is; the next one begins on its own',
  async (t) => {
    const { log, directory } = openLog(t);
    log.write(line(7, DAY, 'whole'));
    await log.close();
    const path = join(directory, 'channel-7.2026-11-22.001.jsonl');
    appendFileSync(path, '{"channel":7,"ki');
    const after = openLog(t, { directory });
    after.log.write(line(7, DAY, 'next'));
    await after.log.close();
    const [first, torn, last] = readFileSync(path, 'utf8').split('\n');
    t.match(JSON.parse(first ?? ''), { why: ['whole'] });
    t.equal(torn, '{"channel":7,"ki');
    t.match(JSON.parse(last ?? ''), { why: ['next'] });
  },
);

t.test(
  'a directory that cannot be written to is told once, at the start; lines wait until it can',
  async (t) => {
    const directory = join(tempDir(t), 'log');
    writeFileSync(directory, 'a file in its place');
    const { log, hears, told, clock, notes } = openLog(t, { directory });
    await hears('failed');
    log.write(line(7, DAY, 'one'));
    await clock.run(20_000);
    log.write(line(7, DAY, 'two'));
    t.same(told, ['failed']);
    rmSync(directory);
    // An attempt under way may fail still: the next one is 5 s after its end.
    while (!told.includes('recovered')) await clock.run(5_000);
    await log.close();
    t.same(told, ['failed', 'recovered']);
    t.same(notes('channel-7.2026-11-22.001.jsonl'), ['one', 'two']);
  },
);

t.test(
  'what waits is bounded; lines beyond that are counted as lost, and those at the end too',
  async (t) => {
    const directory = join(tempDir(t), 'log');
    writeFileSync(directory, 'a file in its place');
    const { log, hears, told, clock } = openLog(t, { directory });
    await hears('failed');
    const long = 'x'.repeat(1024 * 1024);
    for (let i = 0; i < 6; i++) log.write(line(7, DAY, long));
    rmSync(directory);
    while (!told.includes('lost 3')) await clock.run(5_000);
    chmodSync(directory, 0o700);
    rmSync(directory, { recursive: true });
    writeFileSync(directory, 'again');
    log.write(line(7, NEXT_DAY, 'late'));
    await log.close();
    log.write(line(7, NEXT_DAY, 'too late'));
    t.same(told, ['failed', 'recovered', 'lost 3', 'failed', 'lost 1']);
  },
);
