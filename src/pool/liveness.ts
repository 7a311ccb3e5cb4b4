// Tells when a worker is gone. No event does: a worker holds a Web Lock for as long as it lives, and the page queues for
// it. Without Web Locks (insecure contexts) only a worker's own `close()` and errors while it starts are noticed.

/** Calls `died` when the worker that holds the lock is gone; the returned function ends the watch. */
export type Watch = (lock: string, died: () => void) => () => void

export const watchLock: Watch = (lock, died) => {
  const locks = globalThis.navigator?.locks
  if (!locks) return () => {}
  const watch = new AbortController()
  locks
    .request(lock, { signal: watch.signal }, () => {
      // Granted although the watch has ended: the abort came too late.
      if (!watch.signal.aborted) died()
    })
    .catch(() => {
      // The watch has ended, or this context may not use locks.
    })
  return () => watch.abort()
}
