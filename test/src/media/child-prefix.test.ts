/** Children die with us, however we end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import t from 'tap';
import { executableOnPath, spawnPrefix } from '../../../src/media/child-prefix.js';
import { commandLine } from '../../support/processes.js';

t.test('a program is found on PATH by its absolute path, and one that is not there is not', async (t) => {
  t.match(executableOnPath('sh'), /^\/.*\/sh$/);
  t.equal(executableOnPath('no-such-name-anywhere'), undefined);
});

const skip = spawnPrefix().length === 0 ? 'there is no setpriv here' : false;
t.test('a child behind the prefix dies when its parent is killed', { skip }, async (t) => {
  // The parent is a node of its own, so that it can be killed; it prints its child's pid.
  const parent = spawn(
    process.execPath,
    [
      '-e',
      `const [command, ...args] = ${JSON.stringify([...spawnPrefix(), 'sleep', '3600'])};
       const child = require('node:child_process').spawn(command, args, { detached: true, stdio: ['ignore', 'inherit', 'ignore'] });
       child.on('spawn', () => console.log(child.pid));`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  const [line] = await once(parent.stdout, 'data');
  const pid = Number(line);
  // Only once setpriv has become sleep is the kernel's promise in force.
  while (!commandLine(pid).startsWith('sleep')) await new Promise(setImmediate);
  const closed = once(parent, 'close');
  parent.kill('SIGKILL');
  // `close` comes when nobody holds its stdout any more, the grandchild included.
  await closed;
  t.equal(commandLine(pid), '');
});
