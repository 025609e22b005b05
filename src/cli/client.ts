/**
 * The client side of the command line: `start`, `update`, `preview`, `switch`, `stop`, and what operators may do to a
 * channel on air. Each makes one call, prints one line (for people, or JSON for scripts) and returns the process's exit
 * code; none ends the process itself.
 */
import type { CommandOutcome } from '../../supervisors/engine/channel-commands.js';
import { ACTIONS, type ActionName } from '../../supervisors/engine/operations.js';
import { type ControlClient, ControlClientError, createControlClient } from '../control/client.js';
import { quoted } from '../quoted.js';
import { CLIENT_EXIT, type CliIo, printable } from './cli-io.js';
import { OPERATION_WORDS } from './operation-words.js';

interface CallOptions {
  /** The engine's gRPC address, `HOST:PORT`. */
  readonly address: string;
  readonly channelId: number;
  /** Print the answer as one line of JSON on stdout instead. */
  readonly json: boolean;
}
export interface StartOptions extends CallOptions {
  readonly planHandle: string;
  /** 0: the system picks one. */
  readonly port: number;
}
export interface UpdateOptions extends CallOptions {
  readonly planHandle: string;
}
export interface PreviewOptions extends CallOptions {
  readonly assetPath: string;
}
export type SwitchOptions = CallOptions;
export type StopOptions = CallOptions;
/** Interventions of an operator. */
export type OperationOptions = CallOptions;

/** Puts a channel on air. */
export function runStart(options: StartOptions, io: CliIo): Promise<number> {
  const { channelId, planHandle, port } = options;
  return run(options, io, {
    call: (engine) => engine.startChannel({ channelId, planHandle, port }),
    done: (outcome) =>
      `channel ${channelId} is on air with plan ${quoted(planHandle)} on port ${outcome.port}`,
    failed: `channel ${channelId} was not started`,
  });
}

/** Swaps the plan of a channel. */
export function runUpdate(options: UpdateOptions, io: CliIo): Promise<number> {
  const { channelId, planHandle } = options;
  return run(options, io, {
    call: (engine) => engine.updatePlan({ channelId, planHandle }),
    done: () =>
      `channel ${channelId} has taken plan ${quoted(planHandle)}: on air now, or from its start time on`,
    failed: `the plan of channel ${channelId} was not changed`,
  });
}

/** Loads an asset beside what a channel airs. */
export function runPreview(options: PreviewOptions, io: CliIo): Promise<number> {
  const { channelId, assetPath } = options;
  return run(options, io, {
    call: (engine) => engine.loadPreview({ channelId, assetPath }),
    done: () => `preview ${quoted(assetPath)} is loaded on channel ${channelId} and waits for switch`,
    failed: `channel ${channelId} has no preview loaded`,
  });
}

/** Puts the loaded asset on air. */
export function runSwitch(options: SwitchOptions, io: CliIo): Promise<number> {
  const { channelId } = options;
  return run(options, io, {
    call: (engine) => engine.switchToLive({ channelId }),
    done: () => `channel ${channelId} airs its preview; its plan is joined again when that is over`,
    failed: `channel ${channelId} was not switched`,
  });
}

/** Takes a channel off the air. */
export function runStop(options: StopOptions, io: CliIo): Promise<number> {
  const { channelId } = options;
  return run(options, io, {
    call: (engine) => engine.stopChannel({ channelId }),
    done: () => `channel ${channelId} is stopped`,
    failed: `channel ${channelId} did not stop cleanly`,
  });
}

/** Does to a channel what an operator may do besides. */
export function runOperation(action: ActionName, options: OperationOptions, io: CliIo): Promise<number> {
  const { channelId } = options;
  const { done, failed } = OPERATION_WORDS[action];
  return run(options, io, {
    call: (engine) => engine[ACTIONS[action].call]({ channelId }),
    done: () => done(channelId),
    failed: failed(channelId),
  });
}

interface Command<T extends CommandOutcome> {
  readonly call: (engine: ControlClient) => Promise<T>;
  /** The line for people on success, and what stands before the reason otherwise. */
  readonly done: (outcome: T) => string;
  readonly failed: string;
}

async function run<T extends CommandOutcome>(
  options: CallOptions,
  io: CliIo,
  command: Command<T>,
): Promise<number> {
  const engine = createControlClient(options.address);
  try {
    const outcome = await command.call(engine);
    if (options.json) {
      const { success, errorMessage, ...rest } = outcome;
      io.stdout.write(
        jsonLine({ channel_id: options.channelId, success, error_message: errorMessage, ...rest }),
      );
    } else if (outcome.success) {
      io.stdout.write(`${command.done(outcome)}\n`);
    } else {
      io.stderr.write(`${command.failed}: ${printable(outcome.errorMessage)}\n`);
    }
    return outcome.success ? CLIENT_EXIT.success : CLIENT_EXIT.failure;
  } catch (error) {
    if (!(error instanceof ControlClientError)) throw error;
    if (options.json) {
      io.stdout.write(
        jsonLine({ channel_id: options.channelId, success: false, error_message: error.message }),
      );
    } else {
      io.stderr.write(`${command.failed}: ${printable(error.message)}\n`);
    }
    return error.code === 'refused' ? CLIENT_EXIT.failure : CLIENT_EXIT.unavailable;
  } finally {
    engine.close();
  }
}

/** One line of JSON. */
function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
