/**
 * grpc.health.v1.Health: how ChannelManager and probes learn whether the engine (``), its services and each
 * channel (`channel/<id>`) are well. It takes the service's definition from grpc-health-check but not its
 * implementation, which cannot forget a service again and keeps an entry for every name a client ever watched.
 *
 * What clients can make it keep is bounded: watches are limited in number, names in length, and of a client that does
 * not read only the fact is kept; once it reads again it is told how things are by then.
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

interface Watch {
  /** What its client has been told last. */
  told: ServingStatus | undefined;
  /** More would only pile up: its client does not read. */
  full: boolean;
  readonly call: ServerWritableStream<Request, Response>;
}

/** As many as 64 channels need for 16 clients who watch them all. */
const MAX_WATCHES = 1024;
/** Far longer than any name of ours. */
const MAX_NAME_LENGTH = 256;

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
  const watches = new Map<string, Set<Watch>>();
  let open = 0;

  const statusOf = (service: string): ServingStatus => statuses.get(service) ?? 'SERVICE_UNKNOWN';

  function set(service: string, next: ServingStatus): void {
    if (next === statusOf(service)) return;
    if (next === 'SERVICE_UNKNOWN') statuses.delete(service);
    else statuses.set(service, next);
    for (const watch of watches.get(service) ?? []) tell(watch);
  }

  function tell(watch: Watch): void {
    const now = statusOf(watch.call.request.service);
    if (watch.full || now === watch.told) return;
    watch.told = now;
    watch.full = !watch.call.write({ status: now });
  }

  function add(watch: Watch): void {
    const { service } = watch.call.request;
    const others = watches.get(service) ?? new Set();
    watches.set(service, others.add(watch));
    open++;
    // Comes once, however the call ends.
    watch.call.on('cancelled', () => {
      others.delete(watch);
      if (others.size === 0) watches.delete(service);
      open--;
    });
    watch.call.on('drain', () => {
      watch.full = false;
      tell(watch);
    });
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
    const refused = refusal(call.request.service, open);
    if (refused !== undefined) {
      call.emit('error', refused);
      return;
    }
    const mine: Watch = { call, told: undefined, full: false };
    add(mine);
    tell(mine);
  };

  setEngineServing(false);
  return {
    setServing: (channelId, serving) => set(`channel/${channelId}`, serving ? 'SERVING' : 'NOT_SERVING'),
    clear: (channelId) => set(`channel/${channelId}`, 'SERVICE_UNKNOWN'),
    setEngineServing,
    addToServer: (server) => server.addService(healthDefinition, { check, list, watch }),
  };
}

/** Why no further watch is taken; undefined where one is. */
function refusal(service: string, open: number) {
  if (service.length > MAX_NAME_LENGTH) {
    return {
      code: status.INVALID_ARGUMENT,
      details: `service: ${quoted(service)} is longer than ${MAX_NAME_LENGTH} characters; no service here is called so`,
    };
  }
  if (open < MAX_WATCHES) return undefined;
  return {
    code: status.RESOURCE_EXHAUSTED,
    details: `${MAX_WATCHES} health watches are open already; end some that are not needed, or ask with Check`,
  };
}
