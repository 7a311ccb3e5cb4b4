// What a pool offers.
// The reference below stays in the declarations: `AsyncDisposable` is in no dated `lib` that an app may have.
/// <reference lib="esnext.disposable" preserve="true" />
import type { EngineStats } from '../pool/call.ts'
import type { PoolEvents } from './events.ts'
import type { CallOptions } from './options.ts'
import type { Task, TaskOf } from './task.ts'
import type { TaskMap } from './task-map.ts'

/** Counts of a pool. */
export type PoolStats = EngineStats

/** What `map` gives for an item: its result, or with the option `settle` what became of it. */
export type MapOutcome<Result, Settles extends boolean> = Settles extends true
  ? PromiseSettledResult<Awaited<Result>>
  : Awaited<Result>

/** What tasks fulfil with, by position. */
export type ResultsOf<Tasks extends readonly Task<unknown>[]> = {
  readonly [Position in keyof Tasks]: Awaited<Tasks[Position]>
}

/**
 * Workers, and what is done with them. `Given`: the results that functions receive before their own arguments, in a
 * view with the option `dependsOn`. `Settles`: the option `settle`.
 */
export interface Pool<
  Given extends readonly unknown[] = [],
  Settles extends boolean = false,
> extends AsyncDisposable {
  /** The option `name`. */
  readonly name: string
  /** The largest number of workers. */
  readonly size: number
  /**
   * Runs a function in a worker, with all that it captured.
   *
   * The function, its variables and its arguments travel as they are at the call; what happens to them afterwards does
   * not reach the worker. Whatever goes wrong rejects the task, `offload` itself never throws.
   *
   * @param fn The function. It may be asynchronous.
   * @param args Its arguments.
   * @returns The task: a promise of what the function returns.
   * @throws {BrineError} (the task) when the function or a value cannot travel, or the pool is closed or full
   * @throws {WorkerCrashError} (the task) when its worker died and no retry was left
   * @throws {DOMException} (the task) named `AbortError` or `TimeoutError` when it was cancelled or out of time
   *
   * @example
   * ```ts
   * const factor = 3
   * await pool.with({ using: () => ({ factor }) }).offload((x: number) => x * factor, 14) // 42
   * ```
   */
  offload<Args extends readonly unknown[], Result>(
    fn: (...args: [...Given, ...Args]) => Result,
    ...args: Args
  ): TaskOf<Result>
  /**
   * Runs a function on each item, on all workers.
   *
   * Items go to workers in chunks, whose size follows the time that items take. The function is written once, at the call,
   * and sent once to each worker: what it captured is a snapshot, which all items of a worker see. A variable that the
   * function assigns is that worker's own, so results should not depend on one. Items are taken as they are needed; an
   * array should not change until the map is done.
   *
   * @param items An array or another iterable, an async iterable, or a count `n` for the indexes from 0 to n - 1.
   * @param fn The function, of an item and its index. It may be asynchronous; a worker runs its items one after the other.
   * @returns The map: a promise of all results in the order of the items, and more, see {@link TaskMap}.
   * @throws {BrineError} (the map) when the function or a value cannot travel, an argument is of the wrong type, or the pool
   *   is closed
   * @throws (the map) what the function throws: of several items that fail, the error of the first in order, as in a loop
   *
   * @example
   * ```ts
   * const words = ['to', 'be', 'or', 'not']
   * await pool.map(words, (word) => word.length) // [2, 2, 2, 3]
   * const settling = pool.with({ settle: true })
   * await settling.map([1], () => 'done') // [{ status: 'fulfilled', value: 'done' }]
   * ```
   */
  map<Result>(
    items: number,
    fn: (item: number, index: number) => Result,
  ): TaskMap<MapOutcome<Result, Settles>>
  /** The same, for items of any kind. */
  map<Item, Result>(
    items: Iterable<Item> | AsyncIterable<Item>,
    fn: (item: Item, index: number) => Result,
  ): TaskMap<MapOutcome<Result, Settles>>
  /**
   * The same pool for calls that depend on others: see {@link CallOptions.dependsOn}.
   *
   * @example
   * ```ts
   * const left = pool.offload(() => 20)
   * const right = pool.offload(() => 22)
   * const sum = pool.with({ dependsOn: [left, right] }).offload((a: number, b: number) => a + b)
   * sum.state // 'waiting'
   * await sum // 42
   * ```
   */
  with<const Tasks extends readonly Task<unknown>[]>(
    options: CallOptions & { readonly dependsOn: Tasks },
  ): Pool<[...ResultsOf<Tasks>], Settles>
  /**
   * The same pool with defaults for the calls made through it.
   *
   * @param options Defaults. They replace those that this pool has already, option by option; the pool itself stays
   *   as it is.
   * @throws {BrineError} with the code `ARGUMENT_INVALID` when an option is unknown or of the wrong type
   *
   * @example
   * ```ts
   * const patient = pool.with({ timeout: 60_000, retries: 2 })
   * await patient.with({ label: 'sum' }).offload((a: number, b: number) => a + b, 1, 2) // 3
   * ```
   */
  with(options: CallOptions & { readonly settle: true }): Pool<Given, true>
  /** The same, for maps whose errors reject them, as they do by default. */
  with(options: CallOptions & { readonly settle: false }): Pool<Given>
  /** The same, for any other options. */
  with(options: CallOptions): Pool<Given, Settles>
  /**
   * Waits until the queue has room, where `maxQueue` limits it: so a producer goes no faster than the workers. Those
   * who wait go on in order, one for each place.
   *
   * @throws {BrineError} with the code `POOL_CLOSED` when the pool is closed
   *
   * @example
   * ```ts
   * const narrow = createPool({ size: 1, maxQueue: 10 })
   * const tasks: Task<number>[] = []
   * for (let n = 0; n < 100; n++) {
   *   await narrow.ready()
   *   tasks.push(narrow.offload((n: number) => n * n, n))
   * }
   * const squares = await Promise.all(tasks)
   * squares[9] // 81
   * await narrow.close()
   * ```
   */
  ready(): Promise<void>
  /**
   * Starts workers before they are needed, and waits until they listen. They end as any others do that are idle: see
   * `minSize` and `idleTimeout`.
   *
   * @param count How many are to live then; an integer, 0 or more.
   * @default the option `size`
   * @throws {BrineError} with the code `WORKER_UNAVAILABLE` when none could be started, `POOL_CLOSED` when the pool is
   *   closed
   *
   * @example
   * ```ts
   * const pool = createPool({ size: 2 })
   * await pool.warm()
   * await pool.offload(() => 'at once') // 'at once'
   * await pool.close()
   * ```
   */
  warm(count?: number): Promise<void>
  /**
   * Counts of this moment and since the beginning; views made by `with` count together.
   *
   * @example
   * ```ts
   * const pool = createPool({ size: 2 })
   * await pool.offload(() => 42)
   * pool.stats().done // 1
   * await pool.close()
   * ```
   */
  stats(): PoolStats
  /**
   * Calls a listener with what happens in the pool, whichever view of it is used; from now on, and until the returned
   * function is called. `'task'`: what becomes of tasks; `'worker'`: what becomes of workers; `'stats'`: the counts of
   * {@link stats}, at most every 100 ms and only after something changed. Listeners are called soon after, in order; what
   * they throw is reported, and does the pool no harm.
   *
   * @param type What to hear of.
   * @param listener See {@link TaskEvent}, {@link WorkerEvent} and {@link PoolStats}.
   * @returns Ends the listening.
   * @throws {BrineError} with the code `ARGUMENT_INVALID` when there is no such event, or the listener is no function
   *
   * @example
   * ```ts
   * const seen: string[] = []
   * const off = pool.on('task', ({ type, label }) => seen.push(`${label} ${type}`))
   * await pool.offload(function double(n: number) { return n * 2 }, 21) // 42
   * off()
   * seen // ['double queued', 'double started', 'double done']
   * ```
   */
  on<Type extends keyof PoolEvents>(type: Type, listener: (event: PoolEvents[Type]) => void): () => void
  /**
   * Takes no more calls, lets those that it has finish, and ends its workers: then the promise fulfils. A later call
   * rejects with a `BrineError` of the code `POOL_CLOSED`.
   */
  close(): Promise<void>
  /** Ends all workers now. Tasks that are not done reject with a `BrineError` of the code `POOL_CLOSED`, as later calls do. */
  terminate(): Promise<void>
}
