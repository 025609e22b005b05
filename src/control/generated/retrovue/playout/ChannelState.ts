// Original file: proto/retrovue/operations.proto

export const ChannelState = {
  CHANNEL_STATE_STOPPED: 'CHANNEL_STATE_STOPPED',
  CHANNEL_STATE_BUFFERING: 'CHANNEL_STATE_BUFFERING',
  CHANNEL_STATE_READY: 'CHANNEL_STATE_READY',
  CHANNEL_STATE_ERROR: 'CHANNEL_STATE_ERROR',
} as const;

export type ChannelState =
  | 'CHANNEL_STATE_STOPPED'
  | 0
  | 'CHANNEL_STATE_BUFFERING'
  | 1
  | 'CHANNEL_STATE_READY'
  | 2
  | 'CHANNEL_STATE_ERROR'
  | 3

export type ChannelState__Output = typeof ChannelState[keyof typeof ChannelState]
