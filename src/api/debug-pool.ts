// A pool for looking at what functions do: all as with workers, but on this thread.
import { openPageWorker } from '../worker/page-worker.ts'
import type { PoolOptions } from './options.ts'
import { createPool } from './pool.ts'
import type { Pool } from './pool-types.ts'

/**
 * Makes a pool that runs its functions on this thread, one after the other, and is else like any other: functions and
 * values are written, copied and rebuilt on the way there and back, so what would be refused in a worker is refused here,
 * and what is changed there does not change here. For the debugger, which stops in them and shows the page's own
 * variables beside them, and for tests where there are no workers, such as in Node.
 *
 * A function runs as its rebuilt copy: a statement `debugger` stops in it, and a breakpoint in the source does where the
 * plugin converted the module. While a function runs the page stands still, and a busy one cannot be ended. What it finds
 * in its surroundings is the page's: `document`, unlike in a worker, is there.
 *
 * @param options Those of {@link createPool} that are not about workers.
 * @throws {BrineError} with the code `ARGUMENT_INVALID` when an option is unknown, of the wrong type or out of range
 *
 * @example
 * ```ts
 * const debug = createDebugPool()
 * const list = [1, 2, 3]
 * const copy = await debug.with({ using: { list } }).offload(() => list)
 * copy // [1, 2, 3]
 * copy === list // false
 * await debug.offload((key: object) => key, new WeakMap()).catch((error: BrineError) => error.code) // 'VALUE_UNSUPPORTED'
 * await debug.close()
 * ```
 */
export function createDebugPool(
  options: Pick<PoolOptions, 'name' | 'maxQueue' | 'limits' | 'trace'> = {},
): Pool {
  return createPool({ name: 'debug', ...options, size: 1, worker: openPageWorker })
}
