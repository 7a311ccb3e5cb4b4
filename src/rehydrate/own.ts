// Gives an object what it owns beyond what its kind implies.
import { BrineError } from '../errors/brine-error.ts'
import { ACCESSOR, CONFIGURABLE, DEFAULT_ATTRIBUTES, ENUMERABLE, WRITABLE } from '../payload/types.ts'
import type { Own, Property, Slot } from '../payload/types.ts'

/** Reads a slot: the primitive, or the node's value. */
export type FromSlot = (slot: Slot) => unknown

function descriptorOf(property: Property, value: FromSlot): PropertyDescriptor {
  const attributes = property[2] ?? DEFAULT_ATTRIBUTES
  const shared = { enumerable: (attributes & ENUMERABLE) > 0, configurable: (attributes & CONFIGURABLE) > 0 }
  if ((attributes & ACCESSOR) === 0) {
    return { value: value(property[1]), writable: (attributes & WRITABLE) > 0, ...shared }
  }
  return {
    get: value(property[1]) as () => unknown,
    set: value(property[3]) as (value: unknown) => void,
    ...shared,
  }
}

const malformed = (at: string, expected: string, found: string): never => {
  throw new BrineError('PAYLOAD_MALFORMED', { at, expected, found })
}
const undefinable = (found: string): never => malformed('an own property', 'definable', found)

/**
 * Applies own state. Properties are defined, never assigned, so that no setter runs and `__proto__` is a key like others.
 *
 * @param again The object had its state before (a class that came once more): what is fixed stays as it is.
 */
export function applyOwn(target: object, own: Own, value: FromSlot, again: boolean): void {
  if (own.proto !== undefined) {
    const proto = value(own.proto) as object | null
    if (Object.getPrototypeOf(target) !== proto && !Reflect.setPrototypeOf(target, proto) && !again)
      undefinable('a prototype')
  }
  for (const key of own.deleted ?? []) Reflect.deleteProperty(target, value(key) as PropertyKey)
  for (const property of own.props ?? []) {
    const key = value(property[0]) as PropertyKey
    if (!Reflect.defineProperty(target, key, descriptorOf(property, value)) && !again)
      undefinable(String(key))
  }
  if (own.fixed) Object.preventExtensions(target)
}

/** An own property of a class that came by its code. */
export function ownValue(
  holder: unknown,
  key: PropertyKey,
  part: 'value' | 'get' | 'set',
  index: number,
): unknown {
  const isObject = (typeof holder === 'object' && holder !== null) || typeof holder === 'function'
  const found: unknown = isObject ? Object.getOwnPropertyDescriptor(holder, key)?.[part] : undefined
  return found ?? malformed(`node ${index}`, 'a part of its class', String(key))
}
