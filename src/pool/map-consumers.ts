// Who takes the results of a map: a list of all, a stream in order or not, a fold.
import { Fold } from '../realm/fold.ts'
import type { ChunkRequest } from '../realm/run-chunk.ts'
import type { Consumer, Delivery } from './map-parts.ts'

/** Deliveries that came early, until those before them are here. */
class InOrder {
  readonly #early = new Map<number, Delivery>()
  #next = 0

  get size(): number {
    return this.#early.size
  }

  /** Takes a delivery, and gives those whose turn it is. */
  *take(delivery: Delivery): Generator<Delivery> {
    this.#early.set(delivery.start, delivery)
    for (let due = this.#early.get(this.#next); due; due = this.#early.get(this.#next)) {
      this.#early.delete(this.#next)
      this.#next += due.done
      yield due
    }
  }
}

/** All results in order, once the last is there. */
export class Collector implements Consumer {
  readonly inOrder = true
  readonly isFull = false
  readonly #parts: Delivery[] = []
  readonly result: Promise<unknown[]>
  #resolve: (results: unknown[]) => void = () => {}
  fail: (error: unknown) => void = () => {}

  constructor() {
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.fail = reject
    })
  }

  take(delivery: Delivery): void {
    this.#parts.push(delivery)
  }

  end(): void {
    const results: unknown[] = []
    this.#parts.sort((a, b) => a.start - b.start)
    for (const { values } of this.#parts) {
      for (let at = 0; at < values.length; at++) results.push(values[at])
    }
    this.#resolve(results)
  }
}

/** Folds results in order. */
export class Folder implements Consumer {
  readonly inOrder = true
  readonly isFull = false
  readonly merge: NonNullable<ChunkRequest['merge']>
  readonly result: Promise<unknown>
  readonly #initial: unknown
  readonly #order = new InOrder()
  readonly #fold: Fold
  readonly #refused: (error: unknown) => void
  #resolve: (result: unknown) => void = () => {}
  fail: (error: unknown) => void = () => {}

  /** `refused` is called with what `merge` throws here. */
  constructor(
    merge: NonNullable<ChunkRequest['merge']>,
    initial: unknown,
    refused: (error: unknown) => void,
  ) {
    this.merge = merge
    this.#initial = initial
    this.#refused = refused
    // The function itself, as the handle is released before the end.
    this.#fold = new Fold(merge.value)
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.fail = reject
    })
  }

  take(delivery: Delivery): void {
    try {
      for (const { start, values, levels } of this.#order.take(delivery)) this.#push(start, values, levels)
    } catch (error) {
      this.#refused(error)
    }
  }

  #push(start: number, values: ArrayLike<unknown>, levels: readonly number[] | undefined): void {
    let at = start
    for (let block = 0; block < values.length; block++) {
      // Results that came before anybody asked for a fold.
      const level = levels?.[block] ?? 0
      this.#fold.push(at, level, values[block])
      at += 2 ** level
    }
  }

  end(): void {
    try {
      this.#resolve(this.#fold.finish(this.#initial))
    } catch (error) {
      this.fail(error)
    }
  }
}

/** Results one by one. */
export class Stream implements Consumer {
  readonly inOrder: boolean
  readonly #window: number
  readonly #order = new InOrder()
  #ready: Delivery[] = []
  #wake: () => void = () => {}
  #end: (() => void) | undefined

  /** At most `window` deliveries wait to be read, more or less. */
  constructor(inOrder: boolean, window: number) {
    this.inOrder = inOrder
    this.#window = window
  }

  get isFull(): boolean {
    return this.#ready.length + this.#order.size >= this.#window
  }

  take(delivery: Delivery): void {
    if (this.inOrder) this.#ready.push(...this.#order.take(delivery))
    else this.#ready.push(delivery)
    this.#wake()
  }

  end(): void {
    this.#end = () => {}
    this.#wake()
  }

  fail(error: unknown): void {
    this.#end = () => {
      throw error
    }
    this.#wake()
  }

  /** `read` is called when there is room again, `left` when the reader stops early. */
  async *results(read: () => void, left: () => Promise<void>): AsyncGenerator<unknown, void, undefined> {
    try {
      for (;;) {
        for (const { values } of this.#ready.splice(0, 1)) {
          read()
          for (let at = 0; at < values.length; at++) yield values[at]
        }
        if (this.#ready.length > 0) continue
        if (this.#end) return this.#end()
        await new Promise<void>((wake) => {
          this.#wake = wake
        })
      }
    } finally {
      await left()
    }
  }
}
