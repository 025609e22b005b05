/**
 * A client of the control API for this product's own command line and tests. What the engine answers, success or
 * not, resolves; only a call that got no answer rejects. It states the API version it was built for, so that an
 * engine of another major version says so instead of misunderstanding it.
 */
import {
  type CallOptions,
  type ClientUnaryCall,
  credentials,
  Metadata,
  type requestCallback,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import type {
  ChannelCommands,
  ChannelOperations,
  CommandOutcome,
} from '../../supervisors/engine/channel-commands.js';
import { ACTIONS, type ActionMethod, operationsFrom } from '../../supervisors/engine/operations.js';
import { quoted } from '../quoted.js';
import type { Answer } from './answer.js';
import { API_VERSION_METADATA, playoutApiVersion } from './api-version.js';
import type { ApiVersion__Output } from './generated/retrovue/playout/ApiVersion.js';
import type { LoadPreviewResponse__Output } from './generated/retrovue/playout/LoadPreviewResponse.js';
import type { StartChannelResponse__Output } from './generated/retrovue/playout/StartChannelResponse.js';
import type { StopChannelResponse__Output } from './generated/retrovue/playout/StopChannelResponse.js';
import type { SwitchToLiveResponse__Output } from './generated/retrovue/playout/SwitchToLiveResponse.js';
import type { UpdatePlanResponse__Output } from './generated/retrovue/playout/UpdatePlanResponse.js';
import { loadPlayoutPackage } from './playout-package.js';

// Longer than the engine may take over any command (10 s unless configured), so that its own reason arrives first.
const DEADLINE_MS = 30_000;

/**
 * Why a call got no answer. `unreachable`: nothing listens, or it went away. `timeout`: it listens but did not
 * answer; the command may still be carried out. `refused`: the transport said no, for example over the API version.
 */
export class ControlClientError extends Error {
  override readonly name = 'ControlClientError';
  readonly code: 'unreachable' | 'timeout' | 'refused';
  constructor(code: ControlClientError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  static from(error: ServiceError, address: string, deadlineMs: number): ControlClientError {
    const options = { cause: error };
    const details = quoted(error.details);
    if (error.code === status.UNAVAILABLE) {
      const message = `no playout engine answers at ${address} (${details}): start it with "retrovue-playout serve", or name its address with --grpc HOST:PORT`;
      return new ControlClientError('unreachable', message, options);
    }
    if (error.code === status.DEADLINE_EXCEEDED) {
      const message = `no answer from ${address} within ${deadlineMs / 1000} s: the command may still be carried out, "retrovue-playout status" shows whether it was`;
      return new ControlClientError('timeout', message, options);
    }
    return new ControlClientError(
      'refused',
      `${address} refused the call: ${status[error.code]}: ${error.details}`,
      options,
    );
  }
}

/** What goes with every request. */
type Rest<Response> = [metadata: Metadata, options: CallOptions, callback: requestCallback<Response>];
type Intervene = (request: { channel_id: number }, ...rest: Rest<Answer>) => ClientUnaryCall;

/** Every call may reject with a {@link ControlClientError}. */
export interface ControlClient extends ChannelCommands, ChannelOperations {
  /** PLAYOUT_API_VERSION of the engine. */
  getVersion(): Promise<string>;
  /** Closes the connection; calls under way fail as `refused`. */
  close(): void;
}

/** A client of the engine at `address` (`HOST:PORT`). It connects with the first call. */
export function createControlClient(address: string, deadlineMs: number = DEADLINE_MS): ControlClient {
  const { PlayoutControl, PlayoutOperations } = loadPlayoutPackage();
  // The engine is on this machine or beside it; a proxy from the environment would only be in the way.
  const options = { 'grpc.enable_http_proxy': 0 };
  const client = new PlayoutControl(address, credentials.createInsecure(), options);
  // On the same connection.
  const operations = new PlayoutOperations(address, credentials.createInsecure(), {
    ...options,
    channelOverride: client.getChannel(),
  });
  // The interventions are asked for and answered alike.
  const intervene: Readonly<Record<ActionMethod, Intervene>> = operations;
  const apiVersion = playoutApiVersion();

  function call<Response>(invoke: (...rest: Rest<Response>) => ClientUnaryCall): Promise<Response> {
    return new Promise((resolve, reject) => {
      const metadata = new Metadata();
      metadata.set(API_VERSION_METADATA, apiVersion);
      // grpc's deadline is a moment of the wall clock; there is no other kind.
      invoke(metadata, { deadline: Date.now() + deadlineMs }, (error, response) => {
        if (error) reject(ControlClientError.from(error, address, deadlineMs));
        else if (response === undefined) reject(new Error('grpc gave neither an error nor a response'));
        else resolve(response);
      });
    });
  }

  const outcome = (response: Answer): CommandOutcome => ({
    success: response.success,
    errorMessage: response.error_message,
  });

  return {
    async startChannel({ channelId, planHandle, port }) {
      const request = {
        channel_id: int32('channel_id', channelId),
        plan_handle: planHandle,
        port: int32('port', port),
      };
      const response = await call<StartChannelResponse__Output>((...rest) =>
        client.StartChannel(request, ...rest),
      );
      return { ...outcome(response), port: response.port };
    },
    async updatePlan({ channelId, planHandle }) {
      const request = { channel_id: int32('channel_id', channelId), plan_handle: planHandle };
      return outcome(
        await call<UpdatePlanResponse__Output>((...rest) => client.UpdatePlan(request, ...rest)),
      );
    },
    async stopChannel({ channelId }) {
      const request = { channel_id: int32('channel_id', channelId) };
      return outcome(
        await call<StopChannelResponse__Output>((...rest) => client.StopChannel(request, ...rest)),
      );
    },
    async loadPreview({ channelId, assetPath }) {
      const request = { channel_id: int32('channel_id', channelId), asset_path: assetPath };
      return outcome(
        await call<LoadPreviewResponse__Output>((...rest) => client.LoadPreview(request, ...rest)),
      );
    },
    async switchToLive({ channelId }) {
      const request = { channel_id: int32('channel_id', channelId) };
      const response = await call<SwitchToLiveResponse__Output>((...rest) =>
        client.SwitchToLive(request, ...rest),
      );
      return { ...outcome(response), startUs: Number(response.live_start_pts) };
    },
    ...operationsFrom((action) => async ({ channelId }) => {
      const request = { channel_id: int32('channel_id', channelId) };
      return outcome(await call<Answer>((...rest) => intervene[ACTIONS[action].method](request, ...rest)));
    }),
    async getVersion() {
      return (await call<ApiVersion__Output>((...rest) => client.GetVersion({}, ...rest))).version;
    },
    close: () => client.close(),
  };
}

/** Protobuf would silently cut a greater number to 32 bits and name another channel with it. */
function int32(field: string, value: number): number {
  if (Number.isInteger(value) && value === (value | 0)) return value;
  throw new ControlClientError(
    'refused',
    `${field}: ${value} is not a whole number of 32 bits; give a smaller one`,
  );
}
