/** Secrets in command lines that operators are shown. */
import t from 'tap';
import { maskSecrets } from '../../../src/media/mask-secrets.js';

t.test('passwords in addresses are hidden, whatever they hold', async (t) => {
  for (const [given, shown] of [
    ['https://user:pass@host/a.mp4', 'https://***@host/a.mp4'],
    ['rtsp://u:p@ss:w@rd@host:554/live', 'rtsp://***@host:554/live'],
    ['HTTP://token@host', 'HTTP://***@host'],
    ['concat:ftp://a:b@x/1|ftp://c:d@y/2', 'concat:ftp://***@x/1|ftp://***@y/2'],
    ['https://host/a@b.mp4', 'https://host/a@b.mp4'],
    ['file:/media/me@home.mp4', 'file:/media/me@home.mp4'],
  ] as const) {
    t.equal(maskSecrets(given), shown);
  }
});

t.test('parameters that carry a key by their name are hidden, others are not', async (t) => {
  for (const [given, shown] of [
    ['http://h/a?token=abc&x=1', 'http://h/a?token=***&x=1'],
    ['http://h/a?x=1&X-Amz-Signature=ff%20f&y=2#end', 'http://h/a?x=1&X-Amz-Signature=***&y=2#end'],
    ['http://h/a?api_key=1;Password=2;PASSPHRASE=3', 'http://h/a?api_key=***;Password=***;PASSPHRASE=***'],
    ['http://h/a?b?secret=7', 'http://h/a?b?secret=***'],
    ['http://h/a?quality=high&page=2', 'http://h/a?quality=high&page=2'],
    ['scale=320:180,format=yuv420p', 'scale=320:180,format=yuv420p'],
    ['file:/media/secret token.mp4', 'file:/media/secret token.mp4'],
  ] as const) {
    t.equal(maskSecrets(given), shown);
  }
});

t.test('a name made to be slow to look through is not', async (t) => {
  for (const hostile of ['?key', 'key', 'a.', '?', 'a://', '@']) {
    // In a time that grows with the square of the length, each would take minutes.
    t.equal(typeof maskSecrets(hostile.repeat(100_000)), 'string');
  }
});
