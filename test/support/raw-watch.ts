/**
 * A health watch on bare HTTP/2, for clients as no gRPC library makes them: one that never reads, one that is gone
 * without a word.
 */
import { once } from 'node:events';
import { connect } from 'node:http2';
import type { MethodDefinition } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';
import type { HasTeardown } from './temp-dir.js';

/** A gRPC message is led by a byte (not compressed) and its length in four. */
const PREFIX_BYTES = 5;

const method = service.Watch as MethodDefinition<{ readonly service: string }, { readonly status: string }>;

/** Its window is closed from the beginning: the server may send headers, and no message. */
export async function rawWatch(t: HasTeardown, address: string, name: string) {
  const session = connect(`http://${address}`, { settings: { initialWindowSize: 0 } });
  t.teardown(() => session.destroy());
  session.on('error', () => {});
  const stream = session.request({
    ':method': 'POST',
    ':path': method.path,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  stream.on('error', () => {});
  const message = method.requestSerialize({ service: name });
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  stream.end(Buffer.concat([prefix, message]));
  await once(stream, 'response');

  let received = Buffer.alloc(0);
  return {
    /** From now on it reads. */
    read(): void {
      session.settings({ initialWindowSize: 1 << 20 });
      stream.on('data', (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
      });
    },
    /** What it has been told so far. */
    told(): string[] {
      const statuses: string[] = [];
      for (let at = 0; at + PREFIX_BYTES <= received.length; ) {
        const end = at + PREFIX_BYTES + received.readUInt32BE(at + 1);
        if (end > received.length) break;
        const { status } = method.responseDeserialize(received.subarray(at + PREFIX_BYTES, end));
        statuses.push(status);
        at = end;
      }
      return statuses;
    },
    /** Resolves when more has come. */
    more: () => once(stream, 'data'),
    /** The connection breaks. */
    hangUp: () => session.destroy(),
  };
}
