import { test } from 'tap';
import type { Page, PageRequest } from '../../../src/observe/page.js';
import { type PictureSources, pictureRoutes } from '../../../src/observe/picture-page.js';
import { routeTable } from '../../../src/observe/routes.js';
import type { PictureOutcome } from '../../../supervisors/engine/picture-calls.js';

const picture = { tick: 41, width: 2, height: 2, matrix: 'bt709', planes: 'AAAA' } as const;

/** What is answered where channel 1 has this to show. */
async function answer(
  outcome: PictureOutcome,
  path = '/channels/1/picture.jpg',
  encode: PictureSources['encoder']['encode'] = async () => Uint8Array.of(0xff, 0xd8),
): Promise<Page> {
  const found = routeTable(
    pictureRoutes({
      pictures: { picture: async (channelId) => (channelId === 1 ? outcome : { kind: 'unknown' }) },
      encoder: { encode },
    }),
  )('GET', path);
  if ('status' in found) return found;
  return (await found.route.answer({ params: found.params } as PageRequest)) as Page;
}

test('a picture comes as JPEG, with the tick that it shows', async (t) => {
  const page = await answer({ kind: 'picture', picture }, undefined, async (given) => {
    t.equal(given, picture);
    return new Uint8Array(Uint8Array.of(9, 1, 2, 3, 9).buffer, 1, 3);
  });
  t.same(page, {
    status: 200,
    contentType: 'image/jpeg',
    body: Buffer.of(1, 2, 3),
    headers: { 'x-retrovue-tick': '41' },
  });
});

test('where there is none, the answer says why, and whether to come again', async (t) => {
  t.match(await answer({ kind: 'off_air' }), { status: 409, body: /channel 1 is not on air.*StartChannel/ });
  t.match(await answer({ kind: 'unavailable', reason: 'its host hangs' }), {
    status: 503,
    body: /channel 1 has no picture now: its host hangs/,
    headers: { 'retry-after': '1' },
  });
  const failed = await answer({ kind: 'picture', picture }, undefined, () =>
    Promise.reject(new Error('it died')),
  );
  t.match(failed, { status: 503, body: /it died/, headers: { 'retry-after': '1' } });
  t.match(await answer({ kind: 'off_air' }, '/channels/2/picture.jpg'), {
    status: 404,
    body: /channel 2 is not known/,
  });
});

test('an id that is none is refused before anybody is asked', async (t) => {
  for (const id of ['abc', '0', '-1', '2147483648', '1.5', '', '%31', '..'])
    t.match(await answer({ kind: 'off_air' }, `/channels/${id}/picture.jpg`), {
      status: 400,
      body: /channel id .* is not valid: write a whole number from 1 to 2147483647/,
    });
});
