/** Reflection: what a client learns of the API from the running server alone, and that a strict one accepts it. */
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client, credentials } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import t, { type Test } from 'tap';
import { playoutApiVersion } from '../../../src/control/api-version.js';
import { runBuf } from './buf.js';
import { inMemoryCommands } from './in-memory-commands.js';
import { serving } from './serving.js';

const VERSIONS = ['v1', 'v1alpha'] as const;
const protos = join(
  dirname(createRequire(import.meta.url).resolve('@grpc/reflection/package.json')),
  'build/proto/grpc/reflection',
);

interface Answer {
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
  readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Uint8Array[] };
  readonly allExtensionNumbersResponse?: { readonly extensionNumber: readonly number[] };
  readonly errorResponse?: { readonly errorCode: number; readonly errorMessage: string };
}

/** Asks one question in the given version of the protocol. */
async function ask(t: Test, address: string, version: (typeof VERSIONS)[number], request: object) {
  const root = protobuf.loadSync(join(protos, version, 'reflection.proto'));
  const requestType = root.lookupType(`grpc.reflection.${version}.ServerReflectionRequest`);
  const responseType = root.lookupType(`grpc.reflection.${version}.ServerReflectionResponse`);
  const client = new Client(address, credentials.createInsecure());
  t.teardown(() => client.close());
  const stream = client.makeBidiStreamRequest(
    `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
    (it: object) => Buffer.from(requestType.encode(it).finish()),
    (bytes: Buffer) => responseType.toObject(responseType.decode(bytes)) as Answer,
  );
  stream.end(request);
  const [answer] = (await once(stream, 'data')) as [Answer];
  return answer;
}

/** Names of the files in an answer. */
function fileNames(answer: Answer): string[] {
  const files = answer.fileDescriptorResponse?.fileDescriptorProto ?? [];
  // Field 1 of a FileDescriptorProto is its name, and it is written first.
  return files.map((bytes) => {
    const reader = protobuf.Reader.create(bytes);
    reader.uint32();
    return reader.string();
  });
}

for (const version of VERSIONS) {
  t.test(`${version} lists the services and finds them with everything they import`, async (t) => {
    const { address } = await serving(t, inMemoryCommands());
    const services = (await ask(t, address, version, { listServices: '' })).listServicesResponse?.service;
    t.same(
      services?.map(({ name }) => name),
      ['retrovue.playout.PlayoutOperations', 'retrovue.playout.PlayoutControl', 'grpc.health.v1.Health'],
    );
    const playout = ['retrovue/playout.proto', 'google/protobuf/descriptor.proto'];
    for (const symbol of [
      'retrovue.playout.PlayoutControl',
      'retrovue.playout.PlayoutControl.GetVersion',
      'retrovue.playout.StartChannelRequest',
      'retrovue.playout.StartChannelRequest.port',
      'retrovue.playout.PLAYOUT_API_VERSION',
    ]) {
      t.same(fileNames(await ask(t, address, version, { fileContainingSymbol: symbol })), playout, symbol);
    }
    t.same(fileNames(await ask(t, address, version, { fileByFilename: 'retrovue/playout.proto' })), playout);
    const extension = { containingType: 'google.protobuf.FileOptions', extensionNumber: 50000 };
    t.same(fileNames(await ask(t, address, version, { fileContainingExtension: extension })), playout);
    const numbers = await ask(t, address, version, { allExtensionNumbersOfType: extension.containingType });
    t.same(numbers.allExtensionNumbersResponse?.extensionNumber, [50000]);
    const operation = { fileContainingSymbol: 'retrovue.playout.PlayoutOperations.ResetBudget' };
    t.same(fileNames(await ask(t, address, version, operation)), ['retrovue/operations.proto']);
    t.same(fileNames(await ask(t, address, version, { fileContainingSymbol: 'grpc.health.v1.Health' })), [
      'health/v1/health.proto',
    ]);
  });
}

t.test('what does not exist is not found, prototypes’ properties included', async (t) => {
  const { address } = await serving(t, inMemoryCommands());
  for (const name of ['no.Such', '', '__proto__', 'constructor', 'a\nb']) {
    for (const request of [
      { fileContainingSymbol: name },
      { fileByFilename: name },
      { fileContainingExtension: { containingType: name, extensionNumber: 1 } },
      { allExtensionNumbersOfType: name },
    ]) {
      const { errorResponse } = await ask(t, address, 'v1', request);
      t.match(errorResponse, { errorCode: 5, errorMessage: /is not known here$/ });
    }
  }
  const { errorResponse } = await ask(t, address, 'v1', {});
  t.match(errorResponse, { errorCode: 12 }, 'a request that asks nothing is not implemented');
});

const PYTHON = '/usr/bin/python3';
const noPython =
  spawnSync(PYTHON, ['-c', 'import grpc, google.protobuf']).status === 0
    ? false
    : `${PYTHON} cannot import grpc and google.protobuf: install python3-grpcio and python3-protobuf`;

t.test(
  'a strict client builds the API from reflection alone, reads its version and calls it',
  { skip: noPython },
  async (t) => {
    const { address } = await serving(t, inMemoryCommands());
    const script = fileURLToPath(new URL('./strict-reflection-client.py', import.meta.url));
    for (const version of VERSIONS) {
      const descriptors = join(t.testdir({}), 'reflection.binpb');
      const built = runBuf(['build', join(protos, version), '--as-file-descriptor-set', '-o', descriptors]);
      t.equal(built.status, 0, built.text);
      const { stdout } = await promisify(execFile)(PYTHON, [script, address, version, descriptors]);
      t.same(JSON.parse(stdout), {
        option: playoutApiVersion(),
        answered: playoutApiVersion(),
        methods: ['StartChannel', 'UpdatePlan', 'StopChannel', 'LoadPreview', 'SwitchToLive', 'GetVersion'],
      });
    }
  },
);
