// Native functions, whose code nobody can read.
import { functionName, isNative } from '../realm/globals.ts'
import type { AnyFunction } from '../realm/registry.ts'
import type { CaptureRequest } from './types.ts'

/** Refuses a native function. */
export function refuseNative(fn: AnyFunction, request: Pick<CaptureRequest, 'fail'>): void {
  if (!isNative(fn)) return
  const name = functionName(fn)
  request.fail(name.startsWith('bound ') ? 'CAPTURE_BOUND' : 'CAPTURE_NATIVE', { name })
}
