/** When a stream is full, with a client that takes one piece after the other as the test says. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import { test } from 'tap';
import type { PageStream } from '../../../src/observe/page.js';
import { sendStream } from '../../../src/observe/send-answer.js';

/** As much of a ServerResponse as a stream needs, over a connection that holds every piece until it is let go. */
class HeldResponse extends Writable {
  #takeOne: (() => void) | undefined;

  writeHead(): void {}
  flushHeaders(): void {}

  override _write(_piece: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#takeOne = done;
  }

  /** The client takes so many pieces. */
  async take(pieces: number): Promise<void> {
    for (let taken = 0; taken < pieces; taken++) {
      this.#takeOne?.();
      await new Promise(setImmediate);
    }
  }
}

test('a stream that is full stays so until it says that there is room, whatever is written meanwhile', async (t) => {
  const response = new HeldResponse();
  const request = { method: 'GET', socket: { destroy() {} } };
  let stream: PageStream | undefined;
  let rooms = 0;
  const end = sendStream(request as unknown as IncomingMessage, response as unknown as ServerResponse, {
    contentType: 'text/event-stream',
    open(opened) {
      stream = opened;
      return { onRoom: () => rooms++, onEnd: () => {} };
    },
  });
  const piece = Buffer.alloc(64 * 1024);
  for (let count = 1; count < 16; count++) t.equal(stream?.write(piece), true, `${count} wait`);
  t.equal(stream?.write(piece), false);
  await response.take(4);
  t.equal(rooms, 0, 'more than half still waits');
  t.equal(stream?.write('small'), false);
  await response.take(4);
  t.equal(rooms, 0);
  await response.take(5);
  t.equal(rooms, 1);
  t.equal(stream?.write(piece), true);
  await response.take(5);
  t.equal(rooms, 1, 'which it says once');
  end();
  await once(response, 'close');
});
