// One map under way: takes items, has chunks of them run as jobs, and hands on what comes back.
//
// Invariants
//  1. Each item belongs to one chunk at a time: one that runs, or one that waits to run (again). Its result is handed on
//     once.
//  2. At most `IN_FLIGHT` chunks a worker run, and none is begun while the consumer is full, but for what was taken from
//     the source before.
//  3. Chunks are begun in the order of their items, those first that were begun before.
//  4. Of several items that fail the first in order counts: chunks before it are finished, those behind it are cancelled.
//     A consumer that takes results in any order hears of the first that comes.
//  5. After the end, of whatever kind, nothing runs, the source is closed, and the function is released.
import { isBrineError } from '../errors/brine-error.ts'
import { reportedOutcome } from '../realm/run-chunk.ts'
import type { ChunkRequest, ChunkResult } from '../realm/run-chunk.ts'
import type { TaskInfo } from './call.ts'
import { nameItem } from './call-site.ts'
import { Chunks, TARGET_MS } from './chunks.ts'
import type { Chunk, Consumer, Delivery, MapRunOptions } from './map-parts.ts'
import { countOf, sliceItems } from './source.ts'
import type { Items, Source } from './source.ts'

/** Chunks under way for each worker: one that runs, and one that is ready when it ends. */
const IN_FLIGHT = 2
/** Items in a chunk at the most, where items or results are copied: more are no cheaper, and hold up the page. */
const LONGEST = 16_384
/** Items in the first chunks: any of them may be large, unless it is a number. */
const FIRST = 16
const FIRST_LIGHT = 256
/** How far beyond its planned time a chunk may go before it leaves the rest to others. */
const OVERRUN = 2
/** Chunks whose results are kept for each worker while nobody takes them. */
export const WINDOW = 16

/** Errors that no other division of the items would avoid. */
const OF_THE_POOL: ReadonlySet<unknown> = new Set(['POOL_CLOSED', 'QUEUE_FULL', 'WORKER_UNAVAILABLE'])

export class MapRun {
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled' = 'queued'
  /** Items that are done. */
  done = 0
  chunks = 0
  /** The index of the item whose error ended the run. */
  failedIndex: number | undefined
  readonly #options: MapRunOptions
  readonly #source: Source
  readonly #sizes: Chunks
  readonly #target: number
  readonly #running = new Set<Chunk>()
  /** Chunks that are to run again, in order. */
  #waiting: Chunk[] = []
  #next = 0
  #sourceIsOver = false
  #failure: { readonly index: number; readonly error: unknown } | undefined
  /** The queue of the pool was full: the next answer makes room. */
  #isHeldUp = false
  #isPumping = false
  #end: (() => void) | undefined
  #closed: Promise<void> | undefined
  #consumer: Consumer | undefined
  #held: Delivery[] = []
  /** Shows an error that nobody has heard of, as a promise does. */
  #unheard: Promise<never> | undefined

  /** @throws what opening the caller's iterator throws */
  constructor(options: MapRunOptions) {
    const { workers, chunk, timeout, open } = options
    this.#options = options
    this.#source = open(() => this.pump())
    // A chunk that is as long as its limit by plan would exceed it by chance.
    this.#target = Math.min(TARGET_MS, (timeout ?? Infinity) / 5)
    const first = this.#source.isLight ? FIRST_LIGHT : FIRST
    this.#sizes = new Chunks({ workers, size: chunk, first, longest: LONGEST, target: this.#target })
  }

  get total(): number | undefined {
    return this.#source.total ?? (this.#sourceIsOver && !this.#failure ? this.#next : undefined)
  }

