// Which family a value belongs to: values of this realm, of another, and such that only look like one.
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { classify, localPrototype } from './classify.ts'
import type { Family } from './classify.ts'

class Point {}
class Registry extends Map {}
class Failure extends TypeError {}
class Vector extends Float64Array {}
function* generator(): Generator {}
async function* asyncGenerator(): AsyncGenerator {}

const table: [what: string, value: object, family: Family, name: string][] = [
  ['an object', {}, 'ordinary', 'Object'],
  ['an instance', new Point(), 'ordinary', 'Object'],
  ['a null prototype', Object.create(null) as object, 'ordinary', 'null'],
  ['below a null prototype', Object.create(Object.create(null) as object) as object, 'ordinary', 'null'],
  [
    'arguments',
    (() =>
      (function () {
        return arguments
      })())(),
    'ordinary',
    'Object',
  ],
  ['an array', [], 'array', 'Array'],
  ['an array without a prototype', Object.setPrototypeOf([], null) as object, 'array', 'null'],
  ['an array with another prototype', Object.setPrototypeOf([], Map.prototype) as object, 'array', 'Map'],
  ['a subclass of Map', new Registry(), 'map', 'Map'],
  ['a set', new Set(), 'set', 'Set'],
  ['a date', new Date(), 'native', 'Date'],
  ['a regular expression', /x/, 'native', 'RegExp'],
  ['a boxed string', Object('x') as object, 'native', 'String'],
  ['a boxed bigint', Object(1n) as object, 'native', 'BigInt'],
  ['a boxed symbol', Object(Symbol('s')) as object, 'boxed-symbol', 'Symbol'],
  ['an error', new RangeError(), 'error', 'RangeError'],
  ['a subclass of TypeError', new Failure(), 'error', 'TypeError'],
  ['several errors', new AggregateError([]), 'error', 'AggregateError'],
  ['a buffer', new ArrayBuffer(1), 'native', 'ArrayBuffer'],
  ['a shared buffer', new SharedArrayBuffer(1), 'native', 'SharedArrayBuffer'],
  ['a subclass of Float64Array', new Vector(1), 'native', 'Float64Array'],
  ['a view', new DataView(new ArrayBuffer(1)), 'native', 'DataView'],
  ['a blob', new Blob([]), 'native', 'Blob'],
  ['a DOMException', new DOMException('m', 'AbortError'), 'native', 'DOMException'],
  ['a port', new MessageChannel().port1, 'movable', 'MessagePort'],
  ['a stream', new ReadableStream(), 'movable', 'ReadableStream'],
  ['a promise', Promise.resolve(), 'unsupported', 'Promise'],
  ['a subclass of Promise', new (class Later extends Promise<void> {})(() => {}), 'unsupported', 'Promise'],
  ['a WeakMap', new WeakMap(), 'unsupported', 'WeakMap'],
  ['a WeakRef', new WeakRef({}), 'unsupported', 'WeakRef'],
  ['a URL', new URL('https://example.org'), 'unsupported', 'URL'],
  ['an AbortController', new AbortController(), 'unsupported', 'AbortController'],
  ['an EventTarget', new (class Bus extends EventTarget {})(), 'unsupported', 'EventTarget'],
  ['a number format', new Intl.NumberFormat(), 'unsupported', 'NumberFormat'],
  ['a finalization registry', new FinalizationRegistry(() => {}), 'unsupported', 'FinalizationRegistry'],
  ['a generator', generator(), 'unsupported', '%GeneratorPrototype%'],
  ['an async generator', asyncGenerator(), 'unsupported', '%AsyncGeneratorPrototype%'],
  ['an array iterator', [].values(), 'unsupported', '%ArrayIteratorPrototype%'],
  ['a map iterator', new Map().keys(), 'unsupported', '%MapIteratorPrototype%'],
]

describe('classify', () => {
  it.each(table)('%s', (_, value, family, name) => expect(classify(value)).toMatchObject({ family, name }))

  const foreign = runInNewContext(`[
    ['ordinary', {}], ['ordinary', new (class Point {})], ['array', []], ['map', new Map], ['set', new (class extends Set {})],
    ['native', new Date], ['native', /x/], ['native', new Uint8Array(1)], ['native', Object(1)], ['native', new ArrayBuffer(1)],
    ['error', new SyntaxError], ['boxed-symbol', Object(Symbol())], ['unsupported', Promise.resolve()],
    ['unsupported', new WeakSet], ['ordinary', Object.create(Map.prototype)], ['ordinary', Object.create(null)],
  ]`) as [Family, object][]
  it.each(foreign)('%s of another realm', (family, value) => expect(classify(value).family).toBe(family))

  const builtIns = [
    Array,
    Map,
    Set,
    Date,
    RegExp,
    Boolean,
    Number,
    String,
    BigInt,
    Symbol,
    ArrayBuffer,
    SharedArrayBuffer,
  ]
  const views = [DataView, Uint8Array, Float64Array, BigInt64Array]
  it.each([...builtIns, ...views, Error, TypeError, Blob, DOMException])(
    'an object that only inherits from %o is ordinary, with that prototype',
    ({ prototype }) => {
      const value = Object.create(prototype) as object
      const { family, base } = classify(value)
      expect(family).toBe('ordinary')
      expect(base === prototype).toBe(true)
    },
  )

  it('runs none of the code of an object', () => {
    const watch = { get: () => expect.unreachable('it ran') }
    const names = [
      'constructor',
      'size',
      'source',
      'length',
      'byteLength',
      'valueOf',
      'toString',
      'getTime',
      'then',
      'stack',
    ]
    const watched = (value: object): object => {
      for (const key of [...names, Symbol.toPrimitive]) Object.defineProperty(value, key, watch)
      return value
    }
    for (const value of [
      {},
      new Map(),
      new Set(),
      new Date(),
      /x/,
      Object(1) as object,
      new ArrayBuffer(1),
    ]) {
      expect(() => classify(watched(value))).not.toThrow()
    }
  })
})

describe('localPrototype', () => {
  it('stands for the built-in prototypes of other realms', () => {
    const [map, fn, generatorFunction, asyncFunction, own] = runInNewContext(`[
      Map.prototype, Function.prototype, Object.getPrototypeOf(function* () {}), Object.getPrototypeOf(async () => {}),
      (class Own {}).prototype,
    ]`) as object[]
    expect(localPrototype(map!)).toBe(Map.prototype)
    expect(localPrototype(fn!)).toBe(Function.prototype)
    expect(localPrototype(generatorFunction!)).toBe(Object.getPrototypeOf(generator))
    expect(localPrototype(asyncFunction!)).toBe(Object.getPrototypeOf(async () => {}))
    expect(localPrototype(own!)).toBe(own)
  })

  it('leaves all others', () => {
    for (const proto of [null, Map.prototype, Point.prototype, {}]) expect(localPrototype(proto)).toBe(proto)
  })
})
