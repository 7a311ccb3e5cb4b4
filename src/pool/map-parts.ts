// What a map is made of: its options, chunks, and those who take its results.
import type { ChunkRequest, ChunkResult } from '../realm/run-chunk.ts'
import type { CallObserver, Ticket } from './call.ts'
import type { Items, Source } from './source.ts'

/** Results of items that follow each other, from the index `start` on, or the blocks that they were folded into. */
export interface Delivery extends ChunkResult {
  readonly start: number
}

/** Who takes the results. */
export interface Consumer {
  /** Folds results where they come about. */
  readonly merge?: ChunkRequest['merge']
  /** Whether an error waits until all before it is there. */
  readonly inOrder: boolean
  readonly isFull: boolean
  take(delivery: Delivery): void
  end(): void
  fail(error: unknown): void
}

export interface MapRunOptions {
  /** Opens the source, which wakes the run when it has more. */
  readonly open: (wake: () => void) => Source
  readonly fn: ChunkRequest['fn']
  readonly workers: number
  readonly chunk: number | undefined
  readonly settle: boolean
  readonly timeout: number | undefined
  submit(request: ChunkRequest, observer: CallObserver): Ticket
  /** Called after each chunk, and with each value that a running function reports. */
  progressed(value?: unknown): void
  ended(): void
}

export interface Chunk {
  readonly start: number
  readonly items: Items
  /** Runs by itself, as the chunk that it was in was lost as a whole. */
  readonly alone: boolean
  ticket?: Ticket
  /** What was done before an item threw. */
  report?: ChunkResult
  /** Nobody wants it any more. */
  dropped?: boolean
}
