// The items of a map, pulled as they are needed.
import type { Clock } from '../realm/clock.ts'
import { pack } from '../realm/run-chunk.ts'

/** Items that follow each other; a number stands for as many indexes. */
export type Items = ArrayLike<unknown> | number

/** Where items come from. Errors of the caller's iterator are thrown by `take`. */
export interface Source {
  /** How many items there are, where that is known. */
  readonly total: number | undefined
  /** Whether the items are numbers, as far as that is known. */
  readonly isLight: boolean
  /** Up to `count` items that follow; none at the end, undefined if one has to wait. */
  take(count: number, hurry: boolean): Items | undefined
  /** Lets go of the caller's iterator. */
  close(): Promise<void>
}

export const countOf = (items: Items): number => (typeof items === 'number' ? items : items.length)

/** The items from the `from`-th on. */
export function sliceItems(items: Items, from: number, to: number): Items {
  if (typeof items === 'number') return Math.min(to, items) - from
  if (ArrayBuffer.isView(items)) return (items as unknown as Float64Array).subarray(from, to)
  return (items as readonly unknown[]).slice(from, to)
}

const closed = (): Promise<void> => Promise.resolve()

/** The indexes from 0 to `total` - 1. */
function countSource(total: number): Source {
  let at = 0
  return {
    total,
    isLight: true,
    take(count) {
      const taken = Math.min(count, total - at)
      at += taken
      return taken
    },
    close: closed,
  }
}

/** A list as it is when its items are taken. */
function listSource(list: ArrayLike<unknown>): Source {
  const total = list.length
  let at = 0
  return {
    total,
    isLight: typeof list[0] === 'number',
    take(count) {
      const from = at
      at = Math.min(at + count, total)
      // A copy: what is sent of a view is its whole buffer.
      if (ArrayBuffer.isView(list)) return (list as unknown as Float64Array).slice(from, at)
      return pack(list as readonly unknown[], from, at)
    },
    close: closed,
  }
}

function iteratorSource(iterator: Iterator<unknown>): Source {
  let isOver = false
  return {
    total: undefined,
    isLight: false,
    take(count) {
      const items: unknown[] = []
      while (!isOver && items.length < count) {
        // An iterator that throws is not closed.
        isOver = true
        const { done, value } = iterator.next()
        isOver = done === true
        if (!isOver) items.push(value)
      }
      return pack(items)
    },
    async close() {
      if (isOver) return
      isOver = true
      iterator.return?.()
    },
  }
}

/** Pulls one item after the other, as far ahead as was asked for last. */
class AsyncSource implements Source {
  readonly total = undefined
  readonly isLight = false
  readonly #iterator: AsyncIterator<unknown>
  readonly #clock: Clock
  readonly #wake: () => void
  #buffer: unknown[] = []
  #wanted = 0
  #isPulling = false
  #isOver = false
  #failure: { readonly error: unknown } | undefined
  /** Whether the items here have waited long enough for others to join them. */
  #isRipe = false
  #cancelTimer: (() => void) | undefined

  constructor(iterator: AsyncIterator<unknown>, clock: Clock, wake: () => void) {
    this.#iterator = iterator
    this.#clock = clock
    this.#wake = wake
  }

  take(count: number, hurry: boolean): Items | undefined {
    const enough = this.#buffer.length >= count || this.#isOver || (hurry && this.#isRipe)
    if (enough && this.#buffer.length > 0) {
      this.#isRipe = false
      return pack(this.#buffer.splice(0, count))
    }
    if (this.#failure) throw this.#failure.error
    if (this.#isOver) return []
    this.#wanted = count
    void this.#pull()
    return undefined
  }

  async #pull(): Promise<void> {
    if (this.#isPulling) return
    this.#isPulling = true
    try {
      while (!this.#isOver && this.#buffer.length < this.#wanted) {
        const { done, value } = await this.#iterator.next()
        if (this.#isOver) return
        this.#isOver = done === true
        if (!this.#isOver) this.#buffer.push(value)
        // What comes slowly does not wait for a full chunk.
        this.#cancelTimer ??= this.#clock.after(0, () => {
          this.#cancelTimer = undefined
          this.#isRipe = true
          this.#wake()
        })
      }
    } catch (error) {
      this.#isOver = true
      this.#failure = { error }
    } finally {
      this.#isPulling = false
    }
    this.#wake()
  }

  async close(): Promise<void> {
    this.#cancelTimer?.()
    if (this.#isOver) return
    this.#isOver = true
    this.#buffer = []
    await this.#iterator.return?.()
  }
}

const methodOf = (items: unknown, key: symbol): unknown => (items as Record<symbol, unknown>)[key]

/** Whether a value is read as a list, and not through an iterator of its own. */
const isList = (items: unknown): items is ArrayLike<unknown> =>
  (Array.isArray(items) && items[Symbol.iterator] === Array.prototype[Symbol.iterator]) ||
  (ArrayBuffer.isView(items) && 'length' in items)

/** Finds what kind of items a map is given; undefined for what has none. `wake` is called when more may be there. */
export function openSource(items: unknown, clock: Clock, wake: () => void): Source | undefined {
  if (typeof items === 'number') {
    return Number.isSafeInteger(items) && items >= 0 ? countSource(items) : undefined
  }
  if (isList(items)) return listSource(items)
  if (items === null || items === undefined) return undefined
  const asynchronous = methodOf(items, Symbol.asyncIterator)
  if (typeof asynchronous === 'function') {
    return new AsyncSource(Reflect.apply(asynchronous, items, []) as AsyncIterator<unknown>, clock, wake)
  }
  const synchronous = methodOf(items, Symbol.iterator)
  if (typeof synchronous === 'function') {
    return iteratorSource(Reflect.apply(synchronous, items, []) as Iterator<unknown>)
  }
  return undefined
}
