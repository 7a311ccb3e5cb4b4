/**
 * Pickle a closure and run it in a Web Worker: functions travel with the variables they captured.
 *
 * ```ts
 * import { offload, pool } from 'brine'
 *
 * const rate = 0.05
 * await pool.with({ using: () => ({ rate }) }).offload((sum: number) => sum * (1 + rate), 100) // 105
 * ```
 * @module
 */
export { createDebugPool } from './api/debug-pool.ts'
export { createPool, map, offload, pool } from './api/pool.ts'
export type { MapOutcome, Pool, PoolStats, ResultsOf } from './api/pool-types.ts'
export type { PoolEvents, TaskEvent, WorkerEvent } from './api/events.ts'
export type { CallOptions, PoolOptions } from './api/options.ts'
export { Task } from './api/task.ts'
export type { StreamTask, TaskOf } from './api/task.ts'
export { TaskMap } from './api/task-map.ts'
export type { MapInfo } from './api/task-map.ts'
export type { TaskState } from './api/view.ts'
export type { TaskInfo } from './pool/call.ts'
export { share } from './api/share.ts'
export type { Shared } from './realm/shared.ts'
export { callback } from './api/callback.ts'
export { task } from './realm/task.ts'
export type { AmbientTask } from './realm/task.ts'
export { bind } from './realm/bind.ts'
export type { Environment } from './realm/registry.ts'
export { capture } from './capture/environment.ts'
export { deserialize, serialize } from './api/serialize.ts'
export type { DeserializeOptions, SerializeOptions } from './api/serialize.ts'
export { explain } from './api/explain.ts'
export type { ExplainedPart, Explanation, ExplanationLimits, Problem } from './serialize/print-explanation.ts'
export { fromBytes, toBytes } from './serialize/bytes.ts'
export { toModule } from './api/to-module.ts'
export { registerType } from './serialize/register-type.ts'
export type { TypeOptions } from './serialize/register-type.ts'
export { DEFAULT_CAPTURE_LIMITS } from './payload/limits.ts'
export type { CaptureLimits } from './payload/limits.ts'
export type { Payload, PayloadData } from './payload/types.ts'
export { BrineError, isBrineError, WorkerCrashError } from './errors/brine-error.ts'
export type { BrineErrorOptions } from './errors/brine-error.ts'
export type { ErrorCode } from './errors/catalog.ts'
