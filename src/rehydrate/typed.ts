// Instances of registered types: `decode` of this realm's type, or of the type that came along.
import { BrineError } from '../errors/brine-error.ts'
import type { NodeOf } from '../payload/types.ts'
import { realm } from '../realm/registry.ts'
import type { AnyFunction, RegisteredType } from '../realm/registry.ts'
import type { FromSlot } from './own.ts'

/** Registers the type that a node brought, so that instances can travel back. */
function adopt(name: string, type: NonNullable<NodeOf<'typed'>['type']>, value: FromSlot): RegisteredType {
  const constructor = value(type.constructor) as AnyFunction & { prototype: object }
  const adopted: RegisteredType = {
    name,
    constructor,
    encode: value(type.encode) as RegisteredType['encode'],
    decode: value(type.decode) as RegisteredType['decode'],
  }
  realm().types.set(name, adopted)
  realm().typesByPrototype.set(constructor.prototype, adopted)
  return adopted
}

/** Refuses an instance that is part of its own state. */
export function refuseTypedCycle(name: string): never {
  const reason = 'the state that `encode` gave holds the instance itself'
  throw new BrineError('VALUE_ENCODE', { action: 'rebuild', subject: 'a value', where: 'it', name, reason })
}

/** Makes an instance from its state, which must be complete. */
export function decodeTyped(node: NodeOf<'typed'>, value: FromSlot): unknown {
  const { name } = node
  const type = realm().types.get(name) ?? (node.type && adopt(name, node.type, value))
  if (!type) throw new BrineError('TYPE_UNKNOWN', { name })
  try {
    return type.decode(value(node.state) as never)
  } catch (error) {
    const culprit = { action: 'rebuild', subject: 'a value', where: 'it', name, reason: String(error) }
    throw new BrineError('VALUE_ENCODE', culprit, { cause: error })
  }
}
