/** Plan files on disk: where they may lie, and files that are caught in the middle of being written. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { plainData } from '../../../src/plan/plain-data.js';
import { readPlanFile } from '../../../src/plan/plan-directory.js';

const signal = new AbortController().signal;
const whole = '{"plan_id":"p","segments":[{"asset_uri":"a.mp4"}]}';

t.test('a plan is found by its name, as JSON or YAML, also in a sub-folder', async (t) => {
  const plans = t.testdir({
    'a.json': '{"from":"json"}',
    'a.yaml': 'from: yaml',
    'b.yaml': 'from: yaml',
    'c.yml': 'from: yml',
    kids: { 'morning block.json': '{"from":"kids"}' },
    'link.json': t.fixture('symlink', 'a.json'),
  });
  const read = (name: string) => readPlanFile(plans, name, signal, plainData);
  t.same(await read('a'), { from: 'json' });
  t.same(await read('b'), { from: 'yaml' });
  t.same(await read('c'), { from: 'yml' });
  t.same(await read('kids/morning block'), { from: 'kids' });
  t.same(await read('link'), { from: 'json' }, 'a link that stays inside is followed');
});

t.test('a plan directory may itself be reached through a link', async (t) => {
  const dir = t.testdir({ real: { 'a.json': '{}' }, plans: t.fixture('symlink', 'real') });
  t.same(await readPlanFile(join(dir, 'plans'), 'a', signal, plainData), {});
});

t.test('a plan that is not there is unknown, at once and with a remedy', async (t) => {
  const plans = t.testdir({ 'a.json': '{}', folder: {} });
  for (const name of ['morning', 'folder', 'a.json/b', 'x'.repeat(300), 'kids/morning']) {
    await t.rejects(readPlanFile(plans, name, signal, plainData), {
      code: 'unknown_plan',
      message: /^there is no ".*(\.json|…)" \(nor \.yaml, \.yml\) in the plan directory ".*"; write it or/,
    });
  }
});

t.test('a plan directory that is not there is named', async (t) => {
  const plans = join(t.testdir({}), 'plans');
  await t.rejects(readPlanFile(plans, 'a', signal, plainData), {
    code: 'unavailable',
    message: /^plan directory ".*" does not exist; create it/,
  });
});

t.test('what lies elsewhere, or is no regular file, is not read', async (t) => {
  const dir = t.testdir({
    'secret.json': '{}',
    plans: {
      'out.json': t.fixture('symlink', '../secret.json'),
      'device.json': t.fixture('symlink', '/dev/zero'),
      away: t.fixture('symlink', '..'),
      'folder.json': {},
    },
  });
  const plans = join(dir, 'plans');
  const read = (name: string) => readPlanFile(plans, name, signal, plainData);
  const out = { code: 'refused_path', message: /is a link that leads out of the plan directory/ };
  await t.rejects(read('out'), out);
  await t.rejects(read('device'), out);
  await t.rejects(read('away/secret'), out);
  const irregular = { code: 'refused_path', message: /^".*" is a directory or device, not a regular file/ };
  await t.rejects(read('folder'), irregular);
  execFileSync('mkfifo', [join(plans, 'pipe.json')]);
  await t.rejects(read('pipe'), irregular);
});

t.test('a plan that is too large is not read', async (t) => {
  const plans = t.testdir({ 'big.json': '', 'long.yml': '' });
  await fs.truncate(join(plans, 'big.json'), 16 * 1024 * 1024 + 1);
  await fs.truncate(join(plans, 'long.yml'), 1024 * 1024 + 1);
  await t.rejects(readPlanFile(plans, 'big', signal, plainData), {
    code: 'invalid_plan',
    message: /^"big\.json" has 16777217 bytes, and at most 16777216 are read; split the plan/,
  });
  await t.rejects(readPlanFile(plans, 'long', signal, plainData), {
    code: 'invalid_plan',
    message: /^"long\.yml" has 1048577 bytes.*store it as JSON/,
  });
});

t.test('a file that is no plan is told by its name and what is wrong with it', async (t) => {
  const plans = t.testdir({
    'text.json': 'This is not JSON',
    'empty.json': '',
    'cut.json': whole.slice(0, 20),
  });
  await t.rejects(readPlanFile(plans, 'text', signal, plainData), {
    code: 'invalid_plan',
    message: /^"text\.json" is not valid JSON: .*; correct the file$/,
  });
  await t.rejects(readPlanFile(plans, 'empty', signal, plainData), {
    code: 'invalid_plan',
    message: /^"empty\.json" is empty/,
  });
  await t.rejects(readPlanFile(plans, 'cut', signal, plainData), {
    code: 'invalid_plan',
    message: /^"cut\.json" is not valid/,
  });
});

t.test('a call that is called off before it begins reads nothing', async (t) => {
  const plans = t.testdir({ 'a.json': '{}' });
  const reason = new Error('superseded');
  await t.rejects(readPlanFile(plans, 'a', AbortSignal.abort(reason), plainData), reason);
});

/** The reader upon a file system whose `open` is wrapped: the nth opening (from 1) goes through `wrap`. */
async function readerWith(t: Test, wrap: (opening: number, file: fs.FileHandle) => Promise<fs.FileHandle>) {
  let openings = 0;
  const open: typeof fs.open = async (...args) => wrap(++openings, await fs.open(...args));
  const planFile = await t.mockImport<typeof import('../../../src/plan/plan-file.js')>(
    '../../../src/plan/plan-file.js',
    { 'node:fs/promises': { ...fs, open } },
  );
  const module = await t.mockImport<typeof import('../../../src/plan/plan-directory.js')>(
    '../../../src/plan/plan-directory.js',
    { '../../../src/plan/plan-file.js': planFile },
  );
  return { read: module.readPlanFile, openings: () => openings };
}

t.test('a half-written plan is read again once it is whole', async (t) => {
  const plans = t.testdir({ 'a.json': whole.slice(0, 20) });
  const { read, openings } = await readerWith(t, async (opening, file) => {
    if (opening === 2) await fs.writeFile(join(plans, 'a.json'), whole);
    return file;
  });
  t.same(await read(plans, 'a', signal, plainData), JSON.parse(whole));
  t.equal(openings(), 2);
});

t.test('a plan that changes while it is read is read again', async (t) => {
  const plans = t.testdir({ 'a.yaml': 'plan_id: p\n' });
  const { read, openings } = await readerWith(t, async (opening, file) => {
    if (opening > 1) return file;
    const read = file.read.bind(file) as (...args: unknown[]) => Promise<fs.FileReadResult<Uint8Array>>;
    const growing = async (...args: unknown[]) => {
      const result = await read(...args);
      if (result.bytesRead === 0) await fs.appendFile(join(plans, 'a.yaml'), 'loop: true\n');
      return result;
    };
    return Object.assign(file, { read: growing });
  });
  t.same(await read(plans, 'a', signal, plainData), { plan_id: 'p', loop: true });
  t.equal(openings(), 2);
});

t.test('a file system that hiccups is asked again, and every file is closed', async (t) => {
  const plans = t.testdir({ 'a.json': whole });
  let closed = 0;
  const { read } = await readerWith(t, async (opening, file) => {
    const close = file.close.bind(file);
    const counted = Object.assign(file, {
      close: async () => {
        closed++;
        await close();
      },
    });
    if (opening > 1) return counted;
    return Object.assign(counted, {
      read: async () => {
        throw Object.assign(new Error('EIO'), { code: 'EIO' });
      },
    });
  });
  t.same(await read(plans, 'a', signal, plainData), JSON.parse(whole));
  t.equal(closed, 2);
});
