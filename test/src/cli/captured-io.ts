/** Stands in for `process`: keeps what a command prints. */
import type { CliIo } from '../../../src/cli/client.js';

export interface CapturedIo extends CliIo {
  readonly printed: { stdout: string; stderr: string };
}

export function capturedIo(): CapturedIo {
  const printed = { stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      printed[name] += text;
    },
  });
  return { printed, stdout: into('stdout'), stderr: into('stderr') };
}
