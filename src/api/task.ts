// What `offload` returns: a promise of the result, with a handle on the run.
import type { CallInfo, CallObserver, Failure, Ticket } from '../pool/call.ts'

/** Where a task stands; `waiting` for those that it depends on, `stalled` if one of them did not succeed. */
export type TaskState = 'waiting' | 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'stalled'

/** How a task went so far. */
export interface TaskInfo {
  /** Milliseconds from the call to the start of the latest attempt. */
  readonly queueMs: number
  /** Milliseconds that the function ran, measured in the worker once it has ended. */
  readonly runMs: number
  /** Milliseconds for the way there and back: posting, rebuilding, answering. */
  readonly transferMs?: number
  /** Number of the worker in its pool, from 1; 0 while queued, and where functions run on the calling thread. */
  readonly worker: number
  /** How often the task was started. */
  readonly attempt: number
  /**
   * Roughly how many bytes were sent for the call, and came back, code not counted: buffers and strings in full, of
   * other data about the first 4,000 values. Zero where functions run on the calling thread.
   */
  readonly bytes: { readonly sent: number; readonly received: number }
}

/** Progress that came before anybody asked: older values are dropped, so that a task nobody watches stays small. */
const UNREAD_LIMIT = 1_000

/** What is known of a task that never ran. */
export const NOT_STARTED: TaskInfo = {
  queueMs: 0,
  runMs: 0,
  worker: 0,
  attempt: 0,
  bytes: { sent: 0, received: 0 },
}

/** Values for one reader, or for those to come. */
interface Channel {
  readonly values: unknown[]
  wake: () => void
}

/**
 * A promise of the result of a function that runs elsewhere, and an async iterable of its progress.
 *
 * Iterating gives each value that the function hands to `task.progress`, and ends with the task: if the task rejects,
 * so does the iteration, and the error counts as handled. Of values that came before the first iteration the latest
 * 1,000 are kept.
 *
 * @example
 * ```ts
 * const steps = (n: number) => {
 *   for (let i = 1; i <= n; i++) task.progress(i)
 *   return 'done'
 * }
 * const run = pool.with({ using: { task } }).offload(steps, 3)
 * const seen: unknown[] = []
 * for await (const value of run) seen.push(value)
 * seen // [1, 2, 3]
 * await run // 'done'
 * run.state // 'done'
 * ```
 */
export class Task<Result> extends Promise<Result> {
  readonly #ticket: Ticket
  readonly #label: string
  readonly #view: View

  // Promises derived with `then` have no run of their own: they are plain promises.
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  /** @internal Tasks are made by the functions of a pool. */
  constructor(
    label: string,
    submit: (observer: CallObserver) => Ticket,
    onProgress?: (value: unknown) => void,
  ) {
    const view = new View(onProgress)
    super((resolve, reject) => view.connect(resolve as (value: unknown) => void, reject))
    this.#view = view
    this.#label = label
    this.#ticket = submit(view)
  }

  override get [Symbol.toStringTag](): string {
    return 'Task'
  }

  /** Unique in its pool. */
  get id(): string {
    return this.#ticket.id
  }

  /** The option `label`, or the name of the function. */
  get label(): string {
    return this.#label
  }

  /** Where it stands now. */
  get state(): TaskState {
    return this.#view.state
  }

  /** How the task went so far. */
  get info(): TaskInfo {
    return this.#view.info
  }

  /**
   * Ends the task: it rejects at once; its function sees `task.signal` abort, and if it does not end within the
   * option `grace`, its worker is replaced. Does nothing to a task that has ended.
   *
   * @param reason What the task rejects with.
   * @default a `DOMException` named `AbortError`
   *
   * @example
   * ```ts
   * const task = offload(() => new Promise(() => {}))
   * task.cancel(new Error('no longer wanted'))
   * await task.catch((error: Error) => error.message) // 'no longer wanted'
   * task.state // 'cancelled'
   * ```
   */
  cancel(reason: unknown = new DOMException('The task was cancelled.', 'AbortError')): void {
    this.#ticket.cancel(reason)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void, undefined> {
    // The iteration reports the error of the task, so nobody else has to.
    this.catch(() => {})
    yield* this.#view.read(this)
  }
}

/** What a task shows, and the end at which the pool feeds it. */
class View implements CallObserver {
  state: TaskState = 'queued'
  info: TaskInfo = NOT_STARTED
  readonly #onProgress: ((value: unknown) => void) | undefined
  #resolve: (value: unknown) => void = () => {}
  #reject: (error: unknown) => void = () => {}
  #unread: unknown[] | undefined = []
  #over = false
  readonly #channels = new Set<Channel>()

  constructor(onProgress: ((value: unknown) => void) | undefined) {
    this.#onProgress = onProgress
  }

  connect(resolve: (value: unknown) => void, reject: (error: unknown) => void): void {
    this.#resolve = resolve
    this.#reject = reject
  }

  started(info: CallInfo): void {
    this.state = 'running'
    this.info = info
  }

  waiting(): void {
    this.state = 'waiting'
  }

  queued(): void {
    this.state = 'queued'
  }

  progress(value: unknown): void {
    if (this.#unread) {
      this.#unread.push(value)
      if (this.#unread.length > UNREAD_LIMIT) this.#unread.shift()
    }
    for (const channel of this.#channels) {
      channel.values.push(value)
      channel.wake()
    }
    try {
      this.#onProgress?.(value)
    } catch (error) {
      // Not the task's fault: as with any other listener.
      reportError(error)
    }
  }

  fulfil(value: unknown, info: CallInfo): void {
    this.#end('done', info)
    this.#resolve(value)
  }

  fail(error: unknown, info: CallInfo, how: Failure): void {
    this.#end(how, info)
    this.#reject(error)
  }

  #end(state: TaskState, info: CallInfo): void {
    this.#over = true
    this.state = state
    this.info = info
    for (const channel of this.#channels) channel.wake()
  }

  async *read(end: Promise<unknown>): AsyncGenerator<unknown, void, undefined> {
    const channel: Channel = { values: this.#unread ?? [], wake: () => {} }
    this.#unread = undefined
    this.#channels.add(channel)
    try {
      for (;;) {
        // Taken as a whole: shifting value by value from a long array is quadratic.
        yield* channel.values.splice(0)
        if (channel.values.length > 0) continue
        if (this.#over) break
        await new Promise<void>((wake) => {
          channel.wake = wake
        })
      }
      await end
    } finally {
      this.#channels.delete(channel)
    }
  }
}

function reportError(error: unknown): void {
  const report = (globalThis as { reportError?: (error: unknown) => void }).reportError
  if (report) report(error)
  else console.error(error)
}
