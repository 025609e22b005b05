/**
 * The operator's interventions over HTTP: `POST /channels/{id}/actions/{action}`. The only pages that change anything.
 * Every answer is `{ "success": ..., "error_message": "..." }`, as over gRPC; its status says who is to blame.
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
import type { Route } from './routes.js';
import { foreign } from './same-site.js';

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

const MAX_BODY = 1024;
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/i;

export function actionRoutes(options: ActionRoutesOptions): readonly Route[] {
  const answer = (request: PageRequest) => act(request, options);
  return [{ method: 'POST', path: '/channels/{id}/actions/{action}', answer }];
}

async function act(
  { params, headers, body }: PageRequest,
  { operations, views, address, settings }: ActionRoutesOptions,
): Promise<Page> {
  const problem = foreign(headers, settings.httpHosts);
  if (problem !== undefined) return refused(403, problem);
  if (body.length > MAX_BODY) return refused(413, `the request's body is longer than ${MAX_BODY} bytes`);
  const { action = '' } = params;
  if (!isAction(action)) return refused(404, `there is no such action; there are ${ACTION_NAMES.join(', ')}`);
  const off = httpOff(settings.http, address) ?? switchedOff(action, settings);
  if (off !== undefined) return refused(403, off);
  const channelId = channelParam(params.id);
  if (typeof channelId !== 'number') return refused(400, errorIn(channelId));
  if (views.snapshot(channelId) === undefined) {
    return refused(
      404,
      `channel ${channelId} is not known: it was never started, or was stopped long ago; /channels lists the known ones`,
    );
  }
  // Whether the client is still there for the answer: half a command would leave a channel that nobody asked for.
  const { success, errorMessage } = await operations[ACTIONS[action].call]({ channelId });
  return success ? json(200, { success, error_message: '' }) : refused(409, errorMessage);
}

function isAction(action: string): action is ActionName {
  return (ACTION_NAMES as readonly string[]).includes(action);
}

function httpOff(http: boolean | null, { host }: HostPort): string | undefined {
  if (http ?? LOOPBACK.test(host)) return undefined;
  return http === false
    ? 'interventions over HTTP are switched off on this engine: operations.http is false in its configuration'
    : 'this HTTP address is not a loopback address, so it takes no interventions: use gRPC, or set operations.http to true if whoever reaches it may intervene';
}

function refused(status: number, errorMessage: string): Page {
  return json(status, { success: false, error_message: errorMessage });
}

/** The words of a page that {@link channelParam} answers with. */
function errorIn({ body }: Page): string {
  return (JSON.parse(String(body)) as { error: string }).error;
}
