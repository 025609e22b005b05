/**
 * Says of a channel, in the page's words, what an operator wants to know first: is something wrong, what do viewers see,
 * what does the engine do about it, and what can be done. Pure: everything comes from the snapshot. What is decided alike
 * for the command line is in judgement.ts.
 */
import type { ChannelView } from '../../supervisors/engine/channel-view.js';
import { holds, machineState } from './channel-facts.js';
import { type Judgement, remedyOf, type Tone } from './judgement.js';
import { baseName, clockTime, count, duration, firstLine, until } from './words.js';

export interface Judged {
  readonly view: ChannelView;
  readonly judgement: Judgement;
}

/** Worst first; among equals by channel id, so that nothing moves without a reason. */
export function worstFirst(all: readonly Judged[]): Judged[] {
  return [...all].sort((a, b) => a.judgement.rank - b.judgement.rank || a.view.channelId - b.view.channelId);
}

/** @param nowUtcMs the engine's time */
export function viewersSee(view: ChannelView, nowUtcMs: number): string {
  const { airing } = view;
  const since = view.airingSinceUtcMs === null ? '' : ` for ${duration(nowUtcMs - view.airingSinceUtcMs)}`;
  switch (airing) {
    case 'content':
      return view.onAir?.segmentType === 'preview' ? 'a preview' : 'what is scheduled';
    case 'hold':
      return `the last picture, held${since}`;
    case 'slate':
      return `slate${since}`;
    case 'pad':
      return 'slate, because the schedule has it';
    case 'operator_slate':
      return `slate, taken by an operator${since}`;
    default:
      return view.state === 'stopped' ? 'nothing: it is off the air' : 'nothing: no frames are sent';
  }
}

/** Why it is so, in the engine's own words; empty where nothing is to be said. */
export function why(view: ChannelView): string {
  if (view.detail !== '') return firstLine(view.detail, 400);
  const [problem] = view.planAssetProblems.soonest;
  if (problem === undefined || view.state === 'stopped') return '';
  const due = problem.dueUtcMs > view.atUtcMs ? `, due at ${clockTime(problem.dueUtcMs)}` : '';
  return firstLine(`${baseName(problem.assetUri)}${due}: ${problem.reason}`, 400);
}

/** What the engine does about it; empty where nothing needs to be done. */
export function engineDoes(view: ChannelView, nowUtcMs: number): string {
  const { budget } = view;
  const spent = `${budget.used} of ${budget.max} restarts used in ${Math.round(budget.windowMs / 1000)} s`;
  const remedy = remedyOf(view, nowUtcMs);
  switch (remedy.does) {
    case 'nothing':
      return '';
    case 'host':
      return 'starts a new host process, again and again, at least once a minute';
    case 'attempt': {
      const { slate, inMs } = remedy;
      if (!slate) return `restarts the decoder ${inMs === null ? 'now' : until(inMs)}; ${spent}`;
      const [next] = view.coming;
      const then = next === undefined ? '' : `; the next segment begins at ${clockTime(next.startsUtcMs)}`;
      return `tries ${inMs === null ? 'the segment again now' : `again ${until(inMs)}`}${then}`;
    }
    case 'fill':
      return `fills the queue: ${view.bufferDepthFrames} of ${view.queueFrames} frames`;
    case 'wait':
      return remedy.next === null
        ? 'waits for a plan'
        : `waits for what begins at ${clockTime(remedy.next.atUtcMs)}`;
    case 'watch':
      return `watches it: stable ${until(remedy.stableInMs)}; ${spent}`;
  }
}

/** What a person can do; empty where nothing needs to be done. */
export function youCan(view: ChannelView): string {
  const { airing } = view;
  if (view.state === 'stopped') return '';
  if (view.hostPid === null) return 'read why in the log; "restart channel" tries at once';
  if (holds(view, 'NoScheduledContent')) return 'give the channel a plan (UpdatePlan)';
  if (holds(view, 'BudgetExhausted')) {
    return 'read the last exit, mend the file or skip the segment; "reset budget" tries at once';
  }
  if (machineState(view) === 'error.slate') {
    return 'mend the file: it is taken as soon as it can be used; or skip the segment, or give another plan';
  }
  if (view.state === 'error')
    return 'wait: this usually takes less than a second; if it comes again, read the last exit';
  if (airing === 'operator_slate') return '"return to plan" ends it';
  const { count: problems, soonest } = view.planAssetProblems;
  if (problems === 0) return '';
  const dueUtcMs = soonest[0]?.dueUtcMs ?? 0;
  const due = dueUtcMs > view.atUtcMs ? ` before ${clockTime(dueUtcMs)}` : '';
  return `mend ${count(problems, 'file')}${due}, or give another plan`;
}

/** The line on top: `1 of 8 channels is wrong: channel 7 on slate for 2 min`. */
export function summary(all: readonly Judged[], nowUtcMs: number): { tone: Tone; text: string } {
  const onAir = all.filter(({ judgement }) => judgement.tone !== 'off');
  const wrong = worstFirst(all.filter(({ judgement }) => judgement.wrong));
  if (all.length === 0) return { tone: 'off', text: 'No channel was started yet' };
  if (wrong.length > 0) {
    const named = wrong.slice(0, 3).map(({ view, judgement }) => {
      const since = duration(nowUtcMs - view.sinceUtcMs);
      return `channel ${view.channelId} ${judgement.word.toLowerCase()} for ${since}`;
    });
    const more = wrong.length > 3 ? ` and ${wrong.length - 3} more` : '';
    const verb = wrong.length === 1 ? 'is' : 'are';
    return {
      tone:
        (['bad', 'warn'] as const).find((tone) => wrong.some((each) => each.judgement.tone === tone)) ??
        'busy',
      text: `${wrong.length} of ${count(all.length, 'channel')} ${verb} wrong: ${named.join(', ')}${more}`,
    };
  }
  if (onAir.length === 0) return { tone: 'off', text: `${count(all.length, 'channel')}, none on air` };
  const watch = onAir.filter(({ judgement }) => judgement.tone === 'warn');
  const slates = onAir.filter(({ view }) => view.airing === 'operator_slate').length;
  const well = [
    ...(slates < onAir.length ? [`${count(onAir.length - slates, 'channel')} on air as scheduled`] : []),
    ...(slates > 0 ? [`${count(slates, 'channel')} on an operator's slate`] : []),
  ].join(', ');
  if (watch.length === 0) return { tone: 'ok', text: well };
  const names = watch.slice(0, 5).map(({ view }) => view.channelId);
  return {
    tone: 'warn',
    text: `${well}; look at ${watch.length === 1 ? 'channel' : 'channels'} ${names.join(', ')}`,
  };
}
