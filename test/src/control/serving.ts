/** A control server for one test: it listens on a port the system picks and is stopped when the test ends. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, credentials, Metadata, makeGenericClientConstructor } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import type { Test } from 'tap';
import { type ControlClient, createControlClient } from '../../../src/control/client.js';
import { type ControlServer, createControlServer } from '../../../src/control/grpc-server.js';
import { PLAYOUT_PROTO, protoDirectory } from '../../../src/control/proto-files.js';
import type { EngineSights } from '../../../src/control/views-service.js';
import type { InMemoryCommands } from './in-memory-commands.js';
import { sightsOf } from './sights.js';

const contract = protobuf.parse(readFileSync(join(protoDirectory(), PLAYOUT_PROTO), 'utf8'), {
  keepCase: true,
}).root;

export interface Serving {
  readonly server: ControlServer;
  /** Resolves if it fails. */
  readonly failed: Promise<Error>;
  readonly address: string;
  readonly client: ControlClient;
  /** A client without stubs, for calls as others make them. */
  readonly raw: Client;
  readonly errors: [unknown, string][];
  readonly refusedStarts: [number, string][];
}

export async function serving(
  t: Test,
  commands: InMemoryCommands,
  sights: EngineSights = sightsOf(),
): Promise<Serving> {
  const errors: [unknown, string][] = [];
  const refusedStarts: [number, string][] = [];
  const server = createControlServer({
    commands,
    sights,
    address: '127.0.0.1:0',
    onError: (error, during) => errors.push([error, during]),
    onStartRefused: (channelId, errorMessage) => refusedStarts.push([channelId, errorMessage]),
  });
  const { port, failed } = await server.start();
  const address = `127.0.0.1:${port}`;
  const client = createControlClient(address);
  const raw = new (makeGenericClientConstructor({}, 'raw'))(address, credentials.createInsecure());
  t.teardown(async () => {
    client.close();
    raw.close();
    await server.stop();
  });
  return { server, failed, address, client, raw, errors, refusedStarts };
}

/** One unary call with the bytes given; the answer's bytes. Rejects with grpc's ServiceError. */
export function callRaw(
  client: Client,
  path: string,
  request: Uint8Array,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Buffer> {
  const sent = new Metadata();
  for (const [key, value] of Object.entries(metadata)) sent.set(key, value);
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      path,
      (bytes: Uint8Array) => Buffer.from(bytes),
      (bytes: Buffer) => bytes,
      request,
      sent,
      { deadline: Date.now() + 20_000 },
      (error, response) => (error ? reject(error) : resolve(response ?? Buffer.alloc(0))),
    );
  });
}

type Method = 'StartChannel' | 'UpdatePlan' | 'StopChannel' | 'LoadPreview' | 'SwitchToLive';

/** A request with these fields, encoded by the contract itself. */
export function encode(message: `${Method}Request`, fields: object): Buffer {
  return Buffer.from(contract.lookupType(`retrovue.playout.${message}`).encode(fields).finish());
}

/** An answer's fields, decoded by the contract itself. */
export function decode(message: `${Method}Response` | 'ApiVersion', bytes: Uint8Array): object {
  const type = contract.lookupType(`retrovue.playout.${message}`);
  return type.toObject(type.decode(bytes), { defaults: true });
}
