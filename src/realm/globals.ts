// Globals that every thread has: the values that travel by reference, and their paths in both directions.
import { realm } from './registry.ts'

// Names on the page that a worker has too. What is missing here is captured by value or refused.
// `importScripts` is missing as module workers cannot use it, and bundlers take a script that says it for a classic one.
const SHARED_NAMES =
  'AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date Error ' +
  'EvalError FinalizationRegistry Float16Array Float32Array Float64Array Function Infinity Int16Array Int32Array ' +
  // Of Firefox alone: too much recursion.
  'InternalError ' +
  'Int8Array Intl Iterator JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp ' +
  'Set SharedArrayBuffer String Symbol SyntaxError Temporal TypeError URIError Uint16Array Uint32Array Uint8Array ' +
  'Uint8ClampedArray WeakMap WeakRef WeakSet decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval ' +
  'globalThis isFinite isNaN parseFloat parseInt undefined unescape DisposableStack AsyncDisposableStack ' +
  'SuppressedError WebAssembly AbortController AbortSignal Blob BroadcastChannel ByteLengthQueuingStrategy Cache ' +
  'CacheStorage CloseEvent CompressionStream CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DOMMatrix ' +
  'DOMMatrixReadOnly DOMPoint DOMPointReadOnly DOMQuad DOMRect DOMRectReadOnly DecompressionStream ErrorEvent Event ' +
  'EventSource EventTarget File FileList FileReader FileReaderSync FormData Headers IDBCursor IDBDatabase IDBFactory ' +
  'IDBIndex IDBKeyRange IDBObjectStore IDBRequest IDBTransaction ImageBitmap ImageData MessageChannel MessageEvent ' +
  'MessagePort OffscreenCanvas OffscreenCanvasRenderingContext2D Path2D Performance PerformanceEntry ' +
  'PromiseRejectionEvent ReadableStream Request Response SubtleCrypto TextDecoder TextDecoderStream TextEncoder ' +
  'TextEncoderStream TransformStream URL URLPattern URLSearchParams WebGL2RenderingContext WebGLRenderingContext ' +
  'WebSocket Worker WorkerGlobalScope WorkerNavigator WritableStream XMLHttpRequest addEventListener atob btoa ' +
  'caches cancelAnimationFrame clearInterval clearTimeout close console createImageBitmap crossOriginIsolated crypto ' +
  'dispatchEvent fetch indexedDB isSecureContext location navigator origin performance postMessage ' +
  'queueMicrotask removeEventListener reportError requestAnimationFrame scheduler self setInterval setTimeout ' +
  'structuredClone trustedTypes'

/** Intrinsics that no global names, by the spec's own names (ECMA-262, table of well-known intrinsic objects). */
function unnamed(): Record<string, unknown> {
  const proto = Object.getPrototypeOf as (value: unknown) => object
  async function* asyncGenerator(): AsyncGenerator {}
  function* generator(): Generator {}
  const generatorFunction = proto(generator)
  const asyncGeneratorFunction = proto(asyncGenerator)
  const asyncFunction = proto(async () => {})
  const arrayIterator = proto([][Symbol.iterator]())
  return {
    '%GeneratorFunction.prototype%': generatorFunction,
    '%GeneratorFunction%': generatorFunction.constructor,
    '%GeneratorPrototype%': (generatorFunction as { prototype: object }).prototype,
    // A build for older engines makes ordinary functions of these, which lead to no intrinsic of their own.
    ...(asyncGeneratorFunction !== Function.prototype && {
      '%AsyncGeneratorFunction.prototype%': asyncGeneratorFunction,
      '%AsyncGeneratorFunction%': asyncGeneratorFunction.constructor,
      '%AsyncGeneratorPrototype%': (asyncGeneratorFunction as { prototype: object }).prototype,
      '%AsyncIteratorPrototype%': proto((asyncGeneratorFunction as { prototype: object }).prototype),
    }),
    ...(asyncFunction !== Function.prototype && {
      '%AsyncFunction.prototype%': asyncFunction,
      '%AsyncFunction%': asyncFunction.constructor,
    }),
    '%TypedArray%': proto(Uint8Array),
    '%IteratorPrototype%': proto(arrayIterator),
    '%ArrayIteratorPrototype%': arrayIterator,
    '%MapIteratorPrototype%': proto(new Map().entries()),
    '%SetIteratorPrototype%': proto(new Set().values()),
    '%StringIteratorPrototype%': proto(''[Symbol.iterator]()),
    '%RegExpStringIteratorPrototype%': proto('a'.matchAll(/a/g)),
  }
}

interface Table {
  readonly names: ReadonlySet<string>
  readonly roots: ReadonlyMap<string, unknown>
  readonly paths: Map<unknown, string>
}

