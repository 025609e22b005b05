/** The proto against its rules and against what was released: buf, offline. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { majorVersion, playoutApiVersion } from '../../../src/control/api-version.js';
import { PLAYOUT_PROTO } from '../../../src/control/proto-files.js';
import { packageRoot, runBuf } from './buf.js';

const BASELINE = 'proto/baseline/playout.binpb';
const BREAKING = ['breaking', '--against', BASELINE];

/** PLAYOUT_API_VERSION of the baseline, as buf decodes it. */
function baselineVersion(): string {
  const { stdout } = runBuf(['build', BASELINE, '--exclude-imports', '-o', '-#format=json']);
  const image = JSON.parse(stdout.toString('utf8'));
  return image.file[0].options['[retrovue.playout.PLAYOUT_API_VERSION]'];
}

/** A copy of the contract with its rules and baseline, in which `change` was made to the proto. */
function changedCopy(t: Test, change: (proto: string) => string): string {
  const copy = join(t.testdir({}), 'copy');
  mkdirSync(copy);
  for (const part of ['proto', 'buf.yaml'])
    cpSync(join(packageRoot, part), join(copy, part), { recursive: true });
  const file = join(copy, 'proto', PLAYOUT_PROTO);
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  t.not(after, before, 'the change found its place');
  writeFileSync(file, after);
  return copy;
}

t.test('the proto keeps to the rules of buf.yaml', async (t) => {
  t.same(runBuf(['lint']), { status: 0, stdout: Buffer.alloc(0), text: '' });
});

t.test('the rules still rule: a badly named message is found', async (t) => {
  const copy = changedCopy(t, (proto) => `${proto}\nmessage badly_named {}\n`);
  const { status, text } = runBuf(['lint'], copy);
  t.equal(status, 100);
  t.match(text, /badly_named/);
});

t.test('the proto breaks nobody built for the baseline, unless its major version moved', async (t) => {
  const [own, released] = [playoutApiVersion(), baselineVersion()];
  if (majorVersion(own) !== majorVersion(released)) {
    t.pass(`not compared: ${released} was released, this is ${own}`);
    return;
  }
  t.same(runBuf(BREAKING), { status: 0, stdout: Buffer.alloc(0), text: '' });
});

t.test('a breaking change is caught', async (t) => {
  const released = majorVersion(baselineVersion());
  if (majorVersion(playoutApiVersion()) !== released) {
    t.pass('not compared: the major version moved');
    return;
  }
  const changes: [string, (proto: string) => string, RegExp][] = [
    ['removed', (proto) => proto.replace(/^ {2}int32 port = 3;$/m, ''), /field "3" with name "port"/],
    ['renumbered', (proto) => proto.replace('bool success = 1;', 'bool success = 9;'), /"success"/],
    ['renamed', (proto) => proto.replaceAll('StopChannelRequest', 'HaltRequest'), /"StopChannelRequest"/],
  ];
  for (const [name, change, complaint] of changes) {
    await t.test(`a field or message ${name}`, async (t) => {
      const { status, text } = runBuf(BREAKING, changedCopy(t, change));
      t.equal(status, 100);
      t.match(text, complaint);
    });
  }
});
