// Families of objects that are not functions: how each is written, and when structured clone would keep it exactly.
import type { HeapNode, Own } from '../payload/types.ts'
import { classify } from './classify.ts'
import type { Classified, Family } from './classify.ts'
import { describeOwn } from './own.ts'
import type { OwnDescription } from './own.ts'
import { privateStateOf, withPrivateState } from './private-state.ts'
import type { Child, Description, ToSlot, Visit } from './walk.ts'
import type { DescribeContext } from './context.ts'

type Describe = (value: object, of: Classified, visit: Visit, context: DescribeContext) => Description

const part = (value: unknown, name: string): Child => ({ value, step: { kind: 'part', name } })

function withOwn(own: OwnDescription, node: (own: Own, slot: ToSlot) => HeapNode): Description['node'] {
  return (slot) => node(own.write(slot), slot)
}

const isOrdinaryKey = (value: object, key: PropertyKey): boolean => {
  const property = Object.getOwnPropertyDescriptor(value, key)!
  return (
    typeof key === 'string' &&
    'value' in property &&
    property.writable! &&
    property.enumerable! &&
    property.configurable!
  )
}

/** Own values of an object whose every property is ordinary, as children; undefined if one is not. */
function ordinaryChildren(value: object, keys: readonly PropertyKey[]): Child[] | undefined {
  const children: Child[] = []
  for (const key of keys) {
    const property = Object.getOwnPropertyDescriptor(value, key)!
    if (typeof key !== 'string' || !property.writable || !property.enumerable || !property.configurable)
      return undefined
    const child = property.value as unknown
    if (
      typeof child === 'object' ? child !== null : typeof child === 'function' || typeof child === 'symbol'
    ) {
      children.push({ value: child, step: { kind: 'property', key }, holder: value })
    }
  }
  return children
}

const describeOrdinary: Describe = (value, of) => {
  const isArguments = of.base === Object.prototype && isArgumentsObject(value)
  // The receiver's own `callee` throws when read, as that of strict code does; no other can be put there.
  const keys = Reflect.ownKeys(value).filter((key) => !isArguments || key !== 'callee')
  const own = (): OwnDescription => describeOwn(value, { proto: Object.prototype, keys })
  const kind = isArguments ? 'arguments' : 'object'
  const atBirth =
    Object.getPrototypeOf(value) === of.base && of.name === 'Object' && Object.isExtensible(value)
  const children = atBirth && !isArguments ? ordinaryChildren(value, keys) : undefined
  if (children) return { plain: true, children, node: (slot) => ({ kind, ...own().write(slot) }) }
  const described = own()
  return {
    plain: false,
    children: described.children,
    node: withOwn(described, (extra) => ({ kind, ...extra })),
  }
}

function isArgumentsObject(value: object): boolean {
  const callee = Object.getOwnPropertyDescriptor(value, 'callee')
  return (
    callee !== undefined &&
    !callee.enumerable &&
    Object.prototype.toString.call(value) === '[object Arguments]'
  )
}

const describeArray: Describe = (value, of) => {
  const array = value as unknown[]
  const keys = Reflect.ownKeys(array).filter((key) => key !== 'length')
  const lengthIsFixed = !Object.getOwnPropertyDescriptor(array, 'length')!.writable
  const atBirth =
    Object.getPrototypeOf(value) === of.base &&
    of.name === 'Array' &&
    Object.isExtensible(value) &&
    !lengthIsFixed
  const children = atBirth ? ordinaryChildren(array, keys) : undefined
  let dense = 0
  while (dense < keys.length && keys[dense] === String(dense) && isOrdinaryKey(array, keys[dense]!)) dense++
  // Not `slice`: it would call what a subclass of Array says that it makes.
  const items = Array.from({ length: dense }, (_, at) => array[at])
  const node = (own: OwnDescription): Description['node'] =>
    withOwn(own, (extra, slot) => ({ kind: 'array', length: array.length, items: items.map(slot), ...extra }))
  const rest = (): OwnDescription =>
    describeOwn(array, {
      proto: Array.prototype,
      keys: [...keys.slice(dense), ...(lengthIsFixed ? ['length'] : [])],
    })
  if (children) return { plain: true, children, node: (slot) => node(rest())(slot) }
  const own = rest()
  const elements = items.map((item, index): Child => ({
    value: item,
    step: { kind: 'property', key: String(index) },
    holder: array,
  }))
  return { plain: false, children: [...elements, ...own.children], node: node(own) }
}

const describeMap: Describe = (value) => {
  const own = describeOwn(value, { proto: Map.prototype })
  const entries: (readonly [unknown, unknown])[] = []
  Map.prototype.forEach.call(value as Map<unknown, unknown>, (item, key) => entries.push([key, item]))
  return {
    plain: own.empty,
    children: [
      ...entries.flatMap(([key, item], at) => [part(key, `key ${at}`), part(item, `value ${at}`)]),
      ...own.children,
    ],
    node: withOwn(own, (extra, slot) => ({
      kind: 'map',
      entries: entries.map(([k, v]) => [slot(k), slot(v)]),
      ...extra,
    })),
  }
}

const describeSet: Describe = (value) => {
  const own = describeOwn(value, { proto: Set.prototype })
  const values: unknown[] = []
  Set.prototype.forEach.call(value as Set<unknown>, (item) => values.push(item))
  return {
    plain: own.empty,
    children: [...values.map((item, at) => part(item, `value ${at}`)), ...own.children],
    node: withOwn(own, (extra, slot) => ({ kind: 'set', values: values.map(slot), ...extra })),
  }
}

