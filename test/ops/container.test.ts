/** The image definition, as far as it can be wrong without a container engine: what it takes, and what it runs. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { validate } from 'dockerfile-utils';
import t from 'tap';
import { runCli } from '../support/engine-process.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (name: string) => readFileSync(path.join(ROOT, name), 'utf8');
const containerfile = read('ops/container/Containerfile');
const copies = [...containerfile.matchAll(/^COPY (.+)$/gm)].map(([, words = '']) => words.split(' '));

t.test('a linter has nothing to say', (t) => {
  t.same(
    validate(containerfile).map(({ message, range }) => `${range.start.line + 1}: ${message}`),
    [],
  );
  t.end();
});

t.test('everything that it copies is there, and the build sees all that it compiles', (t) => {
  const allowed = read('.dockerignore')
    .split('\n')
    .flatMap((line) => (line.startsWith('!') ? line.slice(1) : []));
  for (const name of allowed) t.ok(existsSync(path.join(ROOT, name)), `${name} exists`);
  const { include } = JSON.parse(read('tsconfig.build.json')) as { include: string[] };
  for (const folder of include) t.ok(allowed.includes(folder), `${folder} is not ignored`);
  t.ok(copies.length >= 5);
  for (const [first = '', ...words] of copies) {
    const fromBuild = first === '--from=build';
    const sources = (fromBuild ? words : [first, ...words]).slice(0, -1);
    for (const source of sources) {
      const name = source.replace(/^\/build\//, '');
      t.equal(source.startsWith('/build/'), fromBuild, source);
      t.ok(existsSync(path.join(ROOT, name)), `${name} exists`);
      // What is made in the image needs not be let in.
      if (!/^(?:\.|dist\/.*|node_modules)$/.test(name))
        t.ok(allowed.includes(name), `${name} is not ignored`);
    }
  }
  t.end();
});

t.test('what the engine needs at run time is copied into the image', (t) => {
  const copied = copies.filter(([first]) => first === '--from=build').flat();
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: object };
  t.ok(Object.keys(dependencies).length > 0 && copied.includes('/build/node_modules'));
  // Compiled code imports across these; whatever else dist holds is for benches and tests.
  for (const folder of ['machines', 'supervisors', 'src'])
    t.ok(copied.includes(`/build/dist/${folder}`), folder);
  for (const name of ['proto', 'package.json']) t.ok(copied.includes(`/build/${name}`), name);
  t.end();
});

t.test('it does not run as root, and its health check is a command of ours', async (t) => {
  t.match(containerfile, /^USER [1-9]\d*:[1-9]\d*$/m);
  const [, check = ''] = /^HEALTHCHECK .*CMD (\[.*\])$/m.exec(containerfile) ?? [];
  const [program, ...args] = JSON.parse(check) as string[];
  t.equal(program, 'retrovue-playout');
  // Port 1 is nobody's.
  const { code, stderr } = await runCli([...args, '--http', '127.0.0.1:1']);
  t.equal(code, 69);
  t.match(stderr, 'no playout engine answers at http://127.0.0.1:1');
});
