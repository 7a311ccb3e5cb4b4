// Holds the byte form to structured clone: the same values, with the same sharing, and the same bytes for equal data.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BrineError } from '../errors/brine-error.ts'
import type { PayloadData } from '../payload/types.ts'
import { fromBytes, toBytes } from './bytes.ts'

const write = (value: unknown): Uint8Array<ArrayBuffer> =>
  toBytes({ data: value as PayloadData, transfer: [] })
const read = (bytes: Uint8Array): unknown => fromBytes(bytes).data
const roundTrip = (value: unknown): unknown => read(write(value))

const tagOf = (value: unknown): string => Object.prototype.toString.call(value)

/** The first place where two graphs differ in shape, values or identity; undefined if they do not. */
function difference(left: unknown, right: unknown): string | undefined {
  const pairs = new Map<object, object>()
  const partners = new Set<object>()
  const queue: [unknown, unknown, string][] = [[left, right, 'root']]
  for (let at = 0; at < queue.length; at++) {
    const [a, b, path] = queue[at]!
    const isObject = typeof a === 'object' && a !== null
    if (!isObject || typeof b !== 'object' || b === null) {
      if (!Object.is(a, b)) return `${path}: ${String(a)} and ${String(b)}`
      continue
    }
    if (pairs.has(a) || partners.has(b)) {
      if (pairs.get(a) !== b) return `${path}: identity`
      continue
    }
    pairs.set(a, b)
    partners.add(b)
    if (tagOf(a) !== tagOf(b)) return `${path}: ${tagOf(a)} and ${tagOf(b)}`
    if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return `${path}: prototype`
    const isBytes = ArrayBuffer.isView(a) || a instanceof ArrayBuffer
    const keys = isBytes ? [] : Reflect.ownKeys(a)
    if (!isBytes && keys.map(String).join() !== Reflect.ownKeys(b).map(String).join()) return `${path}: keys`
    for (const key of keys) {
      const one = Object.getOwnPropertyDescriptor(a, key)!
      const other = Object.getOwnPropertyDescriptor(b, key)!
      if (one.enumerable !== other.enumerable) return `${path}.${String(key)}: enumerable`
      queue.push([one.value, other.value, `${path}.${String(key)}`])
    }
    if (a instanceof Map) queue.push([[...a], [...(b as typeof a)], `${path} entries`])
    else if (a instanceof Set) queue.push([[...a], [...(b as typeof a)], `${path} values`])
    else if (a instanceof Date) queue.push([a.getTime(), (b as Date).getTime(), `${path} time`])
    else if (a instanceof RegExp) queue.push([`${a}`, `${b as RegExp}`, `${path} pattern`])
    else if (a instanceof ArrayBuffer) {
      queue.push([
        [...new Uint8Array(a)].join(),
        [...new Uint8Array(b as ArrayBuffer)].join(),
        `${path} bytes`,
      ])
      queue.push([a.maxByteLength, (b as ArrayBuffer).maxByteLength, `${path} max`])
    } else if (ArrayBuffer.isView(a)) {
      const other = b as ArrayBufferView
      queue.push(
        [a.buffer, other.buffer, `${path}.buffer`],
        [a.byteOffset, other.byteOffset, `${path} offset`],
      )
      queue.push([a.byteLength, other.byteLength, `${path} length`])
    } else if (/Boolean|Number|String|BigInt/.test(tagOf(a))) {
      queue.push([a.valueOf(), b.valueOf(), `${path} primitive`])
    }
  }
  return undefined
}

const cyclic: Record<string, unknown> = { a: { b: [] } }
cyclic['self'] = cyclic
;(cyclic['a'] as { b: unknown[] }).b.push(cyclic['a'], cyclic)
const shared = { n: 1 }
const buffer = new Uint8Array(40).map((_, i) => i * 7).buffer
const holes: unknown[] = [1]
holes[3] = 'x'
const named = Object.assign([1, 2], { extra: true, '01': 1, __proto__: [] })
Object.defineProperty(named, '__proto__', { value: 'data', enumerable: true })
const sparse: unknown[] = []
sparse[4_294_967_294] = 'last'
sparse[7] = 'seven'
const keyIsMap = new Map<unknown, unknown>()
keyIsMap.set(keyIsMap, keyIsMap).set(new Set([keyIsMap]), NaN)
const growing = (() => {
  const made = new ArrayBuffer(8, { maxByteLength: 32 })
  new Uint8Array(made).fill(3)
  return made
})()
const subclassed = new (class MyDate extends Date {})(5)

