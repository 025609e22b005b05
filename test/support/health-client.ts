/** A client of grpc.health.v1 alone, as ChannelManager and probes have it. */
import { on } from 'node:events';
import { Client, credentials, type MethodDefinition, type ServiceError } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';
import type { HasTeardown } from './temp-dir.js';

interface HealthStatus {
  readonly status: string;
}

/** `next` resolves to the next status that a watch tells, `ended` to how it ended. */
export function healthClient(t: HasTeardown, address: string) {
  const client = new Client(address, credentials.createInsecure());
  t.teardown(() => client.close());

  function unary<T>(method: MethodDefinition<object, object> | undefined, request: object): Promise<T> {
    if (method === undefined) throw new Error('the health service lacks a method');
    const { path, requestSerialize, responseDeserialize } = method;
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, response) =>
        error ? reject(error) : resolve(response as T),
      );
    });
  }

  return {
    check: async (name: string) => (await unary<HealthStatus>(service.Check, { service: name })).status,
    list: async () => (await unary<{ statuses: object }>(service.List, {})).statuses,
    watch(name: string) {
      const method = service.Watch as MethodDefinition<object, object>;
      const stream = client.makeServerStreamRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        { service: name },
      );
      const statuses = on(stream, 'data');
      const ended = new Promise<ServiceError>((resolve) => stream.on('error', resolve));
      const next = async (): Promise<string> => (await statuses.next()).value[0].status;
      return { next, ended, cancel: () => stream.cancel() };
    },
  };
}
