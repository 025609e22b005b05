/** The unit file, as systemd reads it. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { executableOnPath } from '../../src/media/child-prefix.js';
import { tempDir } from '../support/temp-dir.js';

const UNIT = fileURLToPath(new URL('../../ops/systemd/retrovue-playout.service', import.meta.url));
const GUIDE = fileURLToPath(new URL('../../docs/operating.md', import.meta.url));
const run = promisify(execFile);
const skip = {
  skip:
    executableOnPath('systemd-analyze') === undefined &&
    'there is no systemd-analyze: apt-get install systemd',
};

/** What the installed program would be is not here; what is asked is whether systemd understands every line. */
async function unitThatRuns(t: Parameters<typeof tempDir>[0]): Promise<string> {
  const unit = path.join(tempDir(t), 'retrovue-playout.service');
  await copyFile(UNIT, unit);
  const text = await readFile(unit, 'utf8');
  await writeFile(unit, text.replace('ExecStart=/usr/bin/node', `ExecStart=${process.execPath}`));
  return unit;
}

t.test('systemd-analyze verify has nothing to say', skip, async (t) => {
  const { stdout, stderr } = await run('systemd-analyze', ['verify', await unitThatRuns(t)]);
  t.equal(stdout + stderr, '');
});

t.test('its exposure is as low as the guide says', skip, async (t) => {
  const { stdout } = await run('systemd-analyze', ['security', '--offline=yes', await unitThatRuns(t)]);
  const level = Number(/Overall exposure level .*: ([\d.]+)/.exec(stdout)?.[1]);
  const stated = Number(/exposure level of ([\d.]+)/.exec(readFileSync(GUIDE, 'utf8'))?.[1]);
  t.ok(stated > 0, 'the guide states one');
  t.ok(level <= stated, `${level}`);
});
