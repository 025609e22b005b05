import { readFileSync } from 'node:fs';
import t from 'tap';
import { OTHER_CASES, REQUIRED_CASES } from './supervisor-suite.js';

const page = readFileSync(new URL('../../../docs/otp-parity.md', import.meta.url), 'utf8');

/** The rows of the table under a heading, each as its cells. */
function tableUnder(heading: string): string[][] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [table = ''] = section.split('\n## ');
  const rows = table.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** What is in backticks. */
const quoted = (cell = ''): string[] => Array.from(cell.matchAll(/`([^`]+)`/g), ([, text = '']) => text);

/** The names of the tests that a file hands to tap, with whatever its loops put into them; none is run. */
async function testsIn(file: string): Promise<string[]> {
  const names: string[] = [];
  const test = (name: string, ...rest: unknown[]) => {
    // An option could be `skip`: such a test holds nothing.
    if (rest.length === 1) names.push(name);
  };
  await t.mockImport(`./${file}`, { tap: { default: { test } } });
  return names;
}

const carried = tableUnder('Cases that carry over').map(([otpCase, means, file, test]) => ({
  cases: quoted(otpCase),
  means,
  file: quoted(file)[0] ?? '',
  test: test ?? '',
}));
const left = tableUnder('Cases that do not carry over').map(([otpCases, reason]) => ({
  cases: quoted(otpCases),
  reason,
}));

t.test('every row names one case, says what it means here, and names a test', async (t) => {
  t.ok(carried.length > 0);
  for (const { cases, means, file, test } of carried) {
    t.equal(cases.length, 1, test);
    t.match(means, /\w{2}/, `${cases}: meaning`);
    t.match(file, /^[a-z-]+\.test\.ts$/, `${cases}: file`);
    t.match(test, /\w{2}/, `${cases}: test`);
  }
  for (const { cases, reason } of left) {
    t.not(cases.length, 0, `${reason}: cases`);
    t.match(reason, /\w{2}/, `${cases}: reason`);
  }
});

t.test('every test that is named is one that runs', async (t) => {
  const files = [...new Set(carried.map(({ file }) => file))];
  for (const file of files) {
    const tests = await testsIn(file);
    for (const { test } of carried.filter((row) => row.file === file)) {
      t.ok(tests.includes(test), `${file}: ${test}`);
    }
  }
});

t.test('every case of the suite is in one of the tables, and what is required carries over', async (t) => {
  const carriedCases = new Set(carried.flatMap(({ cases }) => cases));
  const leftCases = left.flatMap(({ cases }) => cases);
  for (const [behaviour, cases] of Object.entries(REQUIRED_CASES)) {
    for (const otpCase of cases) t.ok(carriedCases.has(otpCase), `${behaviour}: ${otpCase}`);
  }
  t.strictSame(
    [...carriedCases, ...leftCases].sort(),
    [...Object.values(REQUIRED_CASES).flat(), ...OTHER_CASES].sort(),
    'none is left out, none is in both, none is made up',
  );
});
