// What an object owns beyond what its kind implies, as statements.
import { ACCESSOR, CONFIGURABLE, DEFAULT_ATTRIBUTES, ENUMERABLE, WRITABLE } from '../payload/types.ts'
import type { HeapNode, Own, Property, Slot } from '../payload/types.ts'
import { accessText, listText, stringText } from './module-syntax.ts'

type SlotText = (slot: Slot) => string

/** Objects that are born without setters, where assigning a new property is defining it. */
const ASSIGNABLE = new Set<HeapNode['kind']>(['object', 'array', 'map', 'set', 'error'])

/** Objects that own nothing at birth: attributes that are not said are false. */
const EMPTY = new Set<HeapNode['kind']>(['object', 'map', 'set'])

function descriptorText(property: Property, slot: SlotText, isNew: boolean): string {
  const [, value, attributes = DEFAULT_ATTRIBUTES, setter] = property
  const isAccessor = (attributes & ACCESSOR) !== 0
  const parts = isAccessor ? [`get: ${slot(value)}`, `set: ${slot(setter)}`] : [`value: ${slot(value)}`]
  const flag = (name: string, bit: number): void => {
    if (!isNew || (attributes & bit) !== 0) parts.push(`${name}: ${(attributes & bit) !== 0}`)
  }
  if (!isAccessor) flag('writable', WRITABLE)
  flag('enumerable', ENUMERABLE)
  flag('configurable', CONFIGURABLE)
  return listText('{', parts, '}')
}

/** Whether an object is as `Object.freeze` leaves an ordinary one. */
function isFrozen(node: HeapNode & Own): boolean {
  if (!node.fixed || (node.kind !== 'object' && node.kind !== 'array')) return false
  if (node.kind === 'array' && node.items.length > 0) return false
  return (node.props ?? []).every(
    ([key, , attributes]) => attributes === (node.kind === 'array' && key === 'length' ? 0 : ENUMERABLE),
  )
}

/**
 * Statements that give `name` what its node says.
 *
 * @param done Properties that it has already, from the first.
 */
export function ownLines(node: HeapNode & Own, name: string, slot: SlotText, done = 0): string[] {
  const lines: string[] = []
  const keyed = (key: Slot): string =>
    typeof key === 'string' ? accessText(name, key) : `${name}[${slot(key)}]`
  const proto = node.proto === undefined ? [] : [`Object.setPrototypeOf(${name}, ${slot(node.proto)})`]
  const assigns = ASSIGNABLE.has(node.kind)
  // A prototype may have setters: it comes last where properties are assigned.
  if (!assigns) lines.push(...proto)
  for (const key of node.deleted ?? []) lines.push(`delete ${keyed(key)}`)
  const frozen = isFrozen(node)
  for (const property of (node.props ?? []).slice(done)) {
    const [key, value, attributes] = property
    if (assigns && (frozen || attributes === undefined) && key !== '__proto__') {
      lines.push(`${keyed(key)} = ${slot(value)}`)
    } else {
      const keyText = typeof key === 'string' ? stringText(key) : slot(key)
      const descriptor = descriptorText(property, slot, EMPTY.has(node.kind))
      lines.push(`Object.defineProperty(${name}, ${keyText}, ${descriptor})`)
    }
  }
  if (assigns) lines.push(...proto)
  if (node.fixed) lines.push(`Object.${frozen ? 'freeze' : 'preventExtensions'}(${name})`)
  return lines
}
