// Tells what structured clone would make of an object, by its internal slots as far as a script can see them.
import { globalPath, isNative } from '../realm/globals.ts'
import { ERROR_NAMES } from './byte-format.ts'

/** The families that have a form as bytes and as text. */
export type CloneFamily =
  | 'object'
  | 'array'
  | 'map'
  | 'set'
  | 'date'
  | 'regexp'
  | 'error'
  | 'buffer'
  | 'view'
  | 'boxed'

/** A family, or in words what has neither. */
export type Cloneable = CloneFamily | { readonly refused: string }

const getter = (target: object, key: PropertyKey): ((this: unknown) => unknown) =>
  Object.getOwnPropertyDescriptor(target, key)!.get!

// Each reads an internal slot, and throws where there is none. Built on first use: importing does nothing.
const slots = (): Record<string, readonly [CloneFamily, (this: unknown) => unknown]> => ({
  Map: ['map', getter(Map.prototype, 'size')],
  Set: ['set', getter(Set.prototype, 'size')],
  Date: ['date', Date.prototype.getTime],
  RegExp: ['regexp', regexpSource],
  ArrayBuffer: ['buffer', getter(ArrayBuffer.prototype, 'byteLength')],
  Boolean: ['boxed', Boolean.prototype.valueOf],
  Number: ['boxed', Number.prototype.valueOf],
  String: ['boxed', String.prototype.valueOf],
  BigInt: ['boxed', BigInt.prototype.valueOf],
})

/** `RegExp.prototype` answers too, and is no regular expression. */
function regexpSource(this: unknown): unknown {
  if (this === RegExp.prototype) throw new TypeError('not a regular expression')
  return getter(RegExp.prototype, 'source').call(this)
}

let readers: ReturnType<typeof slots> | undefined

const ERROR = /^(?:Aggregate|Eval|Range|Reference|Suppressed|Syntax|Type|URI)?Error$/

const article = (name: string): string => `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`

/** The name of the built-in that a prototype belongs to, or undefined for a user's object. */
function builtIn(proto: object): string | undefined {
  const path = globalPath(proto)
  if (path?.startsWith('brine:')) return undefined
  if (path?.startsWith('%')) return path
  if (path?.endsWith('.prototype')) return path.slice(0, -'.prototype'.length)
  const maker = Object.getOwnPropertyDescriptor(proto, 'constructor')?.value as unknown
  return typeof maker === 'function' && isNative(maker) ? maker.name : undefined
}

const names = new WeakMap<object, string | null>()

function nameOf(proto: object): string | null {
  const known = names.get(proto)
  if (known !== undefined) return known
  const name = builtIn(proto) ?? null
  names.set(proto, name)
  return name
}

function bySlots(value: object): Cloneable {
  for (
    let at = Object.getPrototypeOf(value) as object | null;
    at;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    const name = nameOf(at)
    if (name === null) continue
    // What inherits from an iterator's prototype is an ordinary object, unless it is an iterator; no script can tell.
    if (name === 'Object') return 'object'
    if (ERROR.test(name)) {
      return Object.prototype.toString.call(value) === '[object Error]' ? 'error' : 'object'
    }
    readers ??= slots()
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined
    if (!reader) return { refused: article(name) }
    try {
      reader[1].call(value)
      return reader[0]
    } catch {
      return 'object'
    }
  }
  return 'object'
}

/** Tells the family of an object. */
export function cloneFamily(value: object): Cloneable {
  if (typeof value === 'function') return { refused: 'a function' }
  if (Array.isArray(value)) return 'array'
  const proto = Object.getPrototypeOf(value) as object | null
  if (proto === Object.prototype || proto === null) return 'object'
  if (!ArrayBuffer.isView(value)) return bySlots(value)
  return isShared(value.buffer) ? { refused: 'a SharedArrayBuffer' } : 'view'
}

const isShared = (buffer: ArrayBufferLike): boolean =>
  typeof SharedArrayBuffer === 'function' && buffer instanceof SharedArrayBuffer

const typedArrayName = (): ((this: unknown) => unknown) =>
  getter(Object.getPrototypeOf(Uint8Array.prototype) as object, Symbol.toStringTag)

/** The name of a view's class, whatever its prototype says. */
export function viewName(view: ArrayBufferView): string {
  return (typedArrayName().call(view) as string | undefined) ?? 'DataView'
}

/** Whether a view reaches to the end of a buffer that can grow: it then follows the buffer, as far as anyone can see. */
export function followsBuffer(view: ArrayBufferView): boolean {
  const { buffer, byteOffset, byteLength } = view
  return (buffer as ArrayBuffer).resizable && byteOffset + byteLength === buffer.byteLength
}

/** The parts of an error that structured clone keeps. */
export function errorParts(error: object): {
  name: string
  message: string | undefined
  stack: string | undefined
  cause: { value: unknown } | undefined
} {
  const { name, stack } = error as { name?: unknown; stack?: unknown }
  const message = Object.getOwnPropertyDescriptor(error, 'message')?.value as unknown
  const cause = Object.getOwnPropertyDescriptor(error, 'cause')
  return {
    name: ERROR_NAMES.includes(name as string) ? (name as string) : 'Error',
    message: typeof message === 'string' ? message : undefined,
    stack: typeof stack === 'string' ? stack : undefined,
    cause: cause && 'value' in cause ? { value: cause.value } : undefined,
  }
}

/** The parts of an array: its keys, and whether they are those of the elements 0 to `length` - 1 and no other. */
export function arrayKeys(array: readonly unknown[]): { keys: string[]; dense: boolean } {
  const keys = Object.keys(array)
  const { length } = array
  // Indices come first and in order: if the last one stands in its place, all of them do.
  return { keys, dense: keys.length === length && (length === 0 || keys[length - 1] === String(length - 1)) }
}

/** The number of an array index, or undefined for another key. */
export function arrayIndex(key: string): number | undefined {
  const index = Number(key)
  return Number.isInteger(index) && index >= 0 && index < 4_294_967_295 && String(index) === key
    ? index
    : undefined
}

/** The primitive in a box, whatever the box says of itself. */
export function unbox(value: object): unknown {
  for (const { prototype } of [Boolean, Number, String, BigInt]) {
    try {
      return (prototype.valueOf as (this: unknown) => unknown).call(value)
    } catch {
      // Not that one.
    }
  }
  return undefined
}
