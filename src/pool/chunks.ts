// How many items of a map go in one message: pure policy. It knows no clock and no worker; it is told what chunks cost.
//
// Invariants
//  1. A chunk has at least one item and not more than are left.
//  2. With a size given, each chunk has that size, but for the last.
//  3. Before anything is measured a chunk is small. A chunk has at most `GROWTH` times the items of the largest that was
//     measured, and at most `longest`.
//  4. By what was measured it takes at most `TARGET_MS`.
//  5. Where the number of items is known, a chunk is at most the `SHARE`-th part of what is left for each worker, so that
//     chunks shrink towards the end and no worker idles beside one that has much left (guided self-scheduling:
//     Polychronopoulos and Kuck, 1987); but it does not take less than `LEAST_MS`, which is what a message costs.

/** Milliseconds of work in a message: some tenths of one are lost for each. */
export const TARGET_MS = 8
const LEAST_MS = 0.5
const GROWTH = 16
const SHARE = 2
/** What an earlier chunk counts beside the latest, item by item. */
const DECAY = 0.6

export interface ChunkOptions {
  readonly workers: number
  /** The size of all chunks, where the caller sets it. */
  readonly size?: number | undefined
  /** Items in a chunk before anything is measured. */
  readonly first: number
  /** The most items in a chunk. */
  readonly longest: number
  /** Milliseconds of work in a chunk. Default {@link TARGET_MS}. */
  readonly target?: number
}

export class Chunks {
  readonly #options: ChunkOptions
  #largest = 0
  /** Items that were measured, and their milliseconds; what is long ago counts little. */
  #items = 0
  #ms = 0

  constructor(options: ChunkOptions) {
    this.#options = options
  }

  /** The size of the next chunk. `left`: how many items there are still, where that is known. */
  next(left: number = Infinity): number {
    const { workers, size, first, longest, target = TARGET_MS } = this.#options
    if (size !== undefined) return Math.min(size, left)
    const isKnown = this.#largest > 0
    // A clock may show no time for many items.
    const inTime = (ms: number): number => (ms * this.#items) / this.#ms
    const most = Math.min(left, longest, isKnown ? Math.min(this.#largest * GROWTH, inTime(target)) : first)
    const least = isKnown ? Math.min(most, inTime(LEAST_MS)) : 1
    const share = left / (SHARE * workers)
    return Math.max(1, Math.floor(Math.max(least, Math.min(most, share))))
  }

  /** Takes note of what a chunk cost. */
  note(items: number, ms: number): void {
    if (items === 0) return
    this.#items = DECAY * this.#items + items
    this.#ms = DECAY * this.#ms + ms
    this.#largest = Math.max(this.#largest, items)
  }
}
