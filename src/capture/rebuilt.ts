// The carrier of functions that were rebuilt in this realm: their code and scope are known from rehydration.
import { functionName } from '../realm/globals.ts'
import { realm } from '../realm/registry.ts'
import type { Carrier } from './types.ts'

/** Takes a function that `rehydrate` made; its variables are read as they are now. */
export const rebuiltCarrier: Carrier = (fn) => {
  const origin = realm().origins.get(fn)
  if (!origin) return undefined
  return {
    name: functionName(fn),
    code: { kind: 'instance', scope: origin.scope, index: origin.index },
    inputs: origin.inputs,
    isClass: origin.impliedPrototype !== undefined && /^class\b/.test(Function.prototype.toString.call(fn)),
    implied: origin.implied,
    ...(origin.impliedPrototype && { impliedPrototype: origin.impliedPrototype }),
    privateState: origin.privateState,
  }
}
