/** Prints a benchmark's figures as a table: what was measured, the figure, the bound it is meant to keep. */

export interface Row {
  readonly what: string;
  readonly figure: string;
  /** The promise; empty where there is none. */
  readonly bound: string;
  /** Undefined where there is no bound. */
  readonly kept: boolean | undefined;
}

export function printTable(title: string, rows: readonly Row[]): void {
  const cells = rows.map(({ what, figure, bound, kept }) => [
    what,
    figure,
    bound,
    kept === undefined ? '' : kept ? 'kept' : 'MISSED',
  ]);
  const all = [['measured', 'figure', 'bound', ''], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  console.log(`\n${title}\n`);
  for (const row of all)
    console.log(`  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('   ')}`.trimEnd());
}

/** Times of which not one may be longer than the bound. */
export function worstRow(what: string, timesMs: readonly number[], boundMs: number): Row {
  return {
    what,
    figure: spread(timesMs, 'ms'),
    bound: `<= ${boundMs} ms`,
    kept: Math.max(...timesMs) <= boundMs,
  };
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** @param share from 0 to 1 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** `median 112 ms (min 98, max 180, n 15)` */
export function spread(values: readonly number[], unit: string): string {
  const round = (value: number) => Math.round(value);
  return `median ${round(median(values))} ${unit} (min ${round(Math.min(...values))}, max ${round(Math.max(...values))}, n ${values.length})`;
}
