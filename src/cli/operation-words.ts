/** The operator's interventions in the words of the command line: what each is called, and what is said of it. */
import type { ActionName } from '../../supervisors/engine/operations.js';

interface OperationWords {
  /** The command. */
  readonly command: string;
  readonly description: string;
  /** The line for people on success, and what stands before the reason otherwise. */
  readonly done: (channelId: number) => string;
  readonly failed: (channelId: number) => string;
}

export const OPERATION_WORDS: Readonly<Record<ActionName, OperationWords>> = {
  'take-slate': {
    command: 'slate',
    description: 'air slate in place of what is scheduled, until return',
    done: (channelId) => `channel ${channelId} airs slate; its plan goes on beneath, until return`,
    failed: (channelId) => `slate was not taken on channel ${channelId}`,
  },
  'return-to-plan': {
    command: 'return',
    description: 'end the slate that was taken: the plan airs where the clock stands',
    done: (channelId) => `channel ${channelId} airs its plan`,
    failed: (channelId) => `channel ${channelId} did not return to its plan`,
  },
  'skip-segment': {
    command: 'skip',
    description: 'leave out the rest of the segment, or of the preview, that airs',
    done: (channelId) => `the rest of what channel ${channelId} aired is skipped`,
    failed: (channelId) => `nothing was skipped on channel ${channelId}`,
  },
  'restart-decoder': {
    command: 'restart-decoder',
    description: 'start the decoder on air again; it counts as a restart',
    done: (channelId) => `the decoder of channel ${channelId} is restarted`,
    failed: (channelId) => `the decoder of channel ${channelId} was not restarted`,
  },
  'reset-budget': {
    command: 'reset-budget',
    description:
      'give a channel its restarts back; one that is on slate for want of them tries again at once',
    done: (channelId) => `channel ${channelId} has all its restarts again`,
    failed: (channelId) => `the restart budget of channel ${channelId} was not reset`,
  },
  'restart-channel': {
    command: 'restart-channel',
    description: "replace a channel's host process, on the same port",
    done: (channelId) => `channel ${channelId} has a new host process, on the same port and schedule`,
    failed: (channelId) => `channel ${channelId} was not restarted`,
  },
};
