/** What is made from the proto and committed fits the proto as it is now. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { DESCRIPTOR_SET, protoDirectory } from '../../../src/control/proto-files.js';
import { packageRoot, runBuf } from './buf.js';

/** Every file under a directory: its path there and its text. */
function tree(directory: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    files[file.slice(directory.length)] = readFileSync(file, 'utf8');
  }
  return files;
}

t.test('the generated types are those of the proto: run "npm run proto:types" when this fails', async (t) => {
  const script: string = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')).scripts[
    'proto:types'
  ];
  const committed = 'src/control/generated';
  const [command = '', ...args] = script.split(' ');
  const fresh = t.testdir({});
  t.ok(args.includes(`--outDir=${committed}`), 'the script writes where this test looks');
  const { status, stderr } = spawnSync(
    join(packageRoot, 'node_modules/.bin', command),
    args.map((arg) => (arg === `--outDir=${committed}` ? `--outDir=${fresh}` : arg)),
    { cwd: packageRoot, env: { ...process.env, NODE_OPTIONS: '' } },
  );
  t.equal(status, 0, stderr.toString());
  const made = tree(fresh);
  t.ok(Object.keys(made).length > 0, 'something was generated');
  t.same(tree(join(packageRoot, committed)), made);
});

t.test(
  'reflection’s descriptors are those of the proto: run "npm run proto:descriptors" when this fails',
  async (t) => {
    const made = ['proto', 'node_modules/grpc-health-check/proto'].map((input) => {
      const args = ['build', input, '--as-file-descriptor-set', '--exclude-source-info', '-o', '-'];
      const { status, stdout } = runBuf(args);
      t.equal(status, 0);
      return stdout;
    });
    // Two encoded sets, one after the other, are the set of both.
    const committed = readFileSync(join(protoDirectory(), DESCRIPTOR_SET));
    t.ok(committed.equals(Buffer.concat(made)));
  },
);
