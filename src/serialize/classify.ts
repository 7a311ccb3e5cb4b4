// Which family a value belongs to, told by the built-in prototype that its chain ends in.
import { functionName, globalPath, isNative, resolveGlobal } from '../realm/globals.ts'

/** Families of objects. `native` is copied by structured clone; `movable` moves but cannot be copied. */
export type Family =
  | 'ordinary'
  | 'array'
  | 'map'
  | 'set'
  | 'native'
  | 'error'
  | 'boxed-symbol'
  | 'movable'
  | 'unsupported'

export interface Classified {
  readonly family: Family
  /** The built-in prototype that decides the family, of this realm or of another; null for none. */
  readonly base: object | null
  /** The built-in's name, such as `WebSocket`. */
  readonly name: string
}

const families = new Map<string, Family>()
const enter = (family: Family, names: string): void => {
  for (const name of names.split(' ')) families.set(name, family)
}
enter('ordinary', 'Object Iterator %IteratorPrototype% %AsyncIteratorPrototype% Function')
enter('array', 'Array')
enter('map', 'Map')
enter('set', 'Set')
enter('boxed-symbol', 'Symbol')
enter(
  'error',
  // The last one is Firefox's alone.
  'Error AggregateError EvalError RangeError ReferenceError SuppressedError SyntaxError TypeError URIError InternalError',
)
// Structured clone: HTML Standard section 2.7, and the platform objects marked [Serializable].
enter(
  'native',
  'Date RegExp Boolean Number String BigInt ArrayBuffer SharedArrayBuffer DataView Int8Array Uint8Array ' +
    'Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array BigInt64Array BigUint64Array Float16Array ' +
    'Float32Array Float64Array Blob File FileList ImageData ImageBitmap CryptoKey DOMException DOMMatrix ' +
    'DOMMatrixReadOnly DOMPoint DOMPointReadOnly DOMQuad DOMRect DOMRectReadOnly FileSystemFileHandle ' +
    'FileSystemDirectoryHandle RTCCertificate VideoFrame EncodedVideoChunk EncodedAudioChunk Module QuotaExceededError',
)
enter(
  'movable',
  'MessagePort ReadableStream WritableStream TransformStream OffscreenCanvas RTCDataChannel MediaSourceHandle AudioData',
)

/** The name of a built-in prototype object: `Map` for `Map.prototype`; undefined for a user's object. */
function builtInName(proto: object): string | undefined {
  const path = globalPath(proto)
  if (path?.startsWith('%')) return path
  if (path?.startsWith('brine:')) return undefined
  if (path?.endsWith('.prototype')) return path.slice(path.lastIndexOf('.', path.length - 11) + 1, -10)
  // A built-in of another realm, or one that no worker has, such as `HTMLElement`.
  const maker = Object.getOwnPropertyDescriptor(proto, 'constructor')?.value as unknown
  if (typeof maker !== 'function' || !isNative(maker)) return undefined
  return Object.getOwnPropertyDescriptor(maker, 'prototype')?.value === proto
    ? functionName(maker)
    : undefined
}

const names = new WeakMap<object, string | false>()

function nameOf(proto: object): string | undefined {
  const known = names.get(proto)
  if (known !== undefined) return known || undefined
  const name = builtInName(proto)
  names.set(proto, name ?? false)
  return name
}

const refuse = (): never => {
  throw new TypeError('another kind of object')
}

/** By the name of a built-in: what throws unless its internal slots are there. None runs code of the object. */
const brands: Readonly<Record<string, (value: object) => unknown>> = {
  Array: refuse,
  Map: (value) => Reflect.get(Map.prototype, 'size', value),
  Set: (value) => Reflect.get(Set.prototype, 'size', value),
  Date: (value) => Date.prototype.getTime.call(value),
  RegExp: (value) => Reflect.get(RegExp.prototype, 'source', value),
  Boolean: (value) => Boolean.prototype.valueOf.call(value),
  Number: (value) => Number.prototype.valueOf.call(value),
  String: (value) => String.prototype.valueOf.call(value),
  BigInt: (value) => BigInt.prototype.valueOf.call(value),
  Symbol: (value) => Symbol.prototype.valueOf.call(value),
  ArrayBuffer: (value) => Reflect.get(ArrayBuffer.prototype, 'byteLength', value),
  SharedArrayBuffer: (value) => Reflect.get(SharedArrayBuffer.prototype, 'byteLength', value),
}

/** The getters of a platform's class refuse what is no instance (Web IDL, attributes). */
function checkPlatformObject(value: object, base: object): void {
  const getter = Object.values(Object.getOwnPropertyDescriptors(base)).find((property) => property.get)?.get
  if (getter) Reflect.apply(getter, value, [])
}

/** The slot of an error shows in its tag alone, unless the object has another one. */
function isError(value: object): boolean {
  return Symbol.toStringTag in value || Object.prototype.toString.call(value) === '[object Error]'
}

/** Whether an object has the internal slots of a built-in, and does not merely inherit from its prototype. */
function hasSlots(value: object, family: Family, base: object, name: string): boolean {
  try {
    if (Object.hasOwn(brands, name)) brands[name]!(value)
    else if (/(?:Array|DataView)$/.test(name)) return ArrayBuffer.isView(value)
    else if (family === 'native') checkPlatformObject(value, base)
    else if (family === 'error') return isError(value)
    return true
  } catch {
    return false
  }
}

/** Tells the family of an object. Runs no code of the object, unless it is a proxy. */
export function classify(value: object): Classified {
  const isArray = Array.isArray(value)
  for (
    let proto = Object.getPrototypeOf(value) as object | null;
    proto;
    proto = Object.getPrototypeOf(proto) as object | null
  ) {
    const name = nameOf(proto)
    if (name === undefined) continue
    if (isArray) return { family: 'array', base: proto, name }
    const family = families.get(name) ?? 'unsupported'
    if (family === 'unsupported' || hasSlots(value, family, proto, name)) return { family, base: proto, name }
    return { family: 'ordinary', base: proto, name }
  }
  return { family: isArray ? 'array' : 'ordinary', base: null, name: 'null' }
}

/** The built-in prototype of this realm that stands for one of another realm; any other object is itself. */
export function localPrototype(proto: object | null): object | null {
  if (proto === null || globalPath(proto) !== undefined) return proto
  const name = nameOf(proto)
  const found = name && (resolveGlobal(`${name}.prototype`) ?? resolveGlobal(`%${name}.prototype%`))
  return typeof found === 'object' || typeof found === 'function' ? found : proto
}
