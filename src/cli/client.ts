/**
 * The client side of the command line: `start`, `update`, `preview`, `switch`, `stop`, and what operators may
 * do to a channel on air (`slate`, `return`, `skip`, `restart-decoder`, `reset-budget`, `restart-channel`). Each makes one call, prints one line (for people, or JSON for scripts) and returns the process's exit code; none ends the process itself.
 */
import type { CommandOutcome } from '../../supervisors/engine/channel-commands.js';
import { type ControlClient, ControlClientError, createControlClient } from '../control/client.js';
import { quoted } from '../quoted.js';
import { CLIENT_EXIT, type CliIo, printable } from './cli-io.js';

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

/** Gives a channel its restarts back. */
export function runResetBudget(options: OperationOptions, io: CliIo): Promise<number> {
  const { channelId } = options;
  return run(options, io, {
    call: (engine) => engine.resetBudget({ channelId }),
    done: () => `channel ${channelId} has all its restarts again`,
    failed: `the restart budget of channel ${channelId} was not reset`,
  });
}

/** Puts slate on air in place of what is scheduled. */
export function runSlate(options: OperationOptions, io: CliIo): Promise<number> {
  const { channelId } = options;
  return run(options, io, {
    call: (engine) => engine.takeSlate({ channelId }),
    done: () => `channel ${channelId} airs slate; its plan goes on beneath, until return`,
    failed: `slate was not taken on channel ${channelId}`,
  });
}

/** Ends the slate that was taken. */
export function runReturn(options: OperationOptions, io: CliIo): Promise<number> {
  const { channelId } = options;
  return run(options, io, {
    call: (engine) => engine.returnToPlan({ channelId }),
    done: () => `channel ${channelId} airs its plan`,
    failed: `channel ${channelId} did not return to its plan`,
  });
}

/** Leaves out the rest of what airs. */
export function runSkip(options: OperationOptions, io: CliIo): Promise<number> {
  const { channelId } = options;
  return run(options, io, {
    call: (engine) => engine.skipSegment({ channelId }),
    done: () => `the rest of what channel ${channelId} aired is skipped`,
    failed: `nothing was skipped on channel ${channelId}`,
  });
}

/** Has the decoder on air started again. */
export function runRestartDecoder(options: OperationOptions, io: CliIo): Promise<number> {
  const { channelId } = options;
  return run(options, io, {
    call: (engine) => engine.restartDecoder({ channelId }),
    done: () => `the decoder of channel ${channelId} is restarted`,
    failed: `the decoder of channel ${channelId} was not restarted`,
  });
}

/** Has a channel's host process replaced. */
export function runRestartChannel(options: OperationOptions, io: CliIo): Promise<number> {
  const { channelId } = options;
  return run(options, io, {
    call: (engine) => engine.restartChannel({ channelId }),
    done: () => `channel ${channelId} has a new host process, on the same port and schedule`,
    failed: `channel ${channelId} was not restarted`,
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
