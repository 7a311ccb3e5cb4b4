// Values that are sent to each worker once.
import { shareValue } from '../pool/shares.ts'
import type { Environment } from '../realm/registry.ts'
import { makeShared } from '../realm/shared.ts'
import type { Shared } from '../realm/shared.ts'
import { checkEnvironment } from './options.ts'

/**
 * Shares a value: functions that capture the handle, or get it as an argument, see a copy of the value that is sent to
 * each worker once, by the first task that needs it. For what is large and used by many tasks.
 *
 * The value is copied now; what happens to it on the page afterwards does not reach the workers. All tasks of a worker
 * see the same copy, so none should change it. On a page that is cross-origin isolated the buffers in it are copied into
 * memory that all workers see, once for all of them: there an `ArrayBuffer` is a `SharedArrayBuffer`, which some
 * functions of the platform refuse (`TextDecoder`, `crypto`), and a change by one worker is seen by all. Buffers that can
 * grow are copied as usual.
 *
 * Tasks under way keep the value until they are done. A worker that returns the handle gives back the page's own.
 * `serialize` and `toModule` write the value in place. Where there are no workers the handle just holds the value.
 *
 * @param value Anything that can travel. Nothing in it is transferred.
 * @param environment `using` or `scope`: where the free variables of functions in the value are read.
 * @returns The handle: `.value` reads the value, on both sides, and `.release()` lets go of it. A handle that nobody can
 *   reach any more is released as well, some time later.
 * @throws {BrineError} `CAPTURE_*` or `VALUE_*`, with the path to what cannot travel; `ARGUMENT_INVALID` when an option
 *   is unknown or of the wrong type
 *
 * @example
 * ```ts
 * const table = share(Float64Array.from({ length: 100_000 }, (_, i) => i))
 * const sum = (from: number, to: number) => table.value.subarray(from, to).reduce((a, b) => a + b, 0)
 * const here = pool.with({ using: () => ({ table }) })
 * await Promise.all([here.offload(sum, 0, 3), here.offload(sum, 3, 5)]) // [3, 7]
 * table.release()
 * ```
 */
export function share<Value>(value: Value, environment: Environment = {}): Shared<Value> {
  const given = checkEnvironment(environment)
  if (typeof globalThis.Worker === 'undefined') return makeShared({ value })
  const sharedMemory = globalThis.crossOriginIsolated
  return shareValue(value, { action: 'share', environment: given, sharedMemory })
}
