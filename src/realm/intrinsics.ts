// What every copy of brine has and what therefore travels by name.
import { BrineError, WorkerCrashError } from '../errors/brine-error.ts'
import { bind } from './bind.ts'
import { realm, shareIntrinsics } from './registry.ts'
import { runChunk } from './run-chunk.ts'
import { task } from './task.ts'

/** Enters this copy's own classes and functions into the record of this realm. */
export function ensureIntrinsics(): void {
  if (realm().intrinsicNames.has(BrineError)) return
  shareIntrinsics({
    BrineError,
    'BrineError.prototype': BrineError.prototype,
    WorkerCrashError,
    'WorkerCrashError.prototype': WorkerCrashError.prototype,
    bind,
    task,
    runChunk,
  })
}
