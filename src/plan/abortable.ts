/**
 * Promises of slow calls, made to heed an AbortSignal. A call into a dead mount never returns and cannot be
 * recalled; whoever waits for it can still be let go, and that is all this does: the call itself runs on.
 */

/** Settles as `work` does, or rejects with the signal's reason as soon as the signal aborts. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let letGo: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    letGo = () => reject(signal.reason);
    if (signal.aborted) letGo();
    else signal.addEventListener('abort', letGo, { once: true });
  });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    if (letGo) signal.removeEventListener('abort', letGo);
  }
}
