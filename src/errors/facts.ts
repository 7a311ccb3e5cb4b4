// What the errors of the catalog tell of.
import type { Culprit } from './entry.ts'

/** The facts that each message is written from. */
export interface FactsByCode {
  CAPTURE_UNRESOLVED: Culprit & { name: string; advice?: string }
  CAPTURE_DEAD_ZONE: Culprit & { name: string }
  CAPTURE_SCOPE_NAME: Culprit & { name: string }
  CAPTURE_SCOPE_THREW: Culprit & { name: string; reason: string }
  CAPTURE_USING: Culprit & { reason: string }
  CAPTURE_RENAMED: Culprit & { name: string; keys: string }
  CAPTURE_PAGE_ONLY: Culprit & { name: string }
  CAPTURE_EVAL: Culprit
  CAPTURE_IMPORT: Culprit & { what: string }
  CAPTURE_SUPER: Culprit
  CAPTURE_PRIVATE: Culprit & { name: string }
  CAPTURE_NATIVE: Culprit & { name: string }
  CAPTURE_BOUND: Culprit & { name: string }
  CAPTURE_UNKNOWN: Culprit & { name: string }
  CAPTURE_UNINSTRUMENTED: Culprit & { name: string }
  CAPTURE_LEFT_ALONE: Culprit & { reason: string }
  CAPTURE_SYNTAX: Culprit & { reason: string }
  VALUE_UNSUPPORTED: Culprit & { what: string }
  VALUE_NOT_TRANSFERRED: Culprit & { what: string }
  VALUE_DETACHED: Culprit
  VALUE_PRIVATE_STATE: Culprit & { className: string; names: string }
  VALUE_THREW: Culprit & { reason: string }
  VALUE_ENCODE: Culprit & { name: string; reason: string }
  VALUE_NO_BYTES: { what: string }
  CAPTURE_TOO_LARGE: { action: string; subject: string; limit: string; found: string; largest: string }
  LIMIT_EXCEEDED: { what: string; limit: number; found: number }
  PAYLOAD_MALFORMED: { at: string; expected: string; found: string }
  PAYLOAD_VERSION: { expected: number; found: string }
  CODE_NOT_ALLOWED: { what: string }
  CODE_BLOCKED: { reason: string }
  CODE_FAILED: { name: string; reason: string }
  MODULE_FAILED: { module: string; reason: string }
  MODULE_MISSING: { url: string; reason: string }
  GLOBAL_MISSING: { path: string }
  TYPE_UNKNOWN: { name: string }
  TYPE_CONFLICT: { name: string }
  ARGUMENT_INVALID: { action: string; argument: string; expected: string; found: string }
  SHARE_RELEASED: Culprit
  SHARE_UNKNOWN: { id: string }
  WORKER_CRASHED: { task: string; reason: string }
  WORKER_UNAVAILABLE: { reason: string }
  TASK_STALLED: { task: string }
  POOL_CLOSED: { action: string; pool: string }
  QUEUE_FULL: { limit: number }
  STREAM_AHEAD: { task: string }
}
