import { test } from 'tap';
import { hostPortLabel, isHost, parseHostPort } from '../../../src/config/host-port.js';

test('addresses are read as people write them', async (t) => {
  t.strictSame(parseHostPort('127.0.0.1:9308'), { host: '127.0.0.1', port: 9308 });
  t.strictSame(parseHostPort('localhost:0'), { host: 'localhost', port: 0 });
  t.strictSame(parseHostPort('play-1.example.tv:65535'), { host: 'play-1.example.tv', port: 65535 });
  t.strictSame(parseHostPort('[::1]:9308'), { host: '::1', port: 9308 });
  t.strictSame(parseHostPort('[fe80::1%eth0]:80'), { host: 'fe80::1%eth0', port: 80 });
});

test('what no listener could mean is refused', async (t) => {
  const nonsense = [
    '',
    ':',
    ':9308',
    '9308',
    'localhost',
    'localhost:',
    'localhost:65536',
    'localhost:-1',
    'localhost:+1',
    'localhost:0x50',
    'localhost:1e3',
    'localhost:080808',
    ' localhost:80',
    'localhost:80\n',
    'local host:80',
    'a/b:80',
    '*:80',
    'http://localhost:80',
    'user@localhost:80',
    '::1:9308',
    '[::1]',
    '[::1]9308',
    '[::1]:',
    '[]:80',
    '[localhost]:80',
    '[127.0.0.1]:80',
    '[[::1]]:80',
    '256.0.0.1:80',
    '1.2.3:80',
    '127.1:80',
    '-a:80',
    'a-:80',
    'a..b:80',
    `${'a'.repeat(64)}:80`,
  ];
  for (const text of nonsense) t.equal(parseHostPort(text), undefined, JSON.stringify(text));
});

test('a label is the text that was parsed', async (t) => {
  for (const text of ['127.0.0.1:9308', '[::1]:9308', 'localhost:0']) {
    const address = parseHostPort(text);
    t.ok(address);
    if (address !== undefined) t.equal(hostPortLabel(address), text);
  }
});

test('a bare host has no port and no brackets', async (t) => {
  for (const host of ['127.0.0.1', '::', 'localhost']) t.ok(isHost(host), host);
  for (const host of ['', '[::1]', '127.0.0.1:80', '300.1.1.1', 'a b']) t.notOk(isHost(host), host);
});
