/**
 * The dashboard's files over HTTP: its one page at `/`, and what that page loads, below `/dashboard/`. They are read
 * once and served from memory; no name from a request ever reaches the file system.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorPage, type Page, type PageRequest } from './page.js';
import type { Route } from './routes.js';

const BUILT = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/' : '../../', import.meta.url),
);
/** Where the build puts them: browser modules, and below `static` what is served as it is. */
const DIRECTORY = path.join(BUILT, 'src/dashboard');

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
};

/** Nothing inline, nothing from elsewhere: a plan's title can be what it likes. */
const POLICY = [
  "default-src 'none'",
  ...["script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'"],
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join('; ');

/** Of the engine's own, what its modules import; served where they look for it, which is as in the package. */
const SHARED = ['supervisors/engine/silence.js'];

const PAGE = 'index.html';
const ICON = 'icon.svg';
/** In the icon, which says how many channels are wrong. */
const ICON_MARK = '<!--count-->';

interface Asset {
  readonly contentType: string;
  readonly body: Buffer;
}

/** @throws Error when the dashboard was not built: the installation is incomplete */
export function dashboardRoutes(directory = DIRECTORY): readonly Route[] {
  const assets = readAssets(directory);
  // One tag for all: a page whose parts are of two versions does not work.
  const hash = createHash('sha256');
  for (const [name, { body }] of assets) hash.update(name).update(body);
  const etag = `"${hash.digest('base64url').slice(0, 22)}"`;
  const answer = (name: string, request: PageRequest): Page => {
    const asset = assets.get(name);
    if (asset === undefined) return errorPage(404, 'the dashboard has no such file; it begins at /');
    const headers = { etag, 'cache-control': 'no-cache', 'content-security-policy': POLICY };
    if (request.headers['if-none-match'] === etag) return { ...asset, status: 304, body: '', headers };
    return { ...asset, status: 200, headers };
  };
  return [
    { method: 'GET', path: '/', answer: (request) => answer(PAGE, request) },
    { method: 'GET', path: `/dashboard/${ICON}`, answer: ({ query }) => icon(assets, query.get('wrong')) },
    {
      method: 'GET',
      path: '/dashboard/{file}',
      answer: (request) => answer(request.params.file ?? '', request),
    },
    ...SHARED.map(
      (name): Route => ({ method: 'GET', path: `/${name}`, answer: (request) => answer(name, request) }),
    ),
  ];
}

function icon(assets: ReadonlyMap<string, Asset>, wrong: string | null): Page {
  const asset = assets.get(ICON);
  if (asset === undefined) return errorPage(404, 'the dashboard has no icon');
  const count = wrong !== null && /^\d{1,2}$/.test(wrong) ? Number(wrong) : 0;
  const sign = `<circle cx="21" cy="11" r="11" fill="#d3202c"/><text x="21" y="16.5" text-anchor="middle" font-family="sans-serif" font-weight="700" font-size="16" fill="#fff">${count > 9 ? '9+' : count}</text>`;
  const body = asset.body.toString().replace(ICON_MARK, count === 0 ? '' : sign);
  return { status: 200, contentType: asset.contentType, body, headers: { 'cache-control': 'max-age=3600' } };
}

function readAssets(directory: string): ReadonlyMap<string, Asset> {
  const lit = createRequire(import.meta.url).resolve('lit-html');
  // The package's main file for browsers; Node is given another.
  const litForBrowsers = path.join(packageRoot(lit), 'lit-html.js');
  let files: string[];
  try {
    files = [directory, path.join(directory, 'static')].flatMap((folder) =>
      readdirSync(folder).map((name) => path.join(folder, name)),
    );
  } catch (error) {
    throw new Error(`the dashboard is missing: the installation is incomplete, build or install it again`, {
      cause: error,
    });
  }
  const assets = new Map<string, Asset>();
  for (const file of [...files, litForBrowsers].sort()) {
    const contentType = CONTENT_TYPES[path.extname(file)];
    if (contentType !== undefined) assets.set(path.basename(file), { contentType, body: readFileSync(file) });
  }
  for (const name of SHARED) {
    const body = readFileSync(path.join(BUILT, name));
    assets.set(name, { contentType: 'text/javascript; charset=utf-8', body });
  }
  return assets;
}

function packageRoot(file: string): string {
  const parts = file.split(path.sep);
  return parts.slice(0, parts.lastIndexOf('lit-html') + 1).join(path.sep);
}
