/** What the engine itself has to tell of a channel. */
export type EngineReport =
  | { readonly event: 'host_lost'; readonly reason: string; readonly retryMs: number }
  | { readonly event: 'channel_started'; readonly planHandle: string; readonly port: number }
  | { readonly event: 'channel_stopped' }
  | { readonly event: 'budget_reset' }
  /** An operator has the channel's host process replaced. */
  | { readonly event: 'host_restart_asked' }
  | { readonly event: 'start_refused'; readonly reason: string };
