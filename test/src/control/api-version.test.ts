/** The API's version and where the contract is found. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { majorVersion, playoutApiVersion } from '../../../src/control/api-version.js';
import { PLAYOUT_PROTO, protoDirectory } from '../../../src/control/proto-files.js';

const proto = readFileSync(join(protoDirectory(), PLAYOUT_PROTO), 'utf8');

/** A package whose contract is this text. */
const packaged = (text: string) => ({ 'package.json': '{}', proto: { retrovue: { 'playout.proto': text } } });

t.test('the version is the one the proto states', async (t) => {
  t.match(proto, `option (PLAYOUT_API_VERSION) = "${playoutApiVersion()}";`);
  const changed = proto.replace(/(PLAYOUT_API_VERSION\) = )"[^"]+"/, '$1"7.8.9"');
  const directory = t.testdir(packaged(changed));
  t.equal(playoutApiVersion(join(directory, 'proto')), '7.8.9');
});

t.test(
  'a proto without a version, or with one that is none, is an error that names the option',
  async (t) => {
    for (const [name, text] of [
      ['none', proto.replace(/^option .*$/m, '')],
      ['words', proto.replace(/(PLAYOUT_API_VERSION\) = )"[^"]+"/, '$1"latest"')],
    ] as const) {
      const directory = t.testdir({ [name]: packaged(text) });
      t.throws(() => playoutApiVersion(join(directory, name, 'proto')), {
        message: /playout\.proto: option \(PLAYOUT_API_VERSION\) must be a semantic version/,
      });
    }
  },
);

t.test('the major part is all that is read of a stated version', async (t) => {
  t.equal(majorVersion('1.0.0'), 1);
  t.equal(majorVersion('12.3'), 12);
  t.equal(majorVersion('2'), 2);
  for (const text of ['', 'v1.0.0', '1.', '1.x.0', '-1.0.0', '1.0.0.0', ' 1.0.0', '9'.repeat(400)]) {
    t.equal(majorVersion(text), undefined, JSON.stringify(text));
  }
});

t.test('proto/ is found from anywhere inside the package', async (t) => {
  const directory = t.testdir({ ...packaged(proto), dist: {} });
  const deep = join(directory, 'dist/src/control');
  mkdirSync(deep, { recursive: true });
  for (const from of [deep, directory]) t.equal(protoDirectory(from), join(directory, 'proto'));
});

t.test('an installation without the contract says what to do', async (t) => {
  const directory = t.testdir({ 'package.json': '{}' });
  t.throws(() => protoDirectory(directory), { message: /playout\.proto is missing: .*install it again/ });
  t.throws(() => protoDirectory('/'), { message: /no package\.json in or above \/: .*install it again/ });
});