const values: [name: string, value: unknown][] = [
  [
    'primitives',
    [undefined, null, true, false, '', 'a', 0, 1, 127, 128, -1, -128, 2 ** 31 - 1, -(2 ** 31), 2 ** 31],
  ],
  ['numbers', [-0, NaN, Infinity, -Infinity, 0.1, 5e-324, Number.MAX_VALUE, 2 ** 53, -(2 ** 53) - 2]],
  ['bigints', [0n, 1n, -1n, 255n, 256n, -256n, 2n ** 64n, -(2n ** 521n) + 1n]],
  ['texts', ['ü', '漢字', '😀', '\0', '\uFEFFx', 'a'.repeat(39), 'a'.repeat(41), 'ü'.repeat(5000), '\u2028']],
  ['lone surrogates', ['\uD800', 'a\uDC00b', '\uDE00\uD83D', `x${'\uD800'.repeat(9000)}`]],
  ['texts that repeat', Array.from({ length: 400 }, (_, i) => `text ${i % 200}`)],
  ['objects', [{}, { a: 1, b: { a: 2 } }, { b: 1, a: 2 }, { 2: 'two', 1: 'one', z: 0 }]],
  ['an object of many keys', Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, i]))],
  ['__proto__ as a key', JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":1}}')],
  [
    '__proto__ among many keys',
    JSON.parse(`{${Array.from({ length: 50 }, (_, i) => `"k${i}":${i}`).join()},"__proto__":[1]}`),
  ],
  ['arrays', [[], [[]], [undefined, null], Array.from({ length: 1000 }, (_, i) => i)]],
  ['holes', holes],
  ['holes alone', Object.assign([], { length: 5 })],
  ['keys of arrays', named],
  ['a huge sparse array', sparse],
  ['cycles', cyclic],
  ['sharing', [shared, { shared }, new Map([[shared, shared]]), new Set([shared])]],
  [
    'maps',
    [
      new Map(),
      new Map<unknown, unknown>([
        [1, 2],
        ['a', [1]],
        [NaN, -0],
      ]),
      keyIsMap,
    ],
  ],
  ['sets', [new Set(), new Set([1, 'a', [2]])]],
  ['dates', [new Date(0), new Date(-1), new Date(NaN), new Date(8.64e15), subclassed]],
  ['regular expressions', [/a/, /(?<x>\/)\n/dgimsuy, new RegExp('')]],
  ['boxes', [Object(true), Object(false), Object(-0), Object('s\uD800'), Object(2n)]],
  [
    'errors',
    [
      new Error('a'),
      new TypeError('b', { cause: { c: 1 } }),
      new RangeError(''),
      new AggregateError([], 'x'),
    ],
  ],
  ['buffers', [buffer, buffer, new ArrayBuffer(0)]],
  [
    'views that share a buffer',
    [new Uint8Array(buffer), new Float64Array(buffer, 8, 2), new DataView(buffer, 3, 5), buffer],
  ],
  [
    'every view',
    [
      new Int8Array(2),
      new Uint8Array([1, 2]),
      new Uint8ClampedArray([300]),
      new Int16Array([-5]),
      new Uint16Array([5]),
      new Int32Array([-5]),
      new Uint32Array([5]),
      new Float32Array([1.5, NaN]),
      new Float64Array([-0]),
      new BigInt64Array([-5n]),
      new BigUint64Array([5n]),
      new DataView(new ArrayBuffer(3)),
    ],
  ],
  ['buffers that grow', [growing, new Uint8Array(growing, 2, 3)]],
  [
    'class instances',
    [
      new (class A {
        x = 1
      })(),
      Object.create(null),
      Object.create({ inherited: 1 }),
    ],
  ],
  [
    'getters',
    {
      get x() {
        return 5
      },
    },
  ],
  ['symbol keys and hidden keys', Object.defineProperty({ [Symbol('s')]: 1, a: 1 }, 'hidden', { value: 1 })],
]

