// The shared values that the page has brought: each is rebuilt by the first job that names it.
import { BrineError } from '../errors/brine-error.ts'
import type { PayloadData } from '../payload/types.ts'
import { makeShared } from '../realm/shared.ts'

export class ReceivedShares {
  readonly #read: (data: PayloadData) => Promise<{ readonly value: unknown }>
  readonly #arrived = new Map<string, PayloadData>()
  readonly #made = new Map<string, Promise<object>>()

  constructor(read: (data: PayloadData) => Promise<{ readonly value: unknown }>) {
    this.#read = read
  }

  take(id: string, data: PayloadData): void {
    this.#arrived.set(id, data)
  }

  /** Functions that have the handle keep it. */
  forget(id: string): void {
    this.#arrived.delete(id)
    this.#made.delete(id)
  }

  /** The handle under an id, the same for all jobs. */
  find(id: string): Promise<object> {
    const known = this.#made.get(id)
    if (known) return known
    const data = this.#arrived.get(id)
    if (!data) throw new BrineError('SHARE_UNKNOWN', { id })
    this.#arrived.delete(id)
    const made = this.#read(data).then(({ value }) => makeShared({ value, id }))
    this.#made.set(id, made)
    return made
  }
}
