/**
 * The route table of the telemetry server: method and path to handler. Paths are compared as they were sent, segment
 * by segment, without decoding anything: no `%2e%2e`, no `//` and no trailing `/` is ever taken for something else.
 */
import { errorPage, type Page, type PageRequest, type StreamPage } from './page.js';

export interface Route {
  /** A GET route answers HEAD, too. */
  readonly method: 'GET' | 'POST';
  /** `/channels/{id}`: what stands in braces is any one segment, an empty one included. */
  readonly path: string;
  readonly answer: (request: PageRequest) => Page | StreamPage | Promise<Page | StreamPage>;
}

export interface FoundRoute {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** @returns the route, or the page that says why there is none */
export type FindRoute = (method: string, path: string) => FoundRoute | Page;

export function routeTable(routes: readonly Route[]): FindRoute {
  const compiled = routes.map((route) => ({ route, pattern: route.path.split('/') }));
  const listed = [...new Set(routes.map(({ path }) => path))].join(', ');
  return (method, path) => {
    const wanted = method === 'HEAD' ? 'GET' : method;
    const segments = path.split('/');
    const methods = new Set<string>();
    for (const { route, pattern } of compiled) {
      const params = match(pattern, segments);
      if (params === undefined) continue;
      if (route.method === wanted) return { route, params };
      methods.add(route.method);
    }
    if (methods.size === 0) return errorPage(404, `there is no such page; there are ${listed}`);
    const allow = methods.has('GET') ? ['GET', 'HEAD', ...methods].filter(once) : [...methods];
    return errorPage(405, `this page does not take that method: use ${allow.join(' or ')}`, {
      allow: allow.join(', '),
    });
  };
}

function match(
  pattern: readonly string[],
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith('{')) params[part.slice(1, -1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}

function once(value: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(value) === index;
}
