// A queue from whose middle items can be taken, each operation in constant time.

/** First in, first out. An item is in it at most once. */
export class Fifo<Item extends object> {
  // Positions count on for ever; `#items[position - #offset]` is the item, undefined where it was taken out.
  #items: (Item | undefined)[] = []
  #offset = 0
  #head = 0
  readonly #positions = new Map<Item, number>()

  get length(): number {
    return this.#positions.size
  }

  push(item: Item): void {
    this.#positions.set(item, this.#offset + this.#items.length)
    this.#items.push(item)
  }

  shift(): Item | undefined {
    while (this.#head < this.#items.length) {
      const item = this.#items[this.#head++]
      if (item === undefined) continue
      this.#positions.delete(item)
      this.#compact()
      return item
    }
    return undefined
  }

  /** Takes an item out, wherever it stands; false if it is not there. */
  remove(item: Item): boolean {
    const position = this.#positions.get(item)
    if (position === undefined) return false
    this.#positions.delete(item)
    this.#items[position - this.#offset] = undefined
    return true
  }

  #compact(): void {
    // Half of the array is behind us: each item is copied once for each time that it was passed, so O(1) on average.
    if (this.#head < 1024 || this.#head * 2 < this.#items.length) return
    this.#items = this.#items.slice(this.#head)
    this.#offset += this.#head
    this.#head = 0
  }
}
