// Pools: the verbs, their defaults, and the engine behind them, which is started by the first call.
// The reference below stays in the declarations: `AsyncDisposable` is in no dated `lib` that an app may have.
/// <reference lib="esnext.disposable" preserve="true" />
import { BrineError } from '../errors/brine-error.ts'
import { takeCallSite } from '../pool/call-site.ts'
import type { Engine, EngineStats } from '../pool/call.ts'
import { functionName } from '../realm/globals.ts'
import { realm, shareIntrinsics } from '../realm/registry.ts'
import type { AnyFunction } from '../realm/registry.ts'
import { isGeneratorFunction } from '../stream/command.ts'
import { createEngine, sizeOf } from './engine.ts'
import type { PoolEvents } from './events.ts'
import { Hub } from './hub.ts'
import { checkCallOptions, checkCount, checkListener, checkPoolOptions, show } from './options.ts'
import type { CallOptions, PoolOptions } from './options.ts'
import { Task } from './task.ts'
import type { TaskOf } from './task.ts'
import { createTrace } from './trace.ts'
import { NOT_STARTED } from './view.ts'
import type { TaskWatch } from './view.ts'

/** Counts of a pool. */
export type PoolStats = EngineStats

/** What tasks fulfil with, by position. */
export type ResultsOf<Tasks extends readonly Task<unknown>[]> = {
  readonly [Position in keyof Tasks]: Awaited<Tasks[Position]>
}

/**
 * Workers, and what is done with them. `Given`: the results that functions receive before their own arguments, in a
 * view with the option `dependsOn`.
 */
export interface Pool<Given extends readonly unknown[] = []> extends AsyncDisposable {
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
  ): Pool<[...ResultsOf<Tasks>]>
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
  with(options: CallOptions): Pool<Given>
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

/** The part that all views of a pool share. */
interface Core {
  readonly name: string
  readonly size: () => number
  readonly engine: () => Engine
  readonly hub: Hub
  /** Made by the first task. */
  watch?: TaskWatch
  readonly trace: boolean | 'measure'
}

// Not every browser has it. `await using`, where it is compiled, looks for a symbol of this name, too.
const asyncDispose = (): typeof Symbol.asyncDispose =>
  Symbol.asyncDispose ?? (Symbol.for('Symbol.asyncDispose') as typeof Symbol.asyncDispose)

/**
 * Makes a pool of workers. Its workers start with the calls that need them, and live until it is closed.
 *
 * @param options See {@link PoolOptions}; all have defaults.
 * @throws {BrineError} with the code `ARGUMENT_INVALID` when an option is unknown, of the wrong type or out of range
 *
 * @example
 * ```ts
 * await using pool = createPool({ size: 2 })
 * await pool.offload(() => 6 * 7) // 42
 * ```
 */
export function createPool(options: PoolOptions = {}): Pool {
  const given = checkPoolOptions(options)
  const { name = 'pool' } = given
  const size = (): number => sizeOf(given)
  let engine: Engine | undefined
  const start = (): Engine => (engine ??= createEngine(name, given, hub))
  const hub: Hub = new Hub(() => start().stats())
  const core: Core = { name, size, engine: start, hub, trace: given.trace ?? true }
  return createView(core, {})
}

/**
 * The default pool: as many workers as cores, less one for the page. {@link offload} uses it.
 *
 * @example
 * ```ts
 * await pool.with({ timeout: 1_000 }).offload(() => 42) // 42
 * ```
 */
export const pool: Pool = /* @__PURE__ */ createPool({ name: 'brine' })

/**
 * Runs a function in a worker of the default pool: see {@link Pool.offload}.
 *
 * @param fn The function, with all that it captured. It may be asynchronous.
 * @param args Its arguments.
 * @returns The task: a promise of what the function returns.
 * @throws {BrineError} (the task) when the function or a value cannot travel
 *
 * @example
 * ```ts
 * await offload((a: number, b: number) => a + b, 1, 2) // 3
 * ```
 */
export function offload<Args extends readonly unknown[], Result>(
  fn: (...args: Args) => Result,
  ...args: Args
): TaskOf<Result> {
  return pool.offload(fn, ...args)
}

/** Enters what a task may call into the record of this realm: in its worker, it finds that of the worker. */
export function shareVerbs(): void {
  if (!realm().intrinsicNames.has(offload)) shareIntrinsics({ offload, pool, createPool })
}

function createView(core: Core, defaults: CallOptions): Pool {
  const close = (): Promise<void> => core.engine().close()
  return {
    name: core.name,
    get size() {
      return core.size()
    },
    offload: (fn, ...args) => start(core, defaults, fn, args) as never,
    with: (options: CallOptions) => createView(core, { ...defaults, ...checkCallOptions(options) }) as never,
    ready: () => core.engine().ready(),
    warm: async (count) => {
      if (count !== undefined) checkCount(count)
      await core.engine().warm(count)
    },
    stats: () => core.engine().stats(),
    on: (type, listener) => {
      checkListener(type, listener)
      return core.hub.on(type, listener)
    },
    close,
    terminate: () => core.engine().terminate(),
    [asyncDispose()]: close,
  }
}

function start(core: Core, settings: CallOptions, fn: AnyFunction, args: readonly unknown[]): Task<unknown> {
  const site = takeCallSite(start)
  shareVerbs()
  const label = settings.label ?? ((typeof fn === 'function' && functionName(fn)) || 'anonymous')
  core.watch ??= { hub: core.hub, trace: createTrace(core.name, core.trace) }
  return new Task<unknown>(
    label,
    (observer) => {
      if (typeof fn !== 'function') {
        const facts = {
          action: 'offload',
          argument: 'the first argument',
          expected: 'a function',
          found: show(fn),
        }
        observer.fail(new BrineError('ARGUMENT_INVALID', facts), NOT_STARTED, 'failed')
        return { id: '', cancel: () => {}, steer: () => {} }
      }
      return core.engine().submit({ fn, args, settings, label, site, observer })
    },
    settings.onProgress,
    { isStream: isGeneratorFunction(fn), watch: core.watch },
  )
}