/** Above it the own keys of a typed array, one for each element, are not searched for further properties. */
const SEARCHED_ELEMENTS = 1_024

/** Own keys that structured clone drops; elements and the like, which it keeps, are left out. */
function droppedKeys(value: object, name: string): readonly PropertyKey[] {
  const size = ArrayBuffer.isView(value) && 'length' in value ? (value.length as number) : 0
  if (size > SEARCHED_ELEMENTS) return []
  return Reflect.ownKeys(value).filter((key) => {
    if (typeof key === 'symbol') return true
    if (/^\d+$/.test(key)) return !(ArrayBuffer.isView(value) || name === 'String')
    if (name === 'RegExp' && key === 'lastIndex') {
      const property = Object.getOwnPropertyDescriptor(value, key)!
      return property.value !== 0 || !property.writable
    }
    return !(name === 'String' && key === 'length')
  })
}

const describeNative: Describe = (value, of, _visit, context) => {
  if (/^(?:DOM|Quota)/.test(of.name))
    return { plain: true, children: [], node: () => ({ kind: 'plain', value }) }
  const own = describeOwn(value, { proto: of.base, keys: droppedKeys(value, of.name) })
  const shared = context.inSharedMemory?.(value)
  if (shared) {
    return {
      plain: false,
      children: own.children,
      node: withOwn(own, (extra) => ({ kind: 'native', value: shared, ...extra })),
    }
  }
  // A buffer in the walk, so that views find it shared wherever it stands.
  const buffer = ArrayBuffer.isView(value) ? [part(value.buffer, 'buffer')] : []
  return {
    plain: own.empty,
    children: [...buffer, ...own.children],
    node: withOwn(own, (extra) => ({ kind: 'native', value, ...extra })),
  }
}

function isDetached(buffer: ArrayBuffer): boolean {
  if (buffer.byteLength > 0) return false
  try {
    return new Uint8Array(buffer).length > 0
  } catch {
    return true
  }
}

const describeBoxedSymbol: Describe = (value) => {
  const own = describeOwn(value, { proto: Symbol.prototype })
  const symbol = Symbol.prototype.valueOf.call(value)
  return {
    plain: false,
    children: [part(symbol, 'symbol'), ...own.children],
    node: withOwn(own, (extra, slot) => ({ kind: 'boxed-symbol', symbol: slot(symbol), ...extra })),
  }
}

const describeError: Describe = (value) => {
  const own = describeOwn(value, {
    proto: Error.prototype,
    keys: Reflect.ownKeys(value).filter((key) => key !== 'stack'),
  })
  const stack = readStack(value)
  return {
    plain: false,
    children: own.children,
    node: withOwn(own, (extra) => ({ kind: 'error', ...(stack !== undefined && { stack }), ...extra })),
  }
}

/** The stack is an own property in V8, an accessor of the prototype elsewhere; neither is the user's code. */
function readStack(value: object): string | undefined {
  const property =
    Object.getOwnPropertyDescriptor(value, 'stack') ??
    Object.getOwnPropertyDescriptor(Error.prototype, 'stack')
  const stack: unknown = property && ('value' in property ? property.value : property.get?.call(value))
  return typeof stack === 'string' ? stack : undefined
}

/** By the sound: an Event, an HTMLElement, a URL. */
const article = (name: string): string => `${/^(?:[AEIO]|[FHLMNRSX][A-Z])/.test(name) ? 'an' : 'a'} ${name}`

/** Words for built-ins that their names alone do not explain. */
const words: Readonly<Record<string, string>> = {
  '%GeneratorPrototype%': 'a running generator',
  '%AsyncGeneratorPrototype%': 'a running async generator',
  '%ArrayIteratorPrototype%': 'an array iterator',
  '%MapIteratorPrototype%': 'a map iterator',
  '%SetIteratorPrototype%': 'a set iterator',
  '%StringIteratorPrototype%': 'a string iterator',
  '%RegExpStringIteratorPrototype%': 'an iterator over matches',
}

const describeUnsupported: Describe = (_value, of, visit, context) =>
  context.fail(visit, 'VALUE_UNSUPPORTED', { what: words[of.name] ?? article(of.name) })

const describeMovable: Describe = (_value, of, visit, context) =>
  context.fail(visit, 'VALUE_NOT_TRANSFERRED', { what: article(of.name) })

const families: Record<Family, Describe> = {
  ordinary: describeOrdinary,
  array: describeArray,
  map: describeMap,
  set: describeSet,
  native: describeNative,
  error: describeError,
  'boxed-symbol': describeBoxedSymbol,
  movable: describeMovable,
  unsupported: describeUnsupported,
}

/** Describes an object that is neither a function, nor a global, nor of a registered type. */
export function describeObject(value: object, visit: Visit, context: DescribeContext): Description {
  const of = classify(value)
  if (of.name === 'ArrayBuffer' && isDetached(value as ArrayBuffer)) context.fail(visit, 'VALUE_DETACHED', {})
  if (context.transfers.has(value))
    return { plain: true, children: [], node: () => ({ kind: 'plain', value }) }
  const states = Object.getPrototypeOf(value) === of.base ? [] : privateStateOf(value, visit, context)
  const description = families[of.family](value, of, visit, context)
  return states.length > 0 ? withPrivateState(description, states) : description
}
