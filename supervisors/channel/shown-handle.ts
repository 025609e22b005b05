/**
 * A plan handle as snapshots and logs show it. A handle may be as long as a gRPC message, and both are written many
 * times over; whatever is longer than this names no plan and was refused, so its beginning tells enough.
 */
const LIMIT = 1024;

/** The handle itself if it has at most 1024 characters, else its beginning and an ellipsis. */
export function shownHandle(handle: string): string {
  return handle.length > LIMIT ? `${handle.slice(0, LIMIT)}…` : handle;
}
