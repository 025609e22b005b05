/** Numbers, times and foreign text as people read them. Pure. */

/** What would end, hide or turn around what stands beside it: controls but line break and tab, and bidi marks. */
const TROUBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/**
 * Text from elsewhere, fit to be shown: marks that steer terminals or the direction of writing become a visible sign,
 * and what is longer than `max` characters is cut.
 */
export function plain(text: string, max = 300): string {
  const cut = text.length > max ? `${text.slice(0, max).replace(/[\ud800-\udbff]$/, '')}…` : text;
  return cut
    .replace(/\r\n/g, '\n')
    .replace(TROUBLE, '\ufffd')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Of several lines only the first that says something. */
export function firstLine(text: string, max = 300): string {
  const line = text.split('\n').find((each) => each.trim() !== '') ?? '';
  return plain(line.trim(), max);
}

/** The last part of a path or address. */
export function baseName(uri: string): string {
  const [path = ''] = uri.split(/[?#]/, 1);
  return plain(path.split('/').findLast((part) => part !== '') ?? uri, 120);
}

/** `45 s`, `2 min`, `3 h 12 min`, `2 d 4 h`: as exact as anybody needs it. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10 && seconds % 60 !== 0) return `${minutes} min ${seconds % 60} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** Until something happens; what is due is `now`. Never 0 s. */
export function until(ms: number): string {
  if (ms <= 0) return 'now';
  return ms < 10_000 ? `in ${Math.ceil(ms / 1000)} s` : `in ${duration(ms)}`;
}

/** `1:02:03` or `2:03`, as a player shows it. */
export function playTime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0/, '');
}

/** `03:14:05`, in the reader's zone. */
export function clockTime(utcMs: number): string {
  const time = new Date(utcMs);
  if (Number.isNaN(time.getTime())) return '?';
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

/** With the day where it is another one than that of `nowUtcMs`. */
export function clockOrDay(utcMs: number, nowUtcMs: number): string {
  const time = new Date(utcMs);
  if (time.toDateString() === new Date(nowUtcMs).toDateString()) return clockTime(utcMs);
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${clockTime(utcMs)}`;
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_048_576)} MiB`;
}

/** `1 viewer`, `2 viewers`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
