/** Templates of store addresses: which are refused before the engine starts, and in which words. */
import t from 'tap';
import { storeAddress, templateProblem } from '../../../src/plan/store-address.js';

t.test('a template is an http address with the handle in its path or query', async (t) => {
  for (const template of [
    'http://127.0.0.1:8080/plans/{handle}.json',
    'https://user:p%40ss@store.example/{handle}',
    'http://[::1]/plan?channel={handle}&also={handle}',
  ]) {
    t.equal(templateProblem(template), undefined, template);
  }
  for (const [template, words] of [
    ['plans/{handle}.json', /^must be an http or https URL, for example/],
    ['ftp://host/{handle}', /^must be an http or https URL/],
    ['file:///plans/{handle}', /^must be an http or https URL/],
    ['http://', /^must be an http or https URL/],
    ['http://host/plans', /^must contain \{handle\}/],
    ['http://{handle}.example/plan', /^must have \{handle\} in its path or query/],
    ['http://host:80{handle}/plan', /^must be an http or https URL/],
    ['http://{handle}:x@host/plan', /^must have \{handle\} in its path or query/],
    ['http://host/plan#{handle}', /^must have \{handle\} in its path or query, and no fragment/],
    ['http://u:100%@host/{handle}', /^must have user and password percent-encoded/],
  ] as const) {
    t.match(templateProblem(template), words, template);
  }
});

t.test('no handle leads to another place', async (t) => {
  const at = (name: string) => storeAddress('http://host/plans/{handle}.json', name).url;
  for (const name of ['//evil.example', 'a@evil.example', 'a/../../b', '%2e%2e/b', "$&$'", 'a\\b', 'a?b#c']) {
    t.match(at(name), /^http:\/\/host\/plans\/[^/?#\\]+\.json$/, name);
  }
});

t.test('a long address is cut short where it is shown', async (t) => {
  const { label } = storeAddress('http://host/{handle}', 'x'.repeat(1000));
  t.equal(label.length, 163);
  t.match(label, /^"http:\/\/host\/x+…"$/);
});
