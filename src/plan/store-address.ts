/**
 * The address of a plan in an HTTP store: the operator's template with the handle in it, percent-encoded as a whole,
 * so that no handle can reach another host or folder (`kids/monday` is `kids%2Fmonday`). What the template holds by
 * way of credentials is sent as a header, and is never part of what is shown; nor is a query, which may hold a token.
 */
import { PlanError } from '../../supervisors/channel/plan.js';

const PLACE = '{handle}';
/** Of a longer address the beginning is shown: it names the host, and the handle stands beside it anyway. */
const SHOWN_CHARACTERS = 160;

export interface StoreAddress {
  /** Without credentials: fetch refuses them in an address. */
  readonly url: string;
  /** Value of the header by that name; undefined where the template holds no credentials. */
  readonly authorization: string | undefined;
  /** For messages: in quotes, on one line, without secrets. */
  readonly label: string;
}

/**
 * The address of the plan called `name` (as readHandle yields it) by a template without problems.
 * @throws PlanError `refused_path` when the name cannot stand in an address.
 */
export function storeAddress(template: string, name: string): StoreAddress {
  const url = new URL(filledIn(template, encoded(name)));
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const authorization =
    credentials === ':' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`;
  url.username = '';
  url.password = '';
  return { url: url.href, authorization, label: urlLabel(url) };
}

/** What is wrong with a template, in words that follow its key; undefined where nothing is. */
export function templateProblem(template: string): string | undefined {
  const [one, other] = [parsed(filledIn(template, 'a')), parsed(filledIn(template, 'b'))];
  if (one === undefined || other === undefined || !/^https?:$/.test(one.protocol)) {
    return `must be an http or https URL, for example http://127.0.0.1:8080/plans/${PLACE}.json`;
  }
  if (!template.includes(PLACE)) return `must contain ${PLACE}, which each plan's handle takes the place of`;
  const placeOf = ({ host, username, password }: URL) => [host, username, password].join(' ');
  if (one.hash !== '' || placeOf(one) !== placeOf(other)) {
    return `must have ${PLACE} in its path or query, and no fragment (#)`;
  }
  try {
    decodeURIComponent(`${one.username}${one.password}`);
  } catch {
    return 'must have user and password percent-encoded (a % itself is %25)';
  }
  return undefined;
}

/** An address as it may be shown: in quotes, without credentials and query. */
export function urlLabel(url: URL): string {
  // The parser leaves nothing in either part that would have to be escaped.
  const shown = `${url.protocol}//${url.host}${url.pathname}${url.search === '' ? '' : '?…'}`;
  return `"${shown.length > SHOWN_CHARACTERS ? `${shown.slice(0, SHOWN_CHARACTERS)}…` : shown}"`;
}

function filledIn(template: string, value: string): string {
  return template.replaceAll(PLACE, () => value);
}

function encoded(name: string): string {
  try {
    return encodeURIComponent(name);
  } catch {
    throw new PlanError('refused_path', 'is not well-formed Unicode; correct the handle');
  }
}

function parsed(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
