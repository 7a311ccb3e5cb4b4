// The classes of the app.
import type { Task } from 'brine'
import { offload } from 'brine'

export class Catalog {
  readonly prices: Map<string, number>

  constructor(prices: Iterable<readonly [string, number]>) {
    this.prices = new Map(prices)
  }

  names(): string[] {
    return [...this.prices.keys()]
  }

  priceOf(name: string): number {
    return this.prices.get(name) ?? 0
  }
}

export class Order {
  readonly lines: { name: string; pieces: number }[] = []
  readonly day: number

  constructor(day: number) {
    this.day = day
  }

  add(name: string, pieces: number): void {
    this.lines.push({ name, pieces })
  }

  total(catalog: Catalog): number {
    return this.lines.reduce((sum, { name, pieces }) => sum + pieces * catalog.priceOf(name), 0)
  }

  /** Prices the order where the page need not wait. */
  later(catalog: Catalog): Task<number> {
    return offload((order: Order) => order.total(catalog), this)
  }
}

export class Ledger {
  readonly entries = new Map<number, number>()
  readonly title: string

  constructor(title: string) {
    this.title = title
  }

  get size(): number {
    return this.entries.size
  }

  enter(key: number, amount: number): void {
    this.entries.set(key, (this.entries.get(key) ?? 0) + amount)
  }
}
