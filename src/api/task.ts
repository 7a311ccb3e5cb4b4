// What `offload` returns: a promise of the result, with a handle on the run.
import type { CallObserver, TaskInfo, Ticket } from '../pool/call.ts'
import { iterate } from './iteration.ts'
import { View } from './view.ts'
import type { TaskState, TaskWatch } from './view.ts'

/**
 * A promise of the result of a function that runs elsewhere, and an async iterable of its progress.
 *
 * Iterating gives each value that the function hands to `task.progress`, and ends with the task: if the task rejects,
 * so does the iteration, and the error counts as handled. Of values that came before the first iteration the latest
 * 1,000 are kept. If the function is, or returns, a generator, see {@link StreamTask}.
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
export class Task<Result, Yielded = unknown, Returned = unknown, Next = undefined> extends Promise<Result> {
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
    { isStream = false, watch }: { readonly isStream?: boolean; readonly watch?: TaskWatch } = {},
  ) {
    const view = new View(label, onProgress, watch)
    super((resolve, reject) => view.connect(resolve as (value: unknown) => void, reject))
    this.#view = view
    this.#label = label
    if (isStream) view.becomeStream()
    view.tell('queued')
    this.#ticket = submit(view)
    view.id = this.#ticket.id
    view.steer = (command) => this.#ticket.steer(command)
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

  override then<Fulfilled = Result, Rejected = never>(
    fulfilled?: ((value: Result) => Fulfilled | PromiseLike<Fulfilled>) | null,
    // oxlint-disable-next-line typescript/no-explicit-any -- as `Promise` has it
    rejected?: ((reason: any) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    // Not the `catch` that only makes an error count as handled.
    if (typeof fulfilled === 'function') this.#view.await()
    return super.then(fulfilled, rejected)
  }

  [Symbol.asyncIterator](): AsyncGenerator<Yielded, Returned, Next> {
    // The iteration reports the error of the task, so nobody else has to.
    this.catch(() => {})
    return iterate(this.#view, this) as AsyncGenerator<Yielded, Returned, Next>
  }
}

/**
 * The task of a generator function, or of a function that returns a generator: a promise of what the generator returns,
 * and an async generator of what it yields.
 *
 * The generator runs in its worker ahead of the reader, who gets the values in batches: up to its first yield by itself,
 * then as far as 16 unread batches of at most 64 values allow. Each value is a snapshot at its yield; what
 * `Comlink.transfer` marks moves. Leaving a loop early ends the generator: its `finally` blocks run, and the task
 * fulfils with what they return. All iterators of a task read from the one generator.
 *
 * `await task` without a reader has the generator run to its end, and its values reach `onProgress` alone. A generator
 * that nobody reads or awaits waits at its first yield, and keeps its worker busy; so does one whose reader pauses. What
 * it reports with `task.progress` goes to `onProgress`.
 *
 * To pass values in, call `next(value)`, from the second time on always with a value: the generator then goes from one
 * yield to the next, and no further. Once it runs ahead, `next(value)` rejects with `STREAM_AHEAD`.
 *
 * @example
 * ```ts
 * function* squares(n: number) {
 *   for (let i = 1; i <= n; i++) yield i * i
 *   return 'done'
 * }
 * const seen: number[] = []
 * for await (const square of offload(squares, 3)) seen.push(square)
 * seen // [1, 4, 9]
 * await offload(squares, 3) // 'done'
 * ```
 *
 * @example
 * ```ts
 * function* adder(): Generator<number, void, number> {
 *   let sum = 0
 *   for (;;) sum += yield sum
 * }
 * const sums = offload(adder)[Symbol.asyncIterator]()
 * await sums.next()
 * await sums.next(20)
 * await sums.next(22) // { done: false, value: 42 }
 * await sums.return()
 * ```
 */
export type StreamTask<Yielded, Result, Next = unknown> = Task<Result, Yielded, Result, Next>

/** The task of a function that returns `Result`. */
export type TaskOf<Result> = 0 extends 1 & Result
  ? Task<Result>
  : [Result] extends [never]
    ? Task<never>
    : [Awaited<Result>] extends [AsyncGenerator<infer Yielded, infer Returned, infer Next>]
      ? StreamTask<Yielded, Returned, Next>
      : [Awaited<Result>] extends [Generator<infer Yielded, infer Returned, infer Next>]
        ? StreamTask<Awaited<Yielded>, Awaited<Returned>, Next>
        : Task<Awaited<Result>>
