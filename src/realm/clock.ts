// Time, as both ends see it: tests bring their own.

export interface Clock {
  /** Milliseconds. */
  now(): number
  /** Calls `then` after so many milliseconds, unless the returned function is called before. */
  after(ms: number, then: () => void): () => void
}

// Longer delays overflow in every engine and fire at once.
const LONGEST_DELAY = 2_147_483_647

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, then) {
    if (ms > LONGEST_DELAY) return () => {}
    const timer = setTimeout(then, ms)
    return () => clearTimeout(timer)
  },
}
