/**
 * Turns what happens into log lines: one line per thing that happened, with the fields that `grep` and `jq` want and
 * a sentence for people.
 */
import type { Logger } from 'pino';
import type { ChannelReport } from '../../supervisors/channel/channel-event.js';
import { shownHandle } from '../../supervisors/channel/shown-handle.js';
import type { EngineReport } from '../../supervisors/engine/engine-report.js';
import type { SupervisorReport } from '../../supervisors/otp/report.js';

/**
 * What aired has a log of its own, transitions are in the snapshot, and what a plan was made of is for the channel's next
 * host.
 */
type Unlogged = Extract<
  ChannelReport | EngineReport,
  { event: 'as_run' | 'transition' | 'airing' | 'plan_copied' }
>;

export type Logged = Exclude<ChannelReport | EngineReport, Unlogged>;

const UNLOGGED: Readonly<Record<Unlogged['event'], true>> = {
  as_run: true,
  transition: true,
  airing: true,
  plan_copied: true,
};

export function isLogged(report: ChannelReport | EngineReport): report is Logged {
  return !(report.event in UNLOGGED);
}

type Level = 'debug' | 'info' | 'warn' | 'error';

/** Parts of the tree that an event speaks of, by the names of the supervisors' children. */
const CHILD: Partial<Record<Logged['event'], string>> = {
  decoder_lost: 'decoder',
  restart: 'decoder',
  ticks_skipped: 'pacer',
  host_lost: 'host',
  decoder_restart_asked: 'decoder',
  host_restart_asked: 'host',
};

/**
 * Logs what a channel, or the engine about it, has to tell.
 *
 * @param onAir handle of the plan on air, or asked for; empty where there is none. An event that is about another says so
 */
export function logChannelReport(logger: Logger, channel: number, report: Logged, onAir: string): void {
  const { event, ...fields } = report;
  const { planHandle = onAir, ...others } = { planHandle: undefined, ...fields };
  const plan = shownHandle(planHandle);
  const [level, sentence] = describe(report);
  const child = CHILD[event];
  logger[level](
    { event, channel, ...(child !== undefined && { child }), ...(plan !== '' && { plan }), ...others },
    `channel ${channel}: ${sentence}`,
  );
}

/**
 * Logs what a supervisor has to tell of its children.
 *
 * @param channelId whose tree it is; absent: the engine's own
 */
export function logSupervisorReport(logger: Logger, report: SupervisorReport, channelId?: number): void {
  const { supervisor, errorContext, reason, cause, offender } = report;
  const channel = channelId ?? channelOf(offender.id);
  logger.error(
    {
      event: 'supervisor',
      ...(channel !== undefined && { channel }),
      child: offender.id,
      ...{ supervisor, errorContext, reason, offender, err: cause },
    },
    `${channelId === undefined ? '' : `channel ${channelId}: `}supervisor ${supervisor}: ${errorContext} of ${offender.id}: ${reason}`,
  );
}

/** The supervisor of the channels names its children after them. */
function channelOf(childId: string): number | undefined {
  const id = /^channel-(\d+)$/.exec(childId)?.[1];
  return id === undefined ? undefined : Number(id);
}

