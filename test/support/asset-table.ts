/** The table of codecs and containers in docs/plans.md, made from what the test of the matrix found out. */
import { type Cell, CODEC_NAMES, CONTAINERS } from './asset-matrix.js';

/** What the table says of outcomes. */
export const WORDS = { exact: 'yes', 'a frame off': 'a frame off', absent: '–' } as const;

const wordOf: Readonly<Record<string, string | undefined>> = WORDS;

/** From the repository's root. */
export const TABLE_PAGE = 'docs/plans.md';

const BEGIN = '<!-- codecs and containers: made by `npm run docs:assets` -->';
const END = '<!-- end of codecs and containers -->';

/** The page with another table between its marks. */
export function withTable(page: string, table: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${TABLE_PAGE} has lost its marks "${BEGIN}" and "${END}"`);
  return `${page.slice(0, from)}${BEGIN}\n${table}\n${page.slice(to)}`;
}

/** One row per codec; a cell that could not be made has a dash. */
export function assetTable(cells: readonly Cell[]): string {
  const word = (codec: string, container: string): string => {
    const outcome = cells.find((cell) => cell.codec === codec && cell.container === container)?.outcome;
    return wordOf[outcome ?? 'absent'] ?? 'no';
  };
  return [
    `| | ${CONTAINERS.join(' | ')} |`,
    `|---|${CONTAINERS.map(() => '---').join('|')}|`,
    ...CODEC_NAMES.map(
      (codec) => `| ${codec} | ${CONTAINERS.map((container) => word(codec, container)).join(' | ')} |`,
    ),
  ].join('\n');
}

/** What the page's table says of one cell. */
export function toldOf(page: string, codec: string, container: string): string | undefined {
  const row = page.split('\n').find((line) => line.startsWith(`| ${codec} |`));
  return row?.split('|')[(CONTAINERS as readonly string[]).indexOf(container) + 2]?.trim();
}
