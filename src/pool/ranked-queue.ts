// A queue by rank from whose middle items can be taken: a binary heap that knows where each item is.

export interface Ranked {
  /** The lowest goes first. */
  readonly rank: number
  /** Decides between equal ranks. */
  readonly number: number
}

const isBefore = (a: Ranked, b: Ranked): boolean =>
  a.rank === b.rank ? a.number < b.number : a.rank < b.rank

/** An item is in it at most once. Looking is O(1), all else O(log n), adding the last in order O(1). */
export class RankedQueue<Item extends Ranked> {
  readonly #heap: Item[] = []
  readonly #positions = new Map<Item, number>()

  get length(): number {
    return this.#heap.length
  }

  /** The item that goes first. */
  get first(): Item | undefined {
    return this.#heap[0]
  }

  add(item: Item): void {
    this.#heap.push(item)
    this.#rise(item, this.#heap.length - 1)
  }

  /** Takes an item out, wherever it stands; false if it is not there. */
  remove(item: Item): boolean {
    const position = this.#positions.get(item)
    if (position === undefined) return false
    this.#positions.delete(item)
    const last = this.#heap.pop()!
    if (last === item) return true
    this.#rise(last, position)
    this.#sink(last, this.#positions.get(last)!)
    return true
  }

  has(item: Item): boolean {
    return this.#positions.has(item)
  }

  #put(item: Item, position: number): void {
    this.#heap[position] = item
    this.#positions.set(item, position)
  }

  #rise(item: Item, from: number): void {
    let position = from
    while (position > 0) {
      const above = (position - 1) >> 1
      const parent = this.#heap[above]!
      if (!isBefore(item, parent)) break
      this.#put(parent, position)
      position = above
    }
    this.#put(item, position)
  }

  #sink(item: Item, from: number): void {
    let position = from
    for (;;) {
      let below = position * 2 + 1
      if (below >= this.#heap.length) break
      if (below + 1 < this.#heap.length && isBefore(this.#heap[below + 1]!, this.#heap[below]!)) below++
      const child = this.#heap[below]!
      if (!isBefore(child, item)) break
      this.#put(child, position)
      position = below
    }
    this.#put(item, position)
  }
}
