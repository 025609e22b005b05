/** What interventions over HTTP are answered with for programs, the dashboard among them. Types alone, for browsers too. */
import type { ActionName } from '../../supervisors/engine/operations.js';

/** Why an intervention was refused. */
export type RefusalCode =
  /** Another site's page asks, or the server is called by a name that is not its own. */
  | 'foreign'
  /** This address takes none. */
  | 'http_off'
  /** This one is switched off on this engine. */
  | 'switched_off'
  | 'no_such_action'
  | 'bad_channel_id'
  | 'no_such_channel'
  | 'too_long'
  /** The channel does not do it as things are. */
  | 'refused';

/** What `GET /actions` says of one: whether it is taken here from whoever asks; of channels it says nothing. */
export interface TakenAction {
  readonly action: ActionName;
  readonly taken: boolean;
  /** Null where it is taken. */
  readonly code: RefusalCode | null;
  readonly error_message: string;
}
