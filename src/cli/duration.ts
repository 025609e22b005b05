/** Durations and times for people. */

/** `0.4 s`, `12 s`, `2 min 05 s`, `3 h 02 min`, `4 d 03 h`. */
export function durationText(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (ms < 950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const minutes = seconds / 60;
  if (minutes < 60) return `${Math.floor(minutes)} min ${two(seconds % 60)} s`;
  const hours = minutes / 60;
  if (hours < 24) return `${Math.floor(hours)} h ${two(minutes % 60)} min`;
  return `${Math.floor(hours / 24)} d ${two(hours % 24)} h`;
}

/** `1:02:03`, `02:03`. */
export function positionText(positionMs: number): string {
  const seconds = Math.floor(Math.max(0, positionMs) / 1000);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const short = `${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
  return seconds < 3600 ? short : `${Math.floor(seconds / 3600)}:${short}`;
}

/** `2026-11-27 10:01:02` (UTC); `-` for a time that no calendar has. */
export function utcText(utcMs: number): string {
  const date = new Date(utcMs);
  return Number.isNaN(date.getTime()) ? '-' : date.toISOString().slice(0, 19).replace('T', ' ');
}

/** Its time of day: `10:01:02` (UTC). */
export function timeText(utcMs: number): string {
  return utcText(utcMs).slice(11) || '-';
}
