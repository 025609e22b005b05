/**
 * Whether a request that changes something was meant by whoever sent it. The server knows no users: whoever can reach
 * its address may act. So a page of another site must not get the browser of somebody who can to act for it, neither
 * by sending a request there (CSRF) nor by having its own name resolve to this address (DNS rebinding).
 */
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { quoted } from '../quoted.js';

const JSON_TYPE = /^application\/json\s*(;|$)/i;
const HOST = /^(?:\[([^[\]]+)\]|([^:[\]]+))(?::\d{1,5})?$/;

/**
 * Why the request is refused; undefined where it is not. Browsers ask before they send JSON to another site, tell where
 * a request comes from, and name the host that they believe to talk to; programs need only say that they send JSON.
 *
 * @param hosts names by which this server may be called, besides localhost
 */
export function foreign(headers: IncomingHttpHeaders, hosts: readonly string[]): string | undefined {
  const { origin, host = '', 'content-type': type = '' } = headers;
  const site = headers['sec-fetch-site'];
  if (!JSON_TYPE.test(type))
    return 'send the header "content-type: application/json"; the body does not matter';
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return 'this request comes from a page of another site; it is refused';
  }
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
    return 'this request comes from a page of another origin; it is refused';
  }
  const [, bracketed, plain = ''] = HOST.exec(host) ?? [];
  const name = (bracketed ?? plain).toLowerCase();
  const known = ['localhost', ...hosts].some((each) => each.toLowerCase() === name);
  if (known || isIP(name) !== 0) return undefined;
  return `this server is not called ${quoted(host)}: use its IP address or localhost, or add the name to operations.http_hosts`;
}