function describe(report: Logged): [Level, string] {
  switch (report.event) {
    case 'state': {
      const detail = report.detail === '' ? '' : `: ${report.detail}`;
      return [
        report.to === 'error' ? 'error' : 'info',
        `${report.from} -> ${report.to} (${report.cause})${detail}`,
      ];
    }
    case 'slate':
      return ['error', slateSentence(report)];
    case 'restart':
      return [
        'warn',
        `attempt ${report.attempt} at a lost decoder, ${report.restarts.length} in this window: ${report.reason}`,
      ];
    case 'first_attempt':
      return ['debug', 'a first attempt while the restarts are spent; the next one has to wait'];
    case 'decoder_lost':
      return ['error', `decoder ${report.incarnation} of segment ${report.segment} lost: ${report.reason}`];
    case 'segment_unusable':
      return ['error', `segment ${report.segment} cannot be aired: ${report.reason}`];
    case 'plan_asset_problem':
      return ['warn', `segment ${report.segment}, due in ${inSeconds(report.inMs)}: ${report.reason}`];
    case 'plan_asset_found':
      return ['info', `segment ${report.segment}: ${JSON.stringify(report.asset)} can be used now`];
    case 'plan_on_air':
      return [
        'info',
        `plan ${JSON.stringify(shownHandle(report.planHandle))} takes over (hash ${report.planHash})`,
      ];
    case 'plan_armed':
      return [
        'info',
        `plan ${JSON.stringify(shownHandle(report.planHandle))} is armed and takes over at its start time`,
      ];
    case 'plan_disarmed':
      return [
        'warn',
        `plan ${JSON.stringify(shownHandle(report.planHandle))} is no longer armed: another one took its place`,
      ];
    case 'plan_rejected':
      return [
        'error',
        `plan ${JSON.stringify(shownHandle(report.planHandle))} was not taken: ${report.reason}`,
      ];
    case 'preview_loaded':
      return ['info', `preview ${JSON.stringify(report.asset)} is loaded and waits for SwitchToLive`];
    case 'preview_failed':
      return ['error', `preview ${JSON.stringify(report.asset)} cannot be aired: ${report.reason}`];
    case 'preview_on_air':
      return ['info', `preview ${JSON.stringify(report.asset)} is on air, from tick ${report.startTick} on`];
    case 'preview_over':
      return [
        'info',
        `preview ${JSON.stringify(report.asset)} is over; the plan is joined where the clock stands`,
      ];
    case 'slate_unusable':
      return ['error', `its own slate did not arrive (${report.reason}); the built-in one stands in for it`];
    case 'underrun':
      return ['error', `tick ${report.tick} was owed content and the queue was empty; filler airs`];
    case 'ticks_skipped':
      return [
        'error',
        `the host was held up for ${Math.round(report.lateMs)} ms; ${report.ticks} ticks were skipped`,
      ];
    case 'host_lost':
      return [
        'error',
        `${report.reason}; ${report.retryMs === 0 ? 'a new host takes over' : `no output, next attempt in ${report.retryMs / 1000} s`}`,
      ];
    case 'channel_started':
      return [
        'info',
        `on air with plan ${JSON.stringify(shownHandle(report.planHandle))}, frames at port ${report.port}`,
      ];
    case 'channel_stopped':
      return ['info', 'stopped'];
    case 'budget_reset':
      return ['info', 'an operator has reset its restart budget'];
    case 'host_restart_asked':
      return ['warn', 'an operator has its host process replaced'];
    case 'operator_slate':
      return ['warn', 'an operator has taken slate; what is scheduled goes on beneath, until ReturnToPlan'];
    case 'operator_return':
      return ['warn', 'an operator has returned to the plan'];
    case 'segment_skipped': {
      const rest = report.skippedTo === null ? 'what comes next begins now' : 'the rest of its slot is slate';
      return ['warn', `an operator has skipped ${JSON.stringify(report.asset)}; ${rest}`];
    }
    case 'decoder_restart_asked':
      return ['warn', `an operator has decoder ${report.incarnation} of segment ${report.segment} restarted`];
    case 'start_refused':
      return ['error', `not started: ${report.reason}`];
  }
}

/** What failed, how often, and what happens next. */
function slateSentence(report: Extract<ChannelReport, { event: 'slate' }>): string {
  const { condition, reason, restarts, maxRestarts, windowMs, nextAttemptMs, nextSegment } = report;
  const tried = `${restarts} of ${maxRestarts} restarts spent in the last ${inSeconds(windowMs)}`;
  const next =
    nextSegment === null
      ? ''
      : `; ${JSON.stringify(nextSegment.asset)} is due in ${inSeconds(nextSegment.inMs)}`;
  return `slate airs (${condition}): ${reason}; ${tried}; next attempt within ${inSeconds(nextAttemptMs)}${next}; UpdatePlan and reset-budget have it tried at once`;
}

function inSeconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}
