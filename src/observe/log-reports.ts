/**
 * Turns what happens into log lines: one line per thing that happened, with the fields that `grep` and `jq` want and
 * a sentence for people.
 */
import type { Logger } from 'pino';
import type { ChannelReport } from '../../supervisors/channel/channel-event.js';
import { shownHandle } from '../../supervisors/channel/shown-handle.js';
import type { EngineReport } from '../../supervisors/engine/engine-report.js';
import type { SupervisorReport } from '../../supervisors/otp/report.js';

/** What is logged; what aired has a log of its own, and transitions are in the snapshot. */
type Logged = Exclude<ChannelReport | EngineReport, { event: 'as_run' | 'transition' | 'airing' }>;

type Level = 'debug' | 'info' | 'warn' | 'error';

/** Logs what a channel, or the engine about it, has to tell. */
export function logChannelReport(logger: Logger, channel: number, report: Logged): void {
  const shown = 'planHandle' in report ? withoutPlan(report) : report;
  const [level, sentence] = describe(shown);
  logger[level]({ channel, ...shown }, `channel ${channel}: ${sentence}`);
}

/** Of a plan's handle the beginning, and of its text nothing. */
function withoutPlan<Report extends Extract<Logged, { planHandle: string }>>(report: Report): Report {
  return { ...report, planHandle: shownHandle(report.planHandle), copy: undefined };
}

/** Logs what a supervisor has to tell of its children. */
export function logSupervisorReport(logger: Logger, report: SupervisorReport): void {
  const { supervisor, errorContext, reason, cause, offender } = report;
  logger.error(
    { event: 'supervisor', supervisor, errorContext, reason, offender, err: cause },
    `supervisor ${supervisor}: ${errorContext} of ${offender.id}: ${reason}`,
  );
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
      return ['info', `plan ${JSON.stringify(report.planHandle)} takes over (hash ${report.planHash})`];
    case 'plan_armed':
      return ['info', `plan ${JSON.stringify(report.planHandle)} is armed and takes over at its start time`];
    case 'plan_disarmed':
      return [
        'warn',
        `plan ${JSON.stringify(report.planHandle)} is no longer armed: another one took its place`,
      ];
    case 'plan_rejected':
      return ['error', `plan ${JSON.stringify(report.planHandle)} was not taken: ${report.reason}`];
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
      return ['info', `on air with plan ${JSON.stringify(report.planHandle)}, frames at port ${report.port}`];
    case 'channel_stopped':
      return ['info', 'stopped'];
    case 'budget_reset':
      return ['info', 'an operator has reset its restart budget'];
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
