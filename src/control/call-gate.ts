/**
 * The gate every call passes, whichever service it is for. It turns away calls that come after closing time and
 * clients built for another major version of the API, and it can end calls that are under way: a server waits for
 * open streams when it stops, and nobody else would end a health watch.
 */
import {
  Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  status,
} from '@grpc/grpc-js';
import { quoted } from '../quoted.js';
import { API_VERSION_METADATA, majorVersion } from './api-version.js';
import { OPERATIONS_SERVICE, PLAYOUT_SERVICE } from './playout-package.js';

/** The services that PLAYOUT_API_VERSION speaks of. */
const VERSIONED = [PLAYOUT_SERVICE, OPERATIONS_SERVICE];

export interface CallGate {
  /** To be given to the server. */
  readonly interceptor: ServerInterceptor;
  /** From now on new calls get UNAVAILABLE with these words, and so do calls that are ended. */
  close(words: string): void;
  /** After the close: ends open streams; with `all`, the calls that still wait for their one answer as well. */
  endCalls(kind: 'streams' | 'all'): void;
}

/** A gate for an engine that speaks `apiVersion`. */
export function createCallGate(apiVersion: string): CallGate {
  let closed: string | undefined;
  const open = new Map<ServerInterceptingCallInterface, { readonly streams: boolean; end: () => void }>();

  /** Why this call is turned away; undefined lets it in. */
  function refusal(path: string, metadata: Metadata) {
    if (closed !== undefined) return { code: status.UNAVAILABLE, details: closed };
    if (!VERSIONED.some((service) => path.startsWith(`/${service}/`))) return undefined;
    for (const value of metadata.get(API_VERSION_METADATA)) {
      const stated = value.toString();
      if (majorVersion(stated) === majorVersion(apiVersion)) continue;
      return {
        code: status.FAILED_PRECONDITION,
        details: `${API_VERSION_METADATA}: this client speaks ${quoted(stated)}, this engine "${apiVersion}"; their major versions must be the same: install releases of retrovue-core and retrovue-playout that belong together (docs/versioning.md)`,
      };
    }
    return undefined;
  }

  const interceptor: ServerInterceptor = (method, call) => {
    let ended = false;
    return new ServerInterceptingCall(call, {
      start(next) {
        next({
          onReceiveMetadata(metadata, pass) {
            const refused = refusal(method.path, metadata);
            if (refused !== undefined) {
              ended = true;
              call.sendStatus({ ...refused, metadata: new Metadata() });
              return;
            }
            open.set(call, {
              streams: method.requestStream || method.responseStream,
              end() {
                ended = true;
                call.sendStatus({
                  code: status.UNAVAILABLE,
                  details: closed ?? '',
                  metadata: new Metadata(),
                });
              },
            });
            pass(metadata);
          },
          // grpc-js calls this once per call, however it ends.
          onCancel() {
            open.delete(call);
          },
        });
      },
      // What a handler still says after the call was ended from here would be a write after the stream's end.
      sendMessage(message, pass) {
        if (!ended) pass(message);
      },
      sendStatus(final, pass) {
        if (!ended) pass(final);
      },
    });
  };

  return {
    interceptor,
    close(words) {
      closed = words;
    },
    endCalls(kind) {
      for (const call of [...open.values()]) if (kind === 'all' || call.streams) call.end();
    },
  };
}
