/**
 * grpc.health.v1.Health: how ChannelManager and probes learn whether the engine (``), its services and each
 * channel (`channel/<id>`) are well. It takes the service's definition from grpc-health-check but not its
 * implementation, which cannot forget a service again and keeps an entry for every name a client ever watched.
 */
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  type Server,
  type ServerWritableStream,
  status,
} from '@grpc/grpc-js';
import { service as healthDefinition } from 'grpc-health-check';
import { quoted } from '../quoted.js';
import { OPERATIONS_SERVICE, PLAYOUT_SERVICE } from './playout-package.js';

type ServingStatus = 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN';
interface Request {
  readonly service: string;
}
interface Response {
  readonly status: ServingStatus;
}
interface ListResponse {
  readonly statuses: Readonly<Record<string, Response>>;
}

/** Where the engine says how its channels are. */
export interface ChannelHealth {
  /** Sets what `channel/<id>` answers; watchers hear of a change only. */
  setServing(channelId: number, serving: boolean): void;
  /** Forgets a channel: Check answers NOT_FOUND again, watchers hear SERVICE_UNKNOWN. */
  clear(channelId: number): void;
}

export interface Health extends ChannelHealth {
  /** Sets what the engine as a whole and its services answer. */
  setEngineServing(serving: boolean): void;
  addToServer(server: Pick<Server, 'addService'>): void;
}

/** A health service that knows the engine as NOT_SERVING and no channel. */
export function createHealth(): Health {
  const statuses = new Map<string, ServingStatus>();
  const watchers = new Map<ServerWritableStream<Request, Response>, string>();

  function set(service: string, next: ServingStatus): void {
    const before = statuses.get(service) ?? 'SERVICE_UNKNOWN';
    if (next === 'SERVICE_UNKNOWN') statuses.delete(service);
    else statuses.set(service, next);
    if (next === before) return;
    for (const [call, watched] of watchers) if (watched === service) call.write({ status: next });
  }

  function setEngineServing(serving: boolean): void {
    for (const service of ['', PLAYOUT_SERVICE, OPERATIONS_SERVICE])
      set(service, serving ? 'SERVING' : 'NOT_SERVING');
  }

  const check: handleUnaryCall<Request, Response> = ({ request }, callback) => {
    const known = statuses.get(request.service);
    if (known !== undefined) return callback(null, { status: known });
    callback({
      code: status.NOT_FOUND,
      details: `service: ${quoted(request.service)} is not known here; ask for "", "${PLAYOUT_SERVICE}" or "channel/<id>" of a started channel`,
    });
  };

  const list: handleUnaryCall<object, ListResponse> = (_call, callback) => {
    callback(null, {
      statuses: Object.fromEntries([...statuses].map(([service, it]) => [service, { status: it }])),
    });
  };

  const watch: handleServerStreamingCall<Request, Response> = (call) => {
    watchers.set(call, call.request.service);
    call.on('cancelled', () => watchers.delete(call));
    call.write({ status: statuses.get(call.request.service) ?? 'SERVICE_UNKNOWN' });
  };

  setEngineServing(false);
  return {
    setServing: (channelId, serving) => set(`channel/${channelId}`, serving ? 'SERVING' : 'NOT_SERVING'),
    clear: (channelId) => set(`channel/${channelId}`, 'SERVICE_UNKNOWN'),
    setEngineServing,
    addToServer: (server) => server.addService(healthDefinition, { check, list, watch }),
  };
}
