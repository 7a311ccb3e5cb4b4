// What a worker does with a chunk of a map: brine's own function, which every copy of brine has, called like any other.
import { Fold, isThenable } from './fold.ts'
import { realm } from './registry.ts'
import type { Shared } from './shared.ts'

/** Items of a map that follow each other, and what is to be done with them. */
export interface ChunkRequest {
  readonly fn: Shared<(item: unknown, index: number) => unknown>
  /** Folds the results here, as far as the tree of all items lets it. */
  readonly merge?: Shared<(left: unknown, right: unknown) => unknown>
  /** The index of the first. */
  readonly start: number
  /** The items; or how many there are, where each is its index. */
  readonly items: ArrayLike<unknown> | number
  /** Whether an error is the result of its item. */
  readonly settle: boolean
  /** Milliseconds after which the rest is left to others; one item is always done. */
  readonly budget: number
}

/** What became of a chunk. */
export interface ChunkResult {
  /** How many items were done. */
  readonly done: number
  /** Their results, or the blocks that they were folded into. */
  readonly values: ArrayLike<unknown>
  /** The levels of the blocks. */
  readonly levels?: readonly number[]
}

/** Looking at the clock costs as much as a tiny item: looks come seldom where items are, and at each where they are long. */
const LEAST_BETWEEN_LOOKS_MS = 0.1
const MOST_BETWEEN_LOOKS = 256

class Budget {
  readonly #end: number
  #looked: number
  #step = 1
  #next = 1

  constructor(ms: number) {
    this.#looked = performance.now()
    this.#end = this.#looked + ms
  }

  isSpent(done: number): boolean {
    if (done < this.#next) return false
    const now = performance.now()
    const isQuick = now - this.#looked < LEAST_BETWEEN_LOOKS_MS
    this.#step = isQuick ? Math.min(this.#step * 2, MOST_BETWEEN_LOOKS) : 1
    this.#looked = now
    this.#next = done + this.#step
    return now >= this.#end
  }
}

/** Results in order: doubles as long as all are numbers, which move to another thread at next to no cost. */
class Results {
  readonly #room: number
  #numbers: Float64Array | undefined
  #values: unknown[] = []
  #size = 0

  /** `room`: how many there can be. */
  constructor(room: number) {
    this.#room = room
  }

  push(value: unknown): void {
    const at = this.#size++
    if (typeof value === 'number' && (this.#numbers || at === 0)) {
      this.#numbers ??= new Float64Array(this.#room)
      this.#numbers[at] = value
      return
    }
    if (this.#numbers) {
      this.#values = [...this.#numbers.subarray(0, at)]
      this.#numbers = undefined
    }
    this.#values.push(value)
  }

  get values(): ArrayLike<unknown> {
    if (!this.#numbers) return this.#values
    return this.#size === this.#room ? this.#numbers : this.#numbers.slice(0, this.#size)
  }
}

/** A chunk under way. */
class RunningChunk {
  readonly #request: ChunkRequest
  readonly #fn: (item: unknown, index: number) => unknown
  readonly #count: number
  readonly #budget: Budget
  readonly #fold: Fold | undefined
  readonly #results: Results
  #done = 0

  constructor(request: ChunkRequest) {
    const { items, fn, merge, budget } = request
    this.#request = request
    this.#fn = fn.value
    this.#count = typeof items === 'number' ? items : items.length
    this.#budget = new Budget(budget)
    this.#fold = merge && new Fold(merge.value)
    this.#results = new Results(this.#fold ? 0 : this.#count)
  }

  get outcome(): ChunkResult {
    const done = this.#done
    const fold = this.#fold
    return fold
      ? { done, values: pack(fold.values), levels: fold.levels }
      : { done, values: this.#results.values }
  }

  /** Runs items to the end, or to the first whose function gives a promise: then that. */
  advance(): PromiseLike<unknown> | undefined {
    const { start, items, settle } = this.#request
    const isCount = typeof items === 'number'
    while (this.#done < this.#count) {
      const index = start + this.#done
      let result: unknown
      try {
        result = this.#fn(isCount ? index : items[this.#done], index)
      } catch (error) {
        if (!settle) throw error
        this.#push({ status: 'rejected', reason: error })
        if (this.#budget.isSpent(this.#done)) return undefined
        continue
      }
      if (isThenable(result)) return result
      this.#push(settle ? { status: 'fulfilled', value: result } : result)
      if (this.#budget.isSpent(this.#done)) return undefined
    }
    return undefined
  }

  /** Waits for the item at hand; true if there is time for another. */
  async settle(promise: PromiseLike<unknown>): Promise<boolean> {
    const { settle } = this.#request
    try {
      const value = await promise
      this.#push(settle ? { status: 'fulfilled', value } : value)
    } catch (error) {
      if (!settle) throw error
      this.#push({ status: 'rejected', reason: error })
    }
    return !this.#budget.isSpent(this.#done)
  }

  #push(result: unknown): void {
    if (this.#fold) this.#fold.push(this.#request.start + this.#done, 0, result)
    else this.#results.push(result)
    this.#done++
  }
}

/**
 * Runs the items of a chunk one after the other. When one throws, so does this, after it has reported what was done.
 */
export async function runChunk(request: ChunkRequest): Promise<ChunkResult> {
  const running = realm().current
  const chunk = new RunningChunk(request)
  try {
    for (let promise = chunk.advance(); promise; promise = chunk.advance()) {
      const isToGoOn = await chunk.settle(promise)
      // Time has passed, in which the chunk may have been cancelled.
      if (running?.signal.aborted) throw running.signal.reason
      if (!isToGoOn) break
    }
  } catch (error) {
    running?.progress([runChunk, chunk.outcome])
    throw error
  }
  const { outcome } = chunk
  // Nobody else has them.
  if (outcome.values instanceof Float64Array) realm().moving.set(outcome, [outcome.values.buffer])
  return outcome
}

/** The outcome up to an item that threw, if a reported value is one. */
export function reportedOutcome(value: unknown): ChunkResult | undefined {
  // Another copy of brine may have made it.
  const isReport = Array.isArray(value) && realm().intrinsicNames.get(value[0]) === 'runChunk'
  return isReport ? (value[1] as ChunkResult) : undefined
}

/** The elements of a list from `from` to `to`; numbers alone as an array of doubles, which moves to another thread. */
export function pack(list: readonly unknown[], from = 0, to: number = list.length): ArrayLike<unknown> {
  const numbers = new Float64Array(to - from)
  for (let at = from; at < to; at++) {
    const value = list[at]
    if (typeof value !== 'number') return list.slice(from, to)
    numbers[at - from] = value
  }
  return numbers
}
