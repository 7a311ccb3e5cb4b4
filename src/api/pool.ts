// Pools: the verbs, their defaults, and the engine behind them, which is started by the first call.
// The reference below stays in the declarations: `AsyncDisposable` is in no dated `lib` that an app may have.
/// <reference lib="esnext.disposable" preserve="true" />
import { BrineError } from '../errors/brine-error.ts'
import { takeCallSite } from '../pool/call-site.ts'
import type { Engine } from '../pool/call.ts'
import { realm, shareIntrinsics } from '../realm/registry.ts'
import type { AnyFunction } from '../realm/registry.ts'
import { isGeneratorFunction } from '../stream/command.ts'
import { createEngine, sizeOf } from './engine.ts'
import { Hub } from './hub.ts'
import { startMap } from './map.ts'
import { checkCallOptions, checkCount, checkListener, checkPoolOptions, labelOf, show } from './options.ts'
import type { CallOptions, PoolOptions } from './options.ts'
import type { Pool } from './pool-types.ts'
import { Task } from './task.ts'
import type { TaskMap } from './task-map.ts'
import type { TaskOf } from './task.ts'
import { createTrace } from './trace.ts'
import { NOT_STARTED } from './view.ts'
import type { TaskWatch } from './view.ts'

/** The part that all views of a pool share. */
interface Core {
  readonly name: string
  readonly size: () => number
  readonly engine: () => Engine
  readonly hub: Hub
  /** Made by the first task. */
  watch?: TaskWatch
  readonly trace: boolean | 'measure'
  /** How many maps there were. */
  maps: number
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
  const start = (): Engine => {
    if (engine) return engine
    shareVerbs()
    return (engine = createEngine(name, given, hub))
  }
  const hub: Hub = new Hub(() => start().stats())
  const core: Core = { name, size, maps: 0, engine: start, hub, trace: given.trace ?? true }
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

/**
 * Runs a function on each item, on all workers of the default pool: see {@link Pool.map}.
 *
 * @param items An array or another iterable, an async iterable, or a count `n` for the indexes from 0 to n - 1.
 * @param fn The function, of an item and its index, with all that it captured. It may be asynchronous.
 * @returns The map: a promise of all results in order, an async iterable of them, with `reduce` and `unordered`.
 * @throws {BrineError} (the map) when the function or a value cannot travel
 *
 * @example
 * ```ts
 * await map([1, 2, 3], (n) => n * n) // [1, 4, 9]
 * const halves: number[] = []
 * for await (const half of map(3, (n) => n / 2)) halves.push(half)
 * halves // [0, 0.5, 1]
 * ```
 */
export function map<Result>(
  items: number,
  fn: (item: number, index: number) => Result,
): TaskMap<Awaited<Result>>
export function map<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  fn: (item: Item, index: number) => Result,
): TaskMap<Awaited<Result>>
export function map(items: unknown, fn: unknown): TaskMap<never> {
  return pool.map(items as never, fn as never)
}

/** Enters what a task may call into the record of this realm: in its worker, it finds that of the worker. */
export function shareVerbs(): void {
  if (!realm().intrinsicNames.has(offload)) shareIntrinsics({ offload, map, pool, createPool })
}

function createView(core: Core, defaults: CallOptions): Pool<[], never> {
  const close = (): Promise<void> => core.engine().close()
  return {
    name: core.name,
    get size() {
      return core.size()
    },
    offload: (fn, ...args) => start(core, defaults, fn, args) as never,
    map: (items: unknown, fn: unknown) =>
      startMap(
        { id: `${core.name}-map-${++core.maps}`, size: core.size(), engine: core.engine() },
        defaults,
        items,
        fn,
      ),
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
  const label = labelOf(fn, settings)
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
