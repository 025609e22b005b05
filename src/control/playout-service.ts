/** The methods of PlayoutControl, the contract: each checks its request, hands it to the domain and answers. */
import type { ChannelCommands } from '../../supervisors/engine/channel-commands.js';
import { answer, failed, type OnCallError, outcomeOf } from './answer.js';
import type { PlayoutControlHandlers } from './generated/retrovue/playout/PlayoutControl.js';
import { checkChannel, checkPreview, checkStart, checkUpdate } from './requests.js';

export interface PlayoutServiceOptions {
  readonly commands: ChannelCommands;
  /** What GetVersion answers. */
  readonly apiVersion: string;
  readonly onError: OnCallError;
  /** Told of a StartChannel refused here, before the domain saw it, though its channel id is valid. */
  readonly onStartRefused: (channelId: number, errorMessage: string) => void;
}

/** The handlers to be added to a gRPC server. */
export function playoutService(options: PlayoutServiceOptions): PlayoutControlHandlers {
  const { commands, onError } = options;
  return {
    StartChannel({ request: message }, callback) {
      void answer('StartChannel', onError, callback, async () => {
        const checked = checkStart(message);
        if (!checked.ok) {
          const channel = checkChannel(message);
          if (channel.ok) options.onStartRefused(channel.request.channelId, checked.errorMessage);
          return failed(checked.errorMessage);
        }
        const { success, errorMessage, port } = await commands.startChannel(checked.request);
        return { success, error_message: errorMessage, port };
      });
    },
    UpdatePlan({ request: message }, callback) {
      void answer('UpdatePlan', onError, callback, () =>
        outcomeOf(checkUpdate(message), (request) => commands.updatePlan(request)),
      );
    },
    StopChannel({ request: message }, callback) {
      void answer('StopChannel', onError, callback, () =>
        outcomeOf(checkChannel(message), (request) => commands.stopChannel(request)),
      );
    },
    LoadPreview({ request: message }, callback) {
      void answer('LoadPreview', onError, callback, async () => {
        const loaded = await outcomeOf(checkPreview(message), (request) => commands.loadPreview(request));
        return { ...loaded, shadow_decode_started: loaded.success };
      });
    },
    SwitchToLive({ request: message }, callback) {
      void answer('SwitchToLive', onError, callback, async () => {
        const checked = checkChannel(message);
        if (!checked.ok) return failed(checked.errorMessage);
        const { success, errorMessage, startUs } = await commands.switchToLive(checked.request);
        return { success, error_message: errorMessage, pts_contiguous: success, live_start_pts: startUs };
      });
    },
    GetVersion(_call, callback) {
      callback(null, { version: options.apiVersion });
    },
  };
}
