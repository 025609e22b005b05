/**
 * Network addresses as people write them: `127.0.0.1:9308`, `localhost:9308`, `[::1]:9308`. Parsing refuses what no
 * listener could mean, so that a slip shows when the configuration is read and not as a failing bind.
 */
import { isIPv4, isIPv6 } from 'node:net';

export interface HostPort {
  /** An IP address (IPv6 without brackets) or a host name. */
  readonly host: string;
  /** 0 to 65535; 0 lets the system choose. */
  readonly port: number;
}

const BRACKETED = /^\[([^[\]]*)\]:(\d{1,5})$/;
const PLAIN = /^([^:[\]]+):(\d{1,5})$/;
const HOST_NAME = /^(?=.{1,253}$)[a-z\d]([a-z\d-]{0,61}[a-z\d])?(\.[a-z\d]([a-z\d-]{0,61}[a-z\d])?)*$/i;
/** A name whose last label is a number is a mistyped IPv4 address to every resolver. */
const NUMERIC_END = /(^|\.)\d+$/;

/** Whether `text` can name this or another machine: an IPv4 or IPv6 address without brackets, or a host name. */
export function isHost(text: string): boolean {
  return isIPv4(text) || isIPv6(text) || (HOST_NAME.test(text) && !NUMERIC_END.test(text));
}

/** The address in `text` (`HOST:PORT`, IPv6 in brackets), or undefined where it is none. */
export function parseHostPort(text: string): HostPort | undefined {
  const bracketed = BRACKETED.exec(text);
  const match = bracketed ?? PLAIN.exec(text);
  const host = match?.[1] ?? '';
  const port = Number(match?.[2]);
  const valid = bracketed ? isIPv6(host) : isHost(host);
  return match !== null && valid && port <= 65535 ? { host, port } : undefined;
}

/** The inverse of {@link parseHostPort}. */
export function hostPortLabel({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
