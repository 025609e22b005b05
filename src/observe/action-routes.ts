/**
 * The operator's interventions over HTTP: `POST /channels/{id}/actions/{action}`. The only pages that change anything.
 * Every answer is `{ "success": ..., "error_message": "..." }`, as over gRPC, and a refusal has a `code` for programs
 * besides; its status says who is to blame. `GET /actions` says beforehand which of them this address takes at all.
 */
import type { ChannelOperations, ChannelViews } from '../../supervisors/engine/channel-commands.js';
import {
  ACTION_NAMES,
  ACTIONS,
  type ActionName,
  type OperationSwitches,
  switchedOff,
} from '../../supervisors/engine/operations.js';
import type { HostPort } from '../config/host-port.js';
import { channelParam } from './channel-param.js';
import { json, type Page, type PageRequest } from './page.js';
import { MAX_BODY_BYTES } from './request-body.js';
import type { Route } from './routes.js';
import { foreign } from './same-site.js';
import type { RefusalCode, TakenAction } from './taken-action.js';

export interface ActionRoutesOptions {
  readonly operations: ChannelOperations;
  readonly views: Pick<ChannelViews, 'snapshot'>;
  /** Where the server listens. */
  readonly address: HostPort;
  readonly settings: OperationSwitches & {
    /** Whether this address takes interventions at all; null: only where it is a loopback address. */
    readonly http: boolean | null;
    readonly httpHosts: readonly string[];
  };
}

interface Refusal {
  readonly code: RefusalCode;
  readonly errorMessage: string;
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/i;

export function actionRoutes(options: ActionRoutesOptions): readonly Route[] {
  const answer = (request: PageRequest) => act(request, options);
  return [
    { method: 'GET', path: '/actions', answer: (request) => json(200, takenActions(request, options)) },
    { method: 'POST', path: '/channels/{id}/actions/{action}', answer },
  ];
}

function takenActions({ headers }: PageRequest, { address, settings }: ActionRoutesOptions): TakenAction[] {
  // What the same page would be told if it sent JSON.
  const problem = foreign({ ...headers, 'content-type': 'application/json' }, settings.httpHosts);
  return ACTION_NAMES.map((action) => {
    const refusal: Refusal | undefined =
      problem === undefined
        ? notTaken(action, settings, address)
        : { code: 'foreign', errorMessage: problem };
    return {
      action,
      taken: refusal === undefined,
      code: refusal?.code ?? null,
      error_message: refusal?.errorMessage ?? '',
    };
  });
}

async function act(
  { params, headers, body }: PageRequest,
  { operations, views, address, settings }: ActionRoutesOptions,
): Promise<Page> {
  const problem = foreign(headers, settings.httpHosts);
  if (problem !== undefined) return refused(403, 'foreign', problem);
  if (body === 'too_long')
    return refused(413, 'too_long', `the request's body is longer than ${MAX_BODY_BYTES} bytes`);
  const { action = '' } = params;
  if (!isAction(action))
    return refused(404, 'no_such_action', `there is no such action; there are ${ACTION_NAMES.join(', ')}`);
  const off = notTaken(action, settings, address);
  if (off !== undefined) return refused(403, off.code, off.errorMessage);
  const channelId = channelParam(params.id);
  if (typeof channelId !== 'number') return refused(400, 'bad_channel_id', errorIn(channelId));
  if (views.snapshot(channelId) === undefined) {
    return refused(
      404,
      'no_such_channel',
      `channel ${channelId} is not known: it was never started, or was stopped long ago; /channels lists the known ones`,
    );
  }
  // Whether the client is still there for the answer: half a command would leave a channel that nobody asked for.
  const { success, errorMessage } = await operations[ACTIONS[action].call]({ channelId });
  return success ? json(200, { success, error_message: '' }) : refused(409, 'refused', errorMessage);
}

function isAction(action: string): action is ActionName {
  return (ACTION_NAMES as readonly string[]).includes(action);
}

/** Why it is never taken here, whatever the channel; undefined where it is. */
function notTaken(
  action: ActionName,
  settings: ActionRoutesOptions['settings'],
  address: HostPort,
): Refusal | undefined {
  const http = httpOff(settings.http, address);
  if (http !== undefined) return { code: 'http_off', errorMessage: http };
  const off = switchedOff(action, settings);
  return off === undefined ? undefined : { code: 'switched_off', errorMessage: off };
}

function httpOff(http: boolean | null, { host }: HostPort): string | undefined {
  if (http ?? LOOPBACK.test(host)) return undefined;
  return http === false
    ? 'interventions over HTTP are switched off on this engine: operations.http is false in its configuration'
    : 'this HTTP address is not a loopback address, so it takes no interventions: use gRPC, or set operations.http to true if whoever reaches it may intervene';
}

function refused(status: number, code: RefusalCode, errorMessage: string): Page {
  return json(status, { success: false, error_message: errorMessage, code });
}

/** The words of a page that {@link channelParam} answers with. */
function errorIn({ body }: Page): string {
  return (JSON.parse(String(body)) as { error: string }).error;
}
