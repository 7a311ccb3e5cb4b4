// Those who wait until the queue has room: each place that is left lets one of them go on, in order.
//
// A place that was given counts as taken until it is used, or given back: nobody tells that he does not want it, so
// that happens at the next turn of the event loop.
import type { Clock } from '../realm/clock.ts'

export class Room {
  readonly #places: () => number
  readonly #clock: Clock
  readonly #waiting: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = []
  #given = 0
  #cancelTimer: (() => void) | undefined

  /** `places`: how many more jobs the queue would take. */
  constructor(places: () => number, clock: Clock) {
    this.#places = places
    this.#clock = clock
  }

  wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.offer()
    })
  }

  /** Call when there may be room. */
  offer(): void {
    const count = Math.min(this.#waiting.length, this.#places() - this.#given)
    if (count <= 0) return
    this.#given += count
    this.#cancelTimer ??= this.#clock.after(0, () => {
      this.#cancelTimer = undefined
      this.#given = 0
      this.offer()
    })
    for (const { resolve } of this.#waiting.splice(0, count)) resolve()
  }

  /** Call when a job takes a place. */
  taken(): void {
    if (this.#given > 0) this.#given--
  }

  close(error: unknown): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }
}