let table: Table | undefined

const hasIdentity = (value: unknown): value is object | symbol =>
  (typeof value === 'object' && value !== null) || typeof value === 'function' || typeof value === 'symbol'

/** A key as a segment of a path: `max`, or `@@iterator` for a well-known symbol. */
function segment(key: string | symbol): string | undefined {
  if (typeof key === 'string') return /^[\w$]+$/.test(key) ? key : undefined
  return key.description?.startsWith('Symbol.') ? `@@${key.description.slice(7)}` : undefined
}

function build(): Table {
  const names = new Set(SHARED_NAMES.split(' '))
  const roots = new Map<string, unknown>()
  const paths = new Map<unknown, string>()
  const walk = (value: unknown, path: string, depth: number): void => {
    if (!hasIdentity(value) || paths.has(value)) return
    paths.set(value, path)
    if (depth === 0 || typeof value === 'symbol' || value === globalThis) return
    for (const key of Reflect.ownKeys(value)) {
      const part = segment(key)
      if (part === undefined) continue
      const property = Object.getOwnPropertyDescriptor(value, key)!
      if ('value' in property) walk(property.value, `${path}.${part}`, depth - 1)
      if (property.get) walk(property.get, `${path}.${part}<get>`, 0)
      if (property.set) walk(property.set, `${path}.${part}<set>`, 0)
    }
  }
  for (const name of names) {
    const property = Object.getOwnPropertyDescriptor(globalThis, name)
    // `self`, `crypto`, `navigator` and the like are accessors of the global object: read them as any script does.
    const value = property
      ? property.get
        ? (globalThis as Record<string, unknown>)[name]
        : property.value
      : undefined
    if (value !== undefined) roots.set(name, value)
  }
  for (const [name, value] of Object.entries(unnamed())) roots.set(name, value)
  // Names first, so that `Array.prototype` is not found as `Object.…`; then what hangs below them.
  for (const [name, value] of roots) walk(value, name, 0)
  for (const [name, value] of roots) {
    paths.delete(value)
    walk(value, name, name === 'Intl' || name === 'WebAssembly' ? 3 : 2)
  }
  paths.set(globalThis, 'globalThis')
  return { names, roots, paths }
}

const globals = (): Table => (table ??= build())

/** Whether every thread has a global of that name. */
export function isSharedGlobal(name: string): boolean {
  return globals().names.has(name)
}

/** The path of a value that every thread has, such as `Math.max`, or undefined. */
export function globalPath(value: unknown): string | undefined {
  const path = globals().paths.get(value)
  if (path !== undefined) return path
  const name = realm().intrinsicNames.get(value)
  return name === undefined ? undefined : `brine:${name}`
}

/** The value at a path that `globalPath` gave; undefined where this thread lacks it. Runs no accessor. */
export function resolveGlobal(path: string): unknown {
  if (path.startsWith('brine:')) return realm().intrinsics.get(path.slice(6))
  const { roots } = globals()
  // An intrinsic's own name may hold a dot: `%GeneratorFunction.prototype%`.
  const [, root = '', rest = ''] = /^(%[^%]*%|[^.]+)(.*)$/.exec(path) ?? []
  let value: unknown = roots.get(root)
  for (const part of rest.split('.').slice(1)) {
    // What hangs below the global object is the app's own: no path that `globalPath` gives leads through it.
    if (!hasIdentity(value) || typeof value === 'symbol' || value === globalThis) return undefined
    const [, name = '', accessor] = /^(.*?)(?:<(get|set)>)?$/.exec(part) ?? []
    const key = name.startsWith('@@') ? wellKnownSymbol(name.slice(2)) : name
    if (key === undefined) return undefined
    const property = Object.getOwnPropertyDescriptor(value, key)
    value = accessor === 'get' ? property?.get : accessor === 'set' ? property?.set : property?.value
  }
  return value
}

function wellKnownSymbol(name: string): symbol | undefined {
  const found = Object.getOwnPropertyDescriptor(Symbol, name)?.value as unknown
  return typeof found === 'symbol' ? found : undefined
}

/** Whether a function is native code, as its text tells (ECMA-262, NativeFunction): the body is the first brace. */
export function isNative(fn: unknown): boolean {
  return (
    typeof fn === 'function' &&
    /^function[^{]*\{\s*\[native code\]\s*\}\s*$/.test(Function.prototype.toString.call(fn))
  )
}

/** The name of a function, for messages; empty if it has none, or one that is no text. Runs no getter. */
export function functionName(fn: object): string {
  const name: unknown = Object.getOwnPropertyDescriptor(fn, 'name')?.value
  return typeof name === 'string' ? name : ''
}
