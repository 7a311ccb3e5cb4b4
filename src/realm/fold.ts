// Folding in a tree that the indexes of the items alone decide, so that any division of the work gives the same bits.
//
// Level 0 is the results of the items. A block of level k is the 2^k results from an index that is a multiple of 2^k on:
// it is merge(left half, right half), where both are there. What is left over at the end, blocks of falling levels, is
// merged from the right: merge(a, merge(b, c)). Last, merge(initial, all). For five items:
//
//   merge(initial, merge(merge(merge(0, 1), merge(2, 3)), 4))
import { BrineError } from '../errors/brine-error.ts'

type Merge = (left: unknown, right: unknown) => unknown

/** Whether `await` would wait for a value. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'

/** Blocks that follow each other without a gap; halves of one block are merged as soon as both are there. */
export class Fold {
  readonly #merge: Merge
  /** The blocks from the left; what lies beyond `#size` is left over from blocks that were merged. */
  readonly #starts: number[] = []
  readonly #levels: number[] = []
  readonly #values: unknown[] = []
  #size = 0

  constructor(merge: Merge) {
    this.#merge = merge
  }

  get levels(): readonly number[] {
    return this.#levels.slice(0, this.#size)
  }

  get values(): readonly unknown[] {
    return this.#values.slice(0, this.#size)
  }

  /** Takes the block that follows, from the index `start` on. */
  push(start: number, level: number, value: unknown): void {
    let top = this.#size - 1
    while (top >= 0 && this.#levels[top] === level && (this.#starts[top]! / 2 ** level) % 2 === 0) {
      value = this.#merged(this.#values[top], value)
      start = this.#starts[top]!
      level++
      top--
    }
    top++
    this.#starts[top] = start
    this.#levels[top] = level
    this.#values[top] = value
    this.#size = top + 1
  }

  /** Merges what is left over; there is nothing where no item was. */
  finish(initial: unknown): unknown {
    const { values } = this
    if (values.length === 0) return initial
    return this.#merged(
      initial,
      values.reduceRight((right, left) => this.#merged(left, right)),
    )
  }

  #merged(left: unknown, right: unknown): unknown {
    const merged = this.#merge(left, right)
    if (!isThenable(merged)) return merged
    throw new BrineError('ARGUMENT_INVALID', {
      action: 'reduce',
      argument: 'what the merge function returned',
      expected: 'a value at once',
      found: 'a promise',
    })
  }
}
