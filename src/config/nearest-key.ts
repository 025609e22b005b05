/**
 * Guesses what a misspelt key was meant to be. Case, underscores and dashes do not count (`baseMs` means `base_ms`);
 * beyond that, a third of the letters may differ.
 */

/** The candidate that `written` most likely stands for; undefined where none is near. */
export function nearestKey(written: string, candidates: readonly string[]): string | undefined {
  const wanted = bare(written).slice(0, 100);
  let best: { key: string; distance: number } | undefined;
  for (const key of candidates) {
    const distance = editDistance(wanted, bare(key));
    if (distance <= Math.max(1, Math.floor(wanted.length / 3)) && distance < (best?.distance ?? Infinity)) {
      best = { key, distance };
    }
  }
  return best?.key;
}

function bare(key: string): string {
  return key.toLowerCase().replace(/[_-]/g, '');
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
