/** Tables for a terminal: columns side by side, fitted to its width, or as wide as they are where there is none. */
import { type Cell, fitted, padded, painted, type Terminal, widthOf, wrapped } from './terminal.js';

export interface TextTable {
  /** The last column is for sentences: it gets the room that the others leave. */
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** The column that is cut first where the terminal is narrow. */
  readonly flexible: number;
}

const GAP = '  ';
const LEAST_FLEXIBLE = 10;
/** A sentence with less room than this stands on a line of its own. */
const LEAST_SENTENCE = 30;

/** Every line ends in a line end. The cells are fit to be printed. */
export function tableText({ header, rows, flexible }: TextTable, terminal: Terminal): string {
  const last = header.length - 1;
  const lines = [header.map((text): Cell => ({ text, style: 'bold' })), ...rows];
  const widths = header.map((_, column) =>
    Math.max(...lines.map((cells) => widthOf(cells[column]?.text ?? ''))),
  );
  const before = () => widths.slice(0, last).reduce((sum, width) => sum + width + GAP.length, 0);
  const { columns } = terminal;
  const wanted = Math.min(widths[last] ?? 0, LEAST_SENTENCE);
  if (columns !== undefined) {
    const tooMany = before() + wanted - columns;
    const flexes = widths[flexible] ?? 0;
    if (tooMany > 0) widths[flexible] = Math.max(Math.min(flexes, LEAST_FLEXIBLE), flexes - tooMany);
  }
  const room = columns === undefined ? Number.POSITIVE_INFINITY : columns - before();
  const beneath = room < wanted;

  const text = (cells: readonly Cell[], isHeader: boolean): string => {
    let out = '';
    let used = 0;
    let blank = 0;
    for (const [column, { text, style }] of cells.entries()) {
      if (column === last && beneath && !isHeader) break;
      const width = column === last ? room : (widths[column] ?? 0);
      const left = columns === undefined ? width : Math.min(width, columns - used - blank);
      const shown = fitted(text, left);
      if (shown !== '') {
        out += ' '.repeat(blank) + painted(shown, style, terminal);
        used += blank + widthOf(shown);
        blank = 0;
      }
      if (column < last) blank += (widths[column] ?? 0) - widthOf(shown) + GAP.length;
    }
    const sentence = cells[last];
    if (beneath && !isHeader && sentence !== undefined && sentence.text !== '') {
      out += `\n${GAP}${painted(fitted(sentence.text, (columns ?? 0) - GAP.length), sentence.style, terminal)}`;
    }
    return `${out}\n`;
  };
  return lines.map((cells, index) => text(cells, index === 0)).join('');
}

/** `label  value` beneath each other, values wrapped and indented; every line ends in a line end. */
export function pairsText(
  pairs: readonly (readonly [label: string, value: Cell])[],
  terminal: Terminal,
): string {
  const width = Math.max(...pairs.map(([label]) => widthOf(label)));
  const indent = GAP.length + width + GAP.length;
  return pairs
    .map(([label, { text, style }]) => {
      const lines =
        terminal.columns === undefined ? [text] : wrapped(text, Math.max(20, terminal.columns - indent));
      const [first = '', ...more] = lines.map((line) => painted(line, style, terminal));
      const head = `${GAP}${painted(padded(label, width), 'dim', terminal)}${GAP}${first}`;
      return [head, ...more.map((line) => ' '.repeat(indent) + line)]
        .map((line) => `${line.trimEnd()}\n`)
        .join('');
    })
    .join('');
}
