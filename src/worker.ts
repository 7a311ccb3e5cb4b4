/**
 * The script that workers run. Importing it in a worker makes the worker serve a pool; anywhere else it does nothing.
 *
 * A worker of your own, to register types or load what tasks need:
 *
 * ```ts
 * // my-worker.ts
 * import 'brine/worker'
 * import { registerType } from 'brine/serialize'
 *
 * registerType(URL, { name: 'URL', encode: String, decode: (href: string) => new URL(href) })
 * ```
 *
 * ```ts
 * // the page
 * import { createPool } from 'brine'
 *
 * const pool = createPool({
 *   worker: () => new Worker(new URL('./my-worker.ts', import.meta.url), { type: 'module' }),
 * })
 * ```
 * @module
 */
import { shareVerbs } from './api/pool.ts'
import { realm } from './realm/registry.ts'
import { startWorker } from './worker/runner.ts'
import type { WorkerScope } from './worker/runner.ts'

const { DedicatedWorkerGlobalScope: Scope } = globalThis as { DedicatedWorkerGlobalScope?: new () => unknown }
// Synchronously: a message that came before somebody listens would be lost.
if (Scope && globalThis instanceof Scope) {
  realm().isWorker = true
  shareVerbs()
  startWorker(globalThis as unknown as WorkerScope)
}
