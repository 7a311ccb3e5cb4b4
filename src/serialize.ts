/**
 * Values to payloads and back, with no DOM, pool or storage: for tests, files, wires and other runtimes.
 *
 * @module
 */
export { deserialize, serialize } from './api/serialize.ts'
export type { DeserializeOptions, SerializeOptions } from './api/serialize.ts'
export { explain } from './api/explain.ts'
export type { ExplainedPart, Explanation, ExplanationLimits, Problem } from './serialize/print-explanation.ts'
export { fromBytes, toBytes } from './serialize/bytes.ts'
export { toModule } from './api/to-module.ts'
export { registerType } from './serialize/register-type.ts'
export type { TypeOptions } from './serialize/register-type.ts'
export { capture } from './capture/environment.ts'
export { bind } from './realm/bind.ts'
export type { Environment } from './realm/registry.ts'
export { BrineError, isBrineError, WorkerCrashError } from './errors/brine-error.ts'
export type { ErrorCode } from './errors/catalog.ts'
export { DEFAULT_LIMITS } from './payload/limits.ts'
export type { Limits } from './payload/limits.ts'
export type { Payload, PayloadData } from './payload/types.ts'
