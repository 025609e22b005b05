/**
 * What commands come to, above all those that a channel cannot simply carry out: the rules and words of the design's
 * table in section 7.
 */
import type { ChannelSnapshot } from '../channel/snapshot.js';
import type { CommandOutcome } from './channel-commands.js';

export const OK: CommandOutcome = { success: true, errorMessage: '' };

/**
 * `refuse`: something else runs. `ready`: it does what is asked for. `ask`: its host is asked, which knows whether the plan
 * is over or can be tried afresh. `join`: a recovery is under way, whose outcome is shared.
 */
export type StartAnswer = 'refuse' | 'ready' | 'ask' | 'join';

/**
 * @param asked what StartChannel asks for; port 0 asks for any. @param runs what is on air
 * @param starting a start of the channel is under way: there is no telling from its snapshot yet
 */
export function answerStart(
  asked: { readonly planHandle: string; readonly port: number },
  runs: { readonly planHandle: string; readonly port: number },
  snapshot: Pick<ChannelSnapshot, 'state' | 'healthy' | 'detail'> | undefined,
  starting: boolean,
): StartAnswer {
  const { state = 'buffering', healthy = false, detail = '' } = snapshot ?? {};
  const onSlate = !starting && state === 'error' && !healthy;
  const matches = asked.port === 0 || asked.port === runs.port;
  if (!matches || (asked.planHandle !== runs.planHandle && !onSlate)) return 'refuse';
  // A plan that is over, or not begun: the host knows which, and what there is to say.
  if (state === 'buffering' && detail.startsWith('NoScheduledContent')) return 'ask';
  if (state !== 'error') return 'ready';
  // On slate the plan is tried afresh, or another one instead, beside what airs.
  return healthy ? 'join' : 'ask';
}

/** The answer to whoever wants to change what a channel airs that airs nothing. */
export function notOnAir(channelId: number): CommandOutcome {
  return {
    success: false,
    errorMessage: `channel_id ${channelId} is not on air; start it with StartChannel`,
  };
}

/** The answer to what a stop has pre-empted. */
export function stoppedMeanwhile(channelId: number): CommandOutcome {
  return { success: false, errorMessage: `channel ${channelId} was stopped by a later call` };
}

/** Nobody can be asked. @param detail what is shown of the channel; undefined while nothing is */
export function noHostNow(channelId: number, detail = 'none yet'): CommandOutcome {
  return {
    success: false,
    errorMessage:
      `channel ${channelId} has no host process now: ${detail}; ` +
      'call again then, or StopChannel and StartChannel to have one at once',
  };
}

/** A host that was to replace another has told nothing of its start. @param detail what is shown of the channel */
export function notBackYet(limitMs: number, detail: string | undefined): CommandOutcome {
  return {
    success: false,
    errorMessage: `the new host process has not put the channel on air within ${limitMs / 1000} s: ${detail || 'no frame yet'}; it goes on trying`,
  };
}

/** A stop that left processes behind. */
export function notDead(channelId: number, pids: readonly number[]): CommandOutcome {
  return {
    success: false,
    errorMessage: `channel ${channelId} is off the air, but process ${pids.join(', ')} did not die within 1 s of SIGKILL; it hangs in the kernel, check the storage it reads from`,
  };
}

/** What keeps a start from its way. */
export function alreadyOnAir(channelId: number, planHandle: string, port: number): string {
  return (
    `channel_id ${channelId} is already on air with plan ${quote(planHandle)} on port ${port}; ` +
    'use UpdatePlan for another plan, or StopChannel first for another port'
  );
}

/** Why a channel could not be put on air, for whoever asked: the supervisor's error names the child only. */
export function notAdmitted(error: unknown, maxChannels: number): string {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (code === 'shutting_down') return 'the engine is shutting down';
  if (code === 'max_children')
    return `${maxChannels} channels are on air and channels.max is ${maxChannels}; stop one, or raise channels.max`;
  return cause instanceof Error ? cause.message : String(error);
}

function quote(handle: string): string {
  const quoted = JSON.stringify(handle);
  return quoted.length > 80 ? `${quoted.slice(0, 79)}…"` : quoted;
}
