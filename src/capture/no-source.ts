// Stands in for the source carrier where the Vite plugin is: the code of a function that it did not convert is
// nowhere, and nobody needs the parser.
import { functionName } from '../realm/globals.ts'
import { refuseNative } from './native.ts'
import type { Carrier } from './types.ts'

/** Refuses every function. */
export const sourceCarrier: Carrier = (fn, request) => {
  refuseNative(fn, request)
  return request.fail('CAPTURE_UNINSTRUMENTED', { name: functionName(fn) })
}
