// A TypeScript app: compiled only, with every setting strict and the declarations of the package checked, too.
import {
  callback,
  createPool,
  isBrineError,
  offload,
  pool,
  registerType,
  task,
  WorkerCrashError,
} from 'brine'
import type { CallOptions, ErrorCode, Pool, PoolOptions, PoolStats, TaskState } from 'brine'
import { deserialize, fromBytes, serialize, toBytes, toModule } from 'brine/serialize'
import 'brine/worker'

const total: number = await offload((left: number, right: number) => left + right, 1, 2)
const text: string = await offload(async (name: string) => `Hello ${name}`, 'Ada')

// @ts-expect-error An argument of the wrong type.
await offload((amount: number) => amount * 2, 'three')

const options: PoolOptions = { size: 2, worker: () => new Worker('worker.js', { type: 'module' }) }
const own: Pool = createPool(options)
const defaults: CallOptions = { timeout: 1_000, signal: AbortSignal.timeout(2_000), using: { total } }
const running = own
  .with(defaults)
  .with({ using: () => ({ total }) })
  .offload((amount: number) => ({ amount }), 3)
const state: TaskState = running.state
const { amount }: { amount: number } = await running
const stats: PoolStats = pool.stats()
await own.close()

class Money {
  constructor(readonly cents: number) {}
}
registerType(Money, {
  name: 'types/Money',
  encode: (money) => money.cents,
  decode: (cents: number) => new Money(cents),
})

function codeOf(error: unknown): ErrorCode | undefined {
  if (error instanceof WorkerCrashError) return error.code
  return isBrineError(error) ? error.code : undefined
}

const bytes: Uint8Array = toBytes(serialize({ total, text }))
const copy: unknown = await deserialize(fromBytes(bytes))
const source: string = await toModule(() => 42)

export { amount, callback, codeOf, copy, source, state, stats, task }
