/**
 * A strict reader of YUV4MPEG2 bytes: throws on the first byte that is not what the format wants, wherever the
 * chunks are cut.
 */
export interface Y4mHeader {
  readonly width: number;
  readonly height: number;
  readonly fpsNum: number;
  readonly fpsDen: number;
  /** The header line as it came. */
  readonly line: string;
}

export interface Y4mParser {
  /** @throws Error naming the offset of what is wrong */
  push(chunk: Buffer): void;
  /** The stream is over. @throws Error when it ended within a header or a frame */
  end(): void;
}

const MAX_HEADER_BYTES = 256;
const FRAME_MARK = Buffer.from('FRAME\n');

/** @param receive.frame gets a buffer of its own, yuv420p without padding */
export function y4mParser(receive: {
  header(header: Y4mHeader): void;
  frame(planes: Buffer): void;
}): Y4mParser {
  let header: Y4mHeader | undefined;
  let headerText = '';
  let offset = 0;
  let mark = 0;
  let planes: Buffer | undefined;
  let filled = 0;

  /** Takes what it can from the chunk at `from`; answers where to go on. */
  const step = (chunk: Buffer, from: number): number => {
    if (header === undefined) {
      const lineEnd = chunk.indexOf(0x0a, from);
      const to = lineEnd < 0 ? chunk.length : lineEnd;
      headerText += chunk.toString('latin1', from, to);
      if (headerText.length > MAX_HEADER_BYTES) throw new Error('y4m: header line without end');
      if (lineEnd < 0) return to;
      header = parseHeader(headerText);
      receive.header(header);
      return to + 1;
    }
    if (mark < FRAME_MARK.length) {
      if (chunk[from] !== FRAME_MARK[mark]) {
        const got = JSON.stringify(chunk.toString('latin1', from, from + 8));
        throw new Error(`y4m: ${got} at byte ${offset + from} where FRAME was due`);
      }
      mark += 1;
      return from + 1;
    }
    planes ??= Buffer.allocUnsafe((header.width * header.height * 3) / 2);
    const copied = chunk.copy(planes, filled, from);
    filled += copied;
    if (filled === planes.length) {
      const whole = planes;
      [planes, filled, mark] = [undefined, 0, 0];
      receive.frame(whole);
    }
    return from + copied;
  };

  return {
    push(chunk) {
      for (let at = 0; at < chunk.length; ) at = step(chunk, at);
      offset += chunk.length;
    },
    end() {
      if (header === undefined) throw new Error(`y4m: ended at byte ${offset}, within the header`);
      if (mark > 0) throw new Error(`y4m: ended at byte ${offset}, ${filled} bytes into a frame`);
    },
  };
}

function parseHeader(line: string): Y4mHeader {
  const [magic, ...tokens] = line.split(' ');
  const wrong = (what: string): Error => new Error(`y4m: ${what} in header ${JSON.stringify(line)}`);
  if (magic !== 'YUV4MPEG2') throw wrong('no YUV4MPEG2');
  const fields = new Map<string, string>();
  for (const token of tokens) {
    const [key, value] = [token.slice(0, 1), token.slice(1)];
    if (!'WHFIACX'.includes(key) || key === '') throw wrong(`unknown token ${JSON.stringify(token)}`);
    if (fields.has(key) && key !== 'X') throw wrong(`a second ${key}`);
    fields.set(key, value);
  }
  const number = (key: string, pattern: RegExp): number[] => {
    const found = pattern.exec(fields.get(key) ?? '');
    if (found === null) throw wrong(`no proper ${key}`);
    return found.slice(1).map(Number);
  };
  const [width = 0] = number('W', /^([1-9]\d{0,4})$/);
  const [height = 0] = number('H', /^([1-9]\d{0,4})$/);
  const [fpsNum = 0, fpsDen = 0] = number('F', /^([1-9]\d*):([1-9]\d*)$/);
  if (width % 2 !== 0 || height % 2 !== 0) throw wrong('an odd size');
  // Without C the format means 4:2:0 as well.
  if (!/^420(jpeg|mpeg2|paldv)?$/.test(fields.get('C') ?? '420'))
    throw wrong('a colour space other than 4:2:0');
  return { width, height, fpsNum, fpsDen, line };
}
