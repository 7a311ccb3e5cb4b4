// What runs the calls of a pool.
import type { Engine, WorkerChange } from '../pool/call.ts'
import { InlineEngine } from '../pool/inline.ts'
import { shareValue } from '../pool/shares.ts'
import { waysToSpawn } from '../pool/spawn.ts'
import { ThreadedEngine } from '../pool/threaded.ts'
import { realm } from '../realm/registry.ts'
import type { Environment } from '../realm/registry.ts'
import { makeShared } from '../realm/shared.ts'
import type { Shared } from '../realm/shared.ts'
import type { Hub } from './hub.ts'
import type { PoolOptions } from './options.ts'

/** Whether calls run on this thread: there are no workers, or this is one, and nobody says which to take. */
function runsHere({ worker, workerUrl }: PoolOptions): boolean {
  if (worker) return false
  return typeof globalThis.Worker === 'undefined' || (realm().isWorker && workerUrl === undefined)
}

/** The largest number of workers of a pool; 1 for the thread itself. */
export function sizeOf(options: PoolOptions): number {
  if (realm().isWorker && runsHere(options)) return 1
  return options.size ?? Math.max(1, (globalThis.navigator?.hardwareConcurrency ?? 1) - 1)
}

/** Makes the engine of a pool, which tells the hub of its workers. */
export function createEngine(name: string, options: PoolOptions, hub: Hub): Engine {
  if (runsHere(options)) return new InlineEngine(name, realm().isWorker)
  const { worker, workerUrl, ...policy } = options
  const spawn = { ...(worker && { worker }), ...(workerUrl !== undefined && { workerUrl }) }
  const onWorker = (change: WorkerChange): void => {
    if (hub.watchesWorkers) hub.worker({ ...change, time: hub.now() })
  }
  return new ThreadedEngine({
    ...policy,
    name,
    size: sizeOf(options),
    ways: () => waysToSpawn(spawn),
    onWorker,
  })
}

/** Shares what all calls of a map need. */
export function shareWith<Value>(engine: Engine, value: Value, environment: Environment): Shared<Value> {
  if (engine instanceof InlineEngine) return makeShared({ value })
  return shareValue(value, { action: 'map', environment, sharedMemory: globalThis.crossOriginIsolated })
}