describe('the byte form', () => {
  for (const [name, value] of values) {
    it(`keeps ${name} as structured clone does`, () => {
      expect(difference(structuredClone(value), roundTrip(value))).toBeUndefined()
    })

    it(`gives equal bytes for equal data: ${name}`, () => {
      expect(write(structuredClone(value))).toEqual(write(value))
      expect(write(roundTrip(value))).toEqual(write(value))
    })
  }

  it('keeps a view that follows a growing buffer', () => {
    const view = roundTrip(new Uint8Array(growing)) as Uint8Array<ArrayBuffer>
    view.buffer.resize(20)
    expect(view.length).toBe(20)
  })

  it('keeps causes that are cycles', () => {
    const error = new Error('outer')
    error.cause = [error]
    const copy = roundTrip(error) as Error
    expect((copy.cause as unknown[])[0]).toBe(copy)
    expect(copy.stack).toBe(error.stack)
  })

  it('has no depth', { timeout: 60_000 }, () => {
    let list: unknown = null
    let nested: unknown = []
    for (let i = 0; i < 100_000; i++) {
      list = { next: list }
      nested = new Map([[[nested], new Set([i])]])
    }
    let count = 0
    for (let at = roundTrip(list) as { next: unknown } | null; at; at = at.next as typeof at) count++
    expect(count).toBe(100_000)
    expect(write(roundTrip(nested))).toEqual(write(nested))
  })

  it('is small', () => {
    const rows = Array.from({ length: 1000 }, (_, i) => ({ id: i, name: 'a name', tags: ['x', 'y'] }))
    expect(write(rows).length).toBeLessThan(14_000)
    expect(JSON.stringify(rows).length).toBeGreaterThan(40_000)
  })

  it('is read from any view of bytes', () => {
    const bytes = write([1, new Uint8Array([1, 2, 3])])
    const padded = new Uint8Array(bytes.length + 20)
    padded.set(bytes, 10)
    const part = padded.subarray(10, 10 + bytes.length)
    const back = read(part) as [number, Uint8Array]
    expect(back).toEqual([1, new Uint8Array([1, 2, 3])])
    padded.fill(0)
    expect(back[1]).toEqual(new Uint8Array([1, 2, 3]))
    expect(fromBytes(bytes.buffer).data).toEqual(back)
    expect(read(Buffer.from(bytes))).toEqual(back)
    const common = new Uint8Array(new SharedArrayBuffer(bytes.length))
    common.set(bytes)
    expect(read(common)).toEqual(back)
  })
})

describe('what has no byte form', () => {
  const { port1, port2 } = new MessageChannel()
  port1.close()
  port2.close()
  const detached = new ArrayBuffer(8)
  structuredClone(detached, { transfer: [detached] })
  const table: [unknown, string][] = [
    [() => 1, 'a function'],
    [class {}, 'a function'],
    [Symbol('s'), 'a symbol'],
    [Object(Symbol('s')), 'a Symbol'],
    [new Blob([]), 'a Blob'],
    [port1, 'a MessagePort'],
    [new SharedArrayBuffer(1), 'a SharedArrayBuffer'],
    [new Uint8Array(new SharedArrayBuffer(1)), 'a SharedArrayBuffer'],
    [new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])), 'a WebAssembly.Module'],
    [new WeakMap(), 'a WeakMap'],
    [Promise.resolve(), 'a Promise'],
    [new ReadableStream(), 'a ReadableStream'],
    [new DOMException('x'), 'a DOMException'],
    [(function* () {})(), 'a %GeneratorPrototype%'],
  ]
  for (const [value, what] of table) {
    it(`${what}: ${tagOf(value)}`, () => {
      expect(() => write({ deep: [value] })).toThrow(new BrineError('VALUE_NO_BYTES', { what }))
    })
  }

  it('a detached buffer, where the engine tells', () => {
    if (!('detached' in ArrayBuffer.prototype)) return
    expect(() => write(detached)).toThrow(
      new BrineError('VALUE_NO_BYTES', { what: 'a detached ArrayBuffer' }),
    )
  })
})

describe('generated data', () => {
  // Values that share parts, and point back to where they stand.
  const graphs = fc
    .tuple(
      fc.array(
        fc.oneof(
          fc.anything({
            withBigInt: true,
            withBoxedValues: true,
            withDate: true,
            withMap: true,
            withSet: true,
            withNullPrototype: true,
            withObjectString: true,
            withTypedArray: true,
            withSparseArray: true,
            withUnicodeString: true,
          }),
          fc.string({ unit: 'binary' }),
          fc.double(),
          fc.integer(),
        ),
        { minLength: 1, maxLength: 6 },
      ),
      fc.array(fc.tuple(fc.nat(), fc.nat(), fc.string()), { maxLength: 8 }),
    )
    .map(([parts, links]) => {
      const hosts: Record<string, unknown>[] = parts.map((part) => ({ part }))
      for (const [from, to, key] of links) {
        const host = hosts[from % hosts.length]!
        Object.defineProperty(host, key, {
          value: hosts[to % hosts.length],
          enumerable: true,
          configurable: true,
          writable: true,
        })
      }
      return hosts
    })

  it('comes out as structured clone gives it', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(graphs, (value) => {
        expect(difference(structuredClone(value), roundTrip(value))).toBeUndefined()
        expect(write(roundTrip(value))).toEqual(write(value))
      }),
      { numRuns: 300 },
    )
  })
})
