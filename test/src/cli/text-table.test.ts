/** Tables fitted to the width of a terminal. */
import t from 'tap';
import { widthOf } from '../../../src/cli/terminal.js';
import { pairsText, tableText } from '../../../src/cli/text-table.js';

const table = (columns: number | undefined, rows: readonly (readonly string[])[]) =>
  tableText(
    {
      header: ['ID', 'TITLE', 'WHY'],
      rows: rows.map((cells) => cells.map((text) => ({ text }))),
      flexible: 1,
    },
    { columns, colours: false },
  );

const ROWS = [
  ['1', '動画 第三話', ''],
  ['12', 'The Bee', 'its decoder exited with code 1 after 12 of 600 frames'],
];

t.test('where there is no width, everything is there, in columns', async (t) => {
  t.same(table(undefined, ROWS).split('\n'), [
    'ID  TITLE        WHY',
    '1   動画 第三話',
    '12  The Bee      its decoder exited with code 1 after 12 of 600 frames',
    '',
  ]);
});

t.test('on a terminal the last column is cut; where it is narrow, the sentence stands beneath', async (t) => {
  t.same(table(50, ROWS).split('\n'), [
    'ID  TITLE        WHY',
    '1   動画 第三話',
    '12  The Bee      its decoder exited with code 1 a…',
    '',
  ]);
  t.same(table(40, ROWS).split('\n'), [
    'ID  TITLE       WHY',
    '1   動画 第三…',
    '12  The Bee',
    '  its decoder exited with code 1 after …',
    '',
  ]);
});

t.test('no line is ever wider than the terminal', async (t) => {
  const rows = [
    ...ROWS,
    ['3'.repeat(30), 't'.repeat(300), 'w'.repeat(300)],
    ['動'.repeat(50), '', '👨‍👩‍👧'.repeat(99)],
  ];
  for (let columns = 3; columns < 120; columns++) {
    for (const line of table(columns, rows).split('\n'))
      t.ok(widthOf(line) <= columns, `${columns}: ${line}`);
  }
});

t.test('pairs are wrapped beside their labels', async (t) => {
  const pairs = [
    ['state', { text: 'error' }],
    ['why', { text: 'its decoder exited with code 1 after 12 frames' }],
  ] as const;
  t.same(pairsText(pairs, { columns: 40, colours: false }).split('\n'), [
    '  state  error',
    '  why    its decoder exited with code 1',
    '         after 12 frames',
    '',
  ]);
  t.equal(pairsText(pairs, { columns: undefined, colours: false }).split('\n').length, 3);
});
