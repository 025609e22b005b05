/** Assets: which file a plan's words mean, which files are refused, and what is remembered of a probe. */
import { execFileSync } from 'node:child_process';
import { mkdir, realpath, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { createAssetResolver, type ProbedMedia } from '../../../src/plan/asset-resolver.js';
import { PlanError } from '../../../supervisors/channel/plan.js';

const signal = new AbortController().signal;

/** A resolver over `roots` whose probe writes down what it was asked. */
function resolver(
  roots: readonly string[],
  answer: ProbedMedia = { durationMs: 1000, displaySize: undefined },
) {
  const probed: string[] = [];
  const resolve = createAssetResolver(roots, async (path) => {
    probed.push(path);
    return answer;
  });
  return { probed, resolve, path: async (uri: string) => (await resolve(uri, signal)).asset.input };
}

t.test('a relative name is looked up in each root in order', async (t) => {
  const dir = await realpath(
    t.testdir({ one: { 'a.mp4': '1' }, two: { 'a.mp4': '2', kids: { 'b.mp4': '2' } } }),
  );
  const { path } = resolver([join(dir, 'absent'), join(dir, 'one'), join(dir, 'two')]);
  t.same(await path('a.mp4'), { kind: 'file', path: join(dir, 'one/a.mp4') });
  t.same(await path('kids/b.mp4'), { kind: 'file', path: join(dir, 'two/kids/b.mp4') });
  t.same(await path('./a.mp4'), { kind: 'file', path: join(dir, 'one/a.mp4') });
});

t.test('an absolute path, a file URL and a link are taken where they lead into a root', async (t) => {
  const dir = await realpath(
    t.testdir({
      media: { 'a b.mp4': '1', 'link.mp4': t.fixture('symlink', '../more/c.mp4') },
      more: { 'c.mp4': '1' },
      alias: t.fixture('symlink', 'media'),
    }),
  );
  const { path } = resolver([join(dir, 'alias'), join(dir, 'more')]);
  const a = { kind: 'file', path: join(dir, 'media/a b.mp4') };
  t.same(await path(join(dir, 'media/a b.mp4')), a);
  t.same(await path(join(dir, 'alias/a b.mp4')), a);
  t.same(await path(pathToFileURL(join(dir, 'media/a b.mp4')).href), a);
  t.same(
    await path('link.mp4'),
    { kind: 'file', path: join(dir, 'more/c.mp4') },
    'from one root into another',
  );
});

t.test('what leads out of the roots is refused, whether it exists or not', async (t) => {
  const dir = t.testdir({
    'secret.mp4': 'x',
    media: { 'out.mp4': t.fixture('symlink', '../secret.mp4'), away: t.fixture('symlink', '..') },
    'media-old': { 'a.mp4': 'x' },
  });
  const { resolve, probed } = resolver([join(dir, 'media')]);
  const outside = {
    code: 'refused_path',
    message: /^lies outside the media roots \(".*"\); move the file into one/,
  };
  for (const uri of [
    'out.mp4',
    'away/secret.mp4',
    join(dir, 'secret.mp4'),
    join(dir, 'media-old/a.mp4'),
    pathToFileURL(join(dir, 'secret.mp4')).href,
    '/etc/passwd',
    '/etc/there-is-no-such-file',
    'file:///etc/passwd',
    'file:etc/passwd',
    '/dev/zero',
  ]) {
    await t.rejects(resolve(uri, signal), outside, uri);
  }
  for (const uri of ['../secret.mp4', `${dir}/media/../secret.mp4`]) {
    await t.rejects(resolve(uri, signal), { code: 'refused_path', message: /^contains "\.\."/ });
  }
  t.same(probed, []);
});

t.test('URLs that name no local file are refused', async (t) => {
  const { resolve } = resolver([t.testdir({})]);
  for (const uri of [
    'file://elsewhere/a.mp4',
    'file:///a%2fb.mp4',
    'http://example.org/a.mp4',
    'tcp://h:1',
  ]) {
    await t.rejects(resolve(uri, signal), {
      code: 'refused_path',
      message: /is not a (file|URL of a local file);/,
    });
  }
  await t.rejects(resolve('file:///a%00b.mp4', signal), {
    code: 'refused_path',
    message: /control characters/,
  });
});

t.test('a missing file, an empty one, a directory and a pipe each get their own reason', async (t) => {
  const media = t.testdir({ 'empty.mp4': '', folder: {}, 'loop.mp4': t.fixture('symlink', 'loop.mp4') });
  const { resolve, probed } = resolver([media, join(media, 'unmounted')]);
  const missing = {
    code: 'missing_asset',
    message: /^does not exist in the media roots \(".*", ".*", 1 of which cannot be found\); add the file/,
  };
  await t.rejects(resolve('gone.mp4', signal), missing);
  await t.rejects(resolve(join(media, 'gone.mp4'), signal), missing);
  await t.rejects(resolve(`${'x'.repeat(300)}.mp4`, signal), missing);
  await t.rejects(resolve('empty.mp4', signal), {
    code: 'unusable_asset',
    message: 'is empty (0 bytes); replace the file',
  });
  await t.rejects(resolve('folder', signal), { code: 'refused_path', message: /directory or device/ });
  await t.rejects(resolve('loop.mp4', signal), { code: 'unavailable', message: /ELOOP/ });
  execFileSync('mkfifo', [join(media, 'pipe.mp4')]);
  await t.rejects(resolve('pipe.mp4', signal), { code: 'refused_path', message: /directory or device/ });
  await t.rejects(resolver([]).resolve('a.mp4', signal), {
    code: 'missing_asset',
    message: /\(none configured\)/,
  });
  t.same(probed, []);
});

t.test('an asset is probed once for as long as its file is unchanged', async (t) => {
  const media = await realpath(t.testdir({ 'a.mp4': '1', 'again.mp4': t.fixture('symlink', 'a.mp4') }));
  const a = join(media, 'a.mp4');
  const { resolve, probed } = resolver([media]);
  const first = await resolve('a.mp4', signal);
  t.equal(await resolve('again.mp4', signal), first, 'by whatever name');
  t.same(probed, [a]);
  await utimes(a, 1000, 1000);
  const touched = await resolve('a.mp4', signal);
  t.not(touched.version, first.version);
  await writeFile(join(media, 'new.mp4'), '12');
  await utimes(join(media, 'new.mp4'), 1000, 1000);
  await rename(join(media, 'new.mp4'), a);
  t.not((await resolve('a.mp4', signal)).version, touched.version, 'another size at the same time of change');
  t.same(probed, [a, a, a]);
});

t.test('a failed probe is not remembered', async (t) => {
  const media = t.testdir({ 'a.mp4': '1' });
  let probes = 0;
  const resolve = createAssetResolver([media], async () => {
    if (++probes === 1) throw new PlanError('unusable_asset', 'has no picture');
    return { durationMs: undefined, displaySize: { width: 4, height: 3 } };
  });
  await t.rejects(resolve('a.mp4', signal), { code: 'unusable_asset' });
  t.match((await resolve('a.mp4', signal)).asset, {
    durationMs: undefined,
    displaySize: { width: 4, height: 3 },
  });
});

t.test('the 500 assets used last are remembered', async (t) => {
  const media = t.testdir({});
  await mkdir(media, { recursive: true });
  const names = Array.from({ length: 501 }, (_, index) => `${index}.mp4`);
  for (const name of names) await writeFile(join(media, name), '1');
  const { resolve, probed } = resolver([media]);
  for (const name of names.slice(0, 500)) await resolve(name, signal);
  await resolve('0.mp4', signal);
  await resolve('500.mp4', signal);
  t.equal(probed.length, 501);
  await resolve('0.mp4', signal);
  t.equal(probed.length, 501, 'used again a moment ago');
  await resolve('1.mp4', signal);
  t.equal(probed.length, 502, 'unused for the longest time');
});

t.test('the pattern needs no file and no probe', async (t) => {
  const { resolve, probed } = resolver([]);
  t.same((await resolve('mock', signal)).asset, {
    input: { kind: 'pattern' },
    durationMs: undefined,
    displaySize: undefined,
  });
  t.same(probed, []);
});
