// What is kept of a value that is sent to each worker once.
import type { PayloadData } from '../payload/types.ts'

/** Where a shared value is beside the page. */
interface SharePlace {
  forget(sharing: Sharing): void
}

/** What the page keeps of a value that it shares. */
export interface Sharing {
  readonly id: string
  readonly data: PayloadData
  /** What stays on the page, by the number in the data. */
  readonly remotes: readonly object[]
  /** The shared values in the value. */
  readonly uses: readonly Use[]
  /** Whether it may be used yet again. */
  wanted: boolean
  /** How many jobs, and shared values around it, need it. */
  holds: number
  /** The workers that have it. */
  readonly places: Set<SharePlace>
}

/** A shared value that something needs; the handle, so that it stays reachable. */
export interface Use {
  readonly shared: object
  readonly sharing: Sharing
}

/** What is known of a handle. */
export interface SharedState {
  value: unknown
  /** The id, where a page shares the value. */
  readonly id?: string
  /** On that page, until it is released. */
  sharing?: Sharing
  released: boolean
}
