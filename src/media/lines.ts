/**
 * Cuts an endless byte stream into lines without ever keeping more than one line's head. Made for what ffmpeg
 * writes: both `\n` and `\r` end a line (progress lines end in `\r`), empty lines are left out, and of a line
 * that does not end only the first `MAX_LINE_CHARS` characters are kept, so hostile output costs no memory.
 */
import { StringDecoder } from 'node:string_decoder';

export const MAX_LINE_CHARS = 1_000;

export interface LineCutter {
  push(chunk: Buffer): void;
  /** The stream is over: hands out what stands without a line end. */
  end(): void;
  /** The head of the line that has not ended yet. */
  unfinished(): string;
}

/** @param line called once per line, in order, without its line end; never with an empty one */
export function cutLines(line: (text: string) => void): LineCutter {
  const decoder = new StringDecoder('utf8');
  let head = '';
  const add = (text: string): void => {
    const room = MAX_LINE_CHARS - head.length;
    if (room > 0) head += text.slice(0, room);
  };
  const finish = (): void => {
    const whole = head;
    head = '';
    if (whole !== '') line(whole);
  };
  return {
    push(chunk) {
      const pieces = decoder.write(chunk).split(/[\r\n]/);
      const last = pieces.pop() ?? '';
      for (const piece of pieces) {
        add(piece);
        finish();
      }
      add(last);
    },
    end() {
      add(decoder.end());
      finish();
    },
    unfinished: () => head,
  };
}
