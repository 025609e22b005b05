/** Stands in for `process`: keeps what a command prints. */
import type { CliIo } from '../../../src/cli/cli-io.js';

export interface CapturedIo extends CliIo {
  readonly printed: { stdout: string; stderr: string };
  /** Resolves once what was printed on stdout satisfies this. */
  until(wanted: (stdout: string) => boolean): Promise<void>;
}

/** @param terminal what stdout is, where it is one */
export function capturedIo(
  terminal: { readonly columns: number; readonly rows: number } | object = {},
): CapturedIo {
  const printed = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  const into = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      printed[name] += text;
      for (const look of [...watchers]) look();
    },
  });
  return {
    printed,
    stdout: { ...into('stdout'), ...('columns' in terminal ? { isTTY: true, ...terminal } : {}) },
    stderr: into('stderr'),
    env: {},
    until: (wanted) =>
      new Promise((resolve) => {
        const look = () => {
          if (!wanted(printed.stdout)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
  };
}
