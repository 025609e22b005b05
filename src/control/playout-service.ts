/**
 * The methods of PlayoutControl: each checks its request, hands it to the domain and answers in the body. A call
 * always ends with status OK and exactly one answer, whatever the domain does; a client that hangs up cancels
 * nothing, because half a command would leave a channel that nobody asked for.
 */
import type { sendUnaryData } from '@grpc/grpc-js';
import type { ChannelCommands } from '../../supervisors/engine/channel-commands.js';
import { quoted } from '../quoted.js';
import type { PlayoutControlHandlers } from './generated/retrovue/playout/PlayoutControl.js';
import { checkStart, checkStop, checkUpdate } from './requests.js';

export interface PlayoutServiceOptions {
  readonly commands: ChannelCommands;
  /** What GetVersion answers. */
  readonly apiVersion: string;
  /** Told of every exception that a command threw although it promises not to. Must not throw. */
  readonly onError: (error: unknown, during: string) => void;
  /** Told of a StartChannel refused here, before the domain saw it, though its channel id is valid. */
  readonly onStartRefused: (channelId: number, errorMessage: string) => void;
}

interface Answer {
  readonly success: boolean;
  readonly error_message: string;
}

/** Text that a strict client can decode: a lone surrogate would make the whole answer invalid UTF-8. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

const failed = (errorMessage: string): Answer => ({
  success: false,
  error_message: wellFormed(errorMessage),
});

/** The handlers to be added to a gRPC server. */
export function playoutService(options: PlayoutServiceOptions): PlayoutControlHandlers {
  const { commands, onError } = options;

  async function answer<T extends Answer>(
    during: string,
    callback: sendUnaryData<T | Answer>,
    run: () => Promise<T | Answer>,
  ): Promise<void> {
    try {
      const result = await run();
      callback(null, { ...result, error_message: wellFormed(result.error_message) });
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      callback(
        null,
        failed(`${during} failed inside the engine: ${quoted(what)}; the engine's log has more`),
      );
      onError(error, during);
    }
  }

  return {
    StartChannel({ request: message }, callback) {
      void answer('StartChannel', callback, async () => {
        const checked = checkStart(message);
        if (!checked.ok) {
          const channel = checkStop(message);
          if (channel.ok) options.onStartRefused(channel.request.channelId, checked.errorMessage);
          return failed(checked.errorMessage);
        }
        const { success, errorMessage, port } = await commands.startChannel(checked.request);
        return { success, error_message: errorMessage, port };
      });
    },
    UpdatePlan({ request: message }, callback) {
      void answer('UpdatePlan', callback, async () => {
        const checked = checkUpdate(message);
        if (!checked.ok) return failed(checked.errorMessage);
        const { success, errorMessage } = await commands.updatePlan(checked.request);
        return { success, error_message: errorMessage };
      });
    },
    StopChannel({ request: message }, callback) {
      void answer('StopChannel', callback, async () => {
        const checked = checkStop(message);
        if (!checked.ok) return failed(checked.errorMessage);
        const { success, errorMessage } = await commands.stopChannel(checked.request);
        return { success, error_message: errorMessage };
      });
    },
    GetVersion(_call, callback) {
      callback(null, { version: options.apiVersion });
    },
  };
}
