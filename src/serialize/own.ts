// What an object owns beyond what its kind implies: properties, prototype, missing keys, whether it may grow.
import { ACCESSOR, CONFIGURABLE, DEFAULT_ATTRIBUTES, ENUMERABLE, WRITABLE } from '../payload/types.ts'
import type { Own, Property } from '../payload/types.ts'
import type { ImpliedProperties } from '../realm/registry.ts'
import { localPrototype } from './classify.ts'
import type { Child, ToSlot } from './walk.ts'

/** What the kind of an object implies. */
export interface Implied {
  readonly properties?: ImpliedProperties
  /** The prototype that the receiver's object has at birth. */
  readonly proto?: object | null
  /** The keys to look at, where not all are wanted. */
  readonly keys?: readonly PropertyKey[]
}

/** What is to be said of an object, with the values that it reaches. */
export interface OwnDescription {
  /** Whether nothing is to be said. */
  readonly empty: boolean
  readonly children: readonly Child[]
  readonly write: (slot: ToSlot) => Own
}

const attributesOf = (property: PropertyDescriptor): number =>
  (property.writable ? WRITABLE : 0) |
  (property.enumerable ? ENUMERABLE : 0) |
  (property.configurable ? CONFIGURABLE : 0) |
  ('value' in property ? 0 : ACCESSOR)

function same(left: PropertyDescriptor, right: PropertyDescriptor): boolean {
  return (
    attributesOf(left) === attributesOf(right) &&
    Object.is(left.value, right.value) &&
    left.get === right.get &&
    left.set === right.set
  )
}

const NOTHING: OwnDescription = { empty: true, children: [], write: () => ({}) }

/**
 * Describes the own state of an object against what its kind implies. A built-in prototype of another realm counts as the
 * one of this realm. Runs no getter.
 */
export function describeOwn(value: object, implied: Implied): OwnDescription {
  const others: [key: PropertyKey, property: PropertyDescriptor][] = []
  const keys = implied.keys ?? Reflect.ownKeys(value)
  for (const key of keys) {
    const property = Object.getOwnPropertyDescriptor(value, key)
    if (!property) continue
    const expected = implied.properties?.get(key)
    if (!expected || !same(expected, property)) others.push([key, property])
  }
  const deleted = [...(implied.properties?.keys() ?? [])].filter((key) => !Object.hasOwn(value, key))
  const found = Object.getPrototypeOf(value) as object | null
  const proto = localPrototype(found)
  const otherProto = found !== implied.proto && proto !== (implied.proto && localPrototype(implied.proto))
  const fixed = !Object.isExtensible(value)
  if (others.length === 0 && deleted.length === 0 && !otherProto && !fixed) return NOTHING

  const children: Child[] = []
  const add = (child: unknown, key: PropertyKey): void => {
    if (child !== undefined) children.push({ value: child, step: { kind: 'property', key }, holder: value })
  }
  if (otherProto) children.push({ value: proto, step: { kind: 'part', name: 'prototype' } })
  for (const [key, property] of others) {
    if (typeof key === 'symbol') children.push({ value: key, step: { kind: 'property', key } })
    if ('value' in property) add(property.value, key)
    else {
      add(property.get, key)
      add(property.set, key)
    }
  }
  for (const key of deleted)
    if (typeof key === 'symbol') children.push({ value: key, step: { kind: 'property', key } })

  return {
    empty: false,
    children,
    write: (slot) => ({
      ...(otherProto && { proto: slot(proto) }),
      ...(others.length > 0 && {
        props: others.map(([key, property]) => writeProperty(key, property, slot)),
      }),
      ...(deleted.length > 0 && { deleted: deleted.map((key) => slot(key)) }),
      ...(fixed && { fixed: true as const }),
    }),
  }
}

function writeProperty(key: PropertyKey, property: PropertyDescriptor, slot: ToSlot): Property {
  const attributes = attributesOf(property)
  const name = slot(typeof key === 'number' ? String(key) : key)
  if (!('value' in property)) return [name, slot(property.get), attributes, slot(property.set)]
  const value = slot(property.value)
  return attributes === DEFAULT_ATTRIBUTES ? [name, value] : [name, value, attributes]
}