  get #isOver(): boolean {
    return this.#end !== undefined
  }

  /** Sets who takes the results: those that are there at once, the others as they come. */
  attach(consumer: Consumer): void {
    this.#consumer = consumer
    for (const delivery of this.#held.splice(0)) consumer.take(delivery)
    this.#unheard?.catch(() => {})
    if (this.#end) this.#end()
    else this.pump()
  }

  /** Begins what can be begun. */
  pump(): void {
    // A job may be answered while it is submitted.
    if (this.#isPumping) return
    this.#isPumping = true
    try {
      const most = this.#options.workers * IN_FLIGHT
      while (!this.#isOver && !this.#isHeldUp && this.#running.size < most) {
        const chunk = this.#waiting.length > 0 ? this.#nextWaiting() : this.#nextOfSource()
        if (!chunk) break
        this.#begin(chunk)
      }
    } finally {
      this.#isPumping = false
    }
    this.#endIfDone()
  }

  get #isFull(): boolean {
    return this.#consumer?.isFull ?? this.#held.length >= WINDOW * this.#options.workers
  }

  #nextWaiting(): Chunk {
    const chunk = this.#waiting.shift()!
    const count = countOf(chunk.items)
    const size = chunk.alone ? 1 : this.#sizes.next(count)
    if (size >= count) return chunk
    const part = (from: number, to: number): Chunk => ({
      start: chunk.start + from,
      items: sliceItems(chunk.items, from, to),
      alone: chunk.alone,
    })
    this.#waiting.unshift(part(size, count))
    return part(0, size)
  }

  #nextOfSource(): Chunk | undefined {
    if (this.#failure || this.#sourceIsOver || this.#isFull) return undefined
    const { total } = this.#source
    const { workers, chunk } = this.#options
    const hurry = chunk === undefined && this.#running.size < workers
    const start = this.#next
    let items: Items | undefined
    try {
      items = this.#source.take(this.#sizes.next(total === undefined ? undefined : total - start), hurry)
    } catch (error) {
      this.#sourceIsOver = true
      this.#failAt(start, error)
      return undefined
    }
    if (items === undefined) return undefined
    const count = countOf(items)
    this.#next += count
    if (count === 0 || this.#next === total) this.#sourceIsOver = true
    return count === 0 ? undefined : { start, items, alone: false }
  }

  #begin(chunk: Chunk): void {
    const { fn, settle, chunk: size, submit } = this.#options
    const merge = this.#consumer?.merge
    const isWhole = size !== undefined || chunk.alone
    const request: ChunkRequest = {
      fn,
      ...(merge && { merge }),
      start: chunk.start,
      items: chunk.items instanceof Float64Array ? chunk.items.slice() : chunk.items,
      // Alone it throws, as errors that cannot travel are described then.
      settle: settle && !chunk.alone,
      budget: isWhole ? Infinity : this.#target * OVERRUN,
    }
    this.#running.add(chunk)
    chunk.ticket = submit(request, {
      started: () => {
        if (this.state === 'queued') this.state = 'running'
      },
      waiting: () => {},
      queued: () => {},
      progress: (value) => {
        const report = reportedOutcome(value)
        if (report) chunk.report = report
        else this.#options.progressed(value)
      },
      yielded: () => {},
      fulfil: (result, info) => this.#ended(chunk, () => this.#take(chunk, result as ChunkResult, info)),
      fail: (error) => this.#ended(chunk, () => this.#lose(chunk, error)),
    })
  }

  #ended(chunk: Chunk, then: () => void): void {
    this.#running.delete(chunk)
    if (this.#isOver) return
    if (!chunk.dropped) then()
    this.pump()
  }

  #take(chunk: Chunk, result: ChunkResult, info: TaskInfo): void {
    this.#isHeldUp = false
    // Large items cost more on their way than they do there.
    this.#sizes.note(result.done, Math.max(info.runMs, (info.transferMs ?? 0) / 4))
    this.chunks++
    const isSettledAlone = chunk.alone && this.#options.settle
    const value = result.values[0]
    this.#deliver({
      ...result,
      start: chunk.start,
      ...(isSettledAlone && { values: [{ status: 'fulfilled', value }] }),
    })
    const count = countOf(chunk.items)
    if (result.done === count) return
    this.#runAgain({
      ...chunk,
      start: chunk.start + result.done,
      items: sliceItems(chunk.items, result.done, count),
    })
  }

  #runAgain({ start, items, alone }: Chunk): void {
    this.#waiting.push({ start, items, alone })
    this.#waiting.sort((a, b) => a.start - b.start)
  }

  #lose(chunk: Chunk, error: unknown): void {
    const { report, start, items } = chunk
    const code = isBrineError(error) ? error.code : undefined
    if (report) {
      this.#isHeldUp = false
      if (report.done > 0) this.#deliver({ ...report, start })
      return this.#failItem(start + report.done, error)
    }
    if (code === 'QUEUE_FULL' && this.#running.size > 0) {
      this.#isHeldUp = true
      return this.#runAgain(chunk)
    }
    this.#isHeldUp = false
    if (OF_THE_POOL.has(code)) return this.#finish('failed', error)
    const isTimeout = !isBrineError(error) && !this.#options.settle
    if (countOf(items) === 1 || isTimeout) return this.#failItem(start, error)
    // Nobody knows which of them it was: each runs again by itself, so that it shows.
    this.#runAgain({ ...chunk, alone: true })
  }

  #failItem(index: number, error: unknown): void {
    if (!this.#options.settle) return this.#failAt(index, error)
    this.#deliver({ start: index, done: 1, values: [{ status: 'rejected', reason: error }] })
  }

  #failAt(index: number, error: unknown): void {
    nameItem(error, index)
    if (this.#failure && this.#failure.index <= index) return
    this.#failure = { index, error }
    this.failedIndex = index
    if (this.#consumer?.inOrder === false) return this.#finish('failed', error)
    this.#waiting = this.#waiting.filter(({ start }) => start < index)
    for (const chunk of this.#running) if (chunk.start > index) this.#drop(chunk)
    this.#close()
  }

  #drop(chunk: Chunk): void {
    if (chunk.dropped) return
    chunk.dropped = true
    chunk.ticket?.cancel(new DOMException('The map has ended.', 'AbortError'))
  }

  #deliver(delivery: Delivery): void {
    this.done += delivery.done
    if (this.#consumer) this.#consumer.take(delivery)
    else this.#held.push(delivery)
    this.#options.progressed()
  }

  #endIfDone(): void {
    if (this.#isOver || this.#waiting.length > 0) return
    if (this.#failure) {
      if ([...this.#running].every(({ dropped }) => dropped)) this.#finish('failed', this.#failure.error)
      return
    }
    if (this.#sourceIsOver && this.#running.size === 0) this.#finish('done')
  }

  /** Ends the run from outside, with a reason for those who take the results. */
  cancel(reason: unknown): Promise<void> {
    if (!this.#isOver) this.#finish('cancelled', reason)
    return this.#closed!
  }

  /** Ends the run because of an error that is nobody's item. */
  fail(error: unknown): void {
    if (!this.#isOver) this.#finish('failed', error)
  }

  #finish(state: 'done' | 'failed' | 'cancelled', error?: unknown): void {
    this.state = state
    this.#end = () => (state === 'done' ? this.#consumer?.end() : this.#consumer?.fail(error))
    this.#waiting = []
    for (const chunk of this.#running) this.#drop(chunk)
    this.#close()
    this.#options.fn.release()
    this.#options.ended()
    if (state === 'failed' && !this.#consumer) this.#unheard = Promise.reject(error)
    this.#consumer?.merge?.release()
    this.#end()
  }

  #close(): void {
    this.#closed ??= this.#source.close().catch(() => {
      // The caller's `return` threw: what ended the run matters more.
    })
  }
}
