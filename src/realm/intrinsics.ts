// What every copy of brine has and what therefore travels by name.
import { BrineError, WorkerCrashError } from '../errors/brine-error.ts'
import { bind, realm } from './registry.ts'
import { task } from './task.ts'

/** Enters brine's own classes and functions into the record of this realm; the first copy of brine wins. */
export function ensureIntrinsics(): void {
  const { intrinsics } = realm()
  if (intrinsics.has('BrineError')) return
  const own = { BrineError, WorkerCrashError, bind, task }
  for (const [name, value] of Object.entries(own)) intrinsics.set(name, value)
  intrinsics.set('BrineError.prototype', BrineError.prototype)
  intrinsics.set('WorkerCrashError.prototype', WorkerCrashError.prototype)
}
