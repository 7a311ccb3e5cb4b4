// What runs the calls of a pool in the script of a worker, where it stands for `engine.ts`: that thread itself, always. It
// cannot start workers.
import type { Engine } from '../pool/call.ts'
import { InlineEngine } from '../pool/inline.ts'
import { makeShared } from '../realm/shared.ts'
import type { Shared } from '../realm/shared.ts'

export const sizeOf = (): number => 1

export function createEngine(name: string): Engine {
  return new InlineEngine(name, true)
}

export function shareWith<Value>(_engine: Engine, value: Value): Shared<Value> {
  return makeShared({ value })
}
