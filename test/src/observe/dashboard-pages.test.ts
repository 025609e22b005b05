import { test } from 'tap';
import { dashboardRoutes } from '../../../src/observe/dashboard-pages.js';
import { openDashboardStation } from '../../support/dashboard-station.js';

test('the page and its parts come with their types, and load nothing from elsewhere', async (t) => {
  const station = await openDashboardStation({ views: [] });
  t.teardown(() => station.stop());
  const page = await fetch(station.url);
  t.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
  const policy = page.headers.get('content-security-policy') ?? '';
  t.match(
    policy,
    /default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'/,
  );
  t.notMatch(policy, /unsafe|data:|blob:|\*/);

  // Whatever the page names, and whatever that names, is there.
  const wanted = new Set(['/']);
  for (const path of wanted) {
    const answer = await fetch(new URL(path, station.url));
    const body = await answer.text();
    t.equal(answer.status, 200, path);
    t.notMatch(
      body,
      /(?:src=|href=|url\(|from ?|import ?)["'(]?(?:https?:)?\/\//,
      `${path} loads from nowhere else`,
    );
    for (const [, name = ''] of body.matchAll(
      /(?:href|src)="(\/dashboard\/[^"#]+)|from '(\.\/[^']+|\/dashboard\/[^']+)'/g,
    ))
      wanted.add(name);
    for (const [, name = ''] of body.matchAll(/from\s*['"](\.{0,2}\/[^'"]+)['"]/g))
      wanted.add(new URL(name, new URL(path, station.url)).pathname);
    wanted.delete('');
  }
  t.ok(wanted.has('/dashboard/lit-html.js'));
  t.ok(wanted.has('/supervisors/engine/silence.js'), 'what the engine and the page have in common');
  t.ok(wanted.size > 20, `${wanted.size} files`);
});

test('what the browser has already is not sent again', async (t) => {
  const station = await openDashboardStation({ views: [] });
  t.teardown(() => station.stop());
  const url = `${station.url}dashboard/main.js`;
  const etag = (await fetch(url)).headers.get('etag') ?? '';
  t.match(etag, /^"[\w-]{22}"$/);
  const again = await fetch(url, { headers: { 'if-none-match': etag } });
  t.equal(again.status, 304);
  t.equal(await again.text(), '');
  t.equal((await fetch(url, { headers: { 'if-none-match': '"other"' } })).status, 200);
});

test('no name reaches a file that is not the dashboard’s', async (t) => {
  const station = await openDashboardStation({ views: [] });
  t.teardown(() => station.stop());
  for (const name of [
    '',
    'package.json',
    '..%2f..%2fpackage.json',
    '%2e%2e%2fpackage.json',
    'constructor',
    'main.js.map',
    'types',
  ])
    t.equal((await fetch(`${station.url}dashboard/${name}`)).status, 404, name);
});

test('the icon counts what is wrong, and only that', async (t) => {
  const station = await openDashboardStation({ views: [] });
  t.teardown(() => station.stop());
  const icon = async (query: string) => (await fetch(`${station.url}dashboard/icon.svg${query}`)).text();
  t.notMatch(await icon(''), '<text');
  t.match(await icon('?wrong=3'), '>3</text>');
  t.match(await icon('?wrong=10'), '>9+</text>');
  t.equal(await icon('?wrong=%3Cscript%3E'), await icon(''));
});

test('an installation without the built page says so when it starts', async (t) => {
  t.throws(() => dashboardRoutes('/nonexistent/'), /dashboard is missing.*build or install it again/);
});
