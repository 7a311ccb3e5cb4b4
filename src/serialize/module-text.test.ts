// Runs what `moduleText` writes, as a receiver without brine does, and compares it with what went in.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sourceCarrier } from '../capture/source.ts'
import { BrineError } from '../errors/brine-error.ts'
import type { HeapNode, PayloadData, Slot } from '../payload/types.ts'
import { resolveGlobal } from '../realm/globals.ts'
import { bind } from '../realm/bind.ts'
import { toBytes } from './bytes.ts'
import { globalText } from './module-syntax.ts'
import { moduleText } from './module-text.ts'
import { registerType } from './register-type.ts'
import { writePayload } from './write.ts'

const run = async (text: string): Promise<unknown> => {
  const url = `data:text/javascript;charset=utf-8,${encodeURIComponent(text)}`
  const module = (await import(/* @vite-ignore */ url)) as { default: unknown }
  return module.default
}
const textOf = (value: unknown, using: Record<string, unknown> = {}): string =>
  moduleText(writePayload(value, { carriers: [sourceCarrier], action: 'write', environment: { using } }).data)
const travel = async <T>(value: T, using: Record<string, unknown> = {}): Promise<T> =>
  (await run(textOf(value, using))) as T

const payload = (heap: HeapNode[], root: Slot, code: PayloadData['code'] = []): PayloadData => ({
  brine: 1,
  code,
  heap,
  root,
})
const plain = (value: unknown): string => moduleText(payload([{ kind: 'plain', value }], [0]))
const bytes = (value: unknown): Uint8Array => toBytes({ data: value as PayloadData, transfer: [] })
const evaluate = (text: string): unknown => (0, eval)(`(${text})`)

describe('data', () => {
  const buffer = new Uint8Array(300).map((_, i) => i).buffer
  const shared = { n: 1 }
  const cyclic: Record<string, unknown> = { a: 1, list: [] }
  cyclic['me'] = { again: cyclic, z: 26 }
  ;(cyclic['list'] as unknown[]).push(1, cyclic, cyclic['me'], 4)
  const mapped = new Map<unknown, unknown>([['a', shared]])
  mapped.set(mapped, [mapped]).set('last', 1)
  const withProto = JSON.parse('{"a":1,"__proto__":{"b":2},"z":3}') as Record<string, unknown>
  const protoCycle: Record<string, unknown> = JSON.parse('{"__proto__":1,"z":3}') as Record<string, unknown>
  Object.defineProperty(protoCycle, '__proto__', { value: { up: protoCycle }, enumerable: true })
  const sparse: unknown[] = [1]
  sparse[4_000_000_000] = sparse
  const extra = Object.assign([1, shared], { extra: [shared], 'a-b': 1 })
  const failed = new RangeError('no\u2028way', { cause: [shared] })
  failed.cause = { failed, shared }
  const growing = new ArrayBuffer(4, { maxByteLength: 8 })
  new Uint8Array(growing)[1] = 7
  const values: [name: string, value: unknown][] = [
    ['primitives', [undefined, null, true, 0, -0, 1.5, -1e300, NaN, Infinity, -Infinity, 5n, -7n]],
    ['texts', ['a"b\\c\n', '\u2028\u2029', '\uD800', '</script><!-- <SCRIPT', '`${x}`', '\0', '😀']],
    ['keys', { 'a-b': 1, 2: 3, ü: 4, class: 5, '</script>': 6, '\u2028': 7, '': 8, constructor: 9 }],
    ['__proto__ as a key', [withProto, protoCycle]],
    ['sharing', { a: shared, b: [shared, shared], c: new Set([shared]) }],
    ['cycles', cyclic],
    ['maps and sets', [mapped, new Map([[1, 2]]), new Set(), new Set([1, 'a'])]],
    ['sparse arrays', [sparse, extra, Object.assign([], { length: 3 })]],
    ['dates', [new Date(5), new Date(NaN)]],
    ['regular expressions', [/a\/<\/script>/giu, new RegExp('')]],
    ['errors', [failed, new TypeError('plain'), new Error()]],
    ['boxes', [Object(1), Object('s'), Object(false), Object(5n), Object(-0)]],
    ['buffers', [buffer, new ArrayBuffer(5), growing, Uint8Array.from([1, 2]).buffer]],
    [
      'views',
      [
        new Uint8Array(buffer, 3, 5),
        new DataView(buffer, 2),
        new Float64Array([1.5, -0]),
        new Float32Array([NaN]),
      ],
    ],
    [
      'views of one byte each',
      [new BigInt64Array([-1n]), new Uint16Array(new ArrayBuffer(8), 2, 2), new Uint8Array(growing)],
    ],
    ['long data', Array.from({ length: 300 }, (_, i) => ({ id: i, name: `name ${i}`, tags: ['a', 'b'] }))],
  ]
  for (const [name, value] of values) {
    it(`keeps ${name}`, async () => {
      const text = plain(value)
      expect(bytes(await run(text))).toEqual(bytes(value))
      expect(text).not.toMatch(/<\/?script|<!--|\u2028|\u2029/i)
    })
  }

  it('keeps what several nodes share', async () => {
    const heap: HeapNode[] = [
      { kind: 'array', length: 4, items: [[1], [2], [3], [4]] },
      { kind: 'plain', value: { shared, own: 1 } },
      { kind: 'plain', value: [shared] },
      { kind: 'native', value: new Uint8Array(buffer, 8, 2), props: [['tag', 'x']] },
      { kind: 'native', value: buffer },
    ]
    const [a, b, view, whole] = (await run(moduleText(payload(heap, [0])))) as [
      { shared: object },
      object[],
      Uint8Array & { tag: string },
      ArrayBuffer,
    ]
    expect(a.shared).toBe(b[0])
    expect(view.buffer).toBe(whole)
    expect([view.tag, view[0], view.length]).toEqual(['x', 8, 2])
  })

  it('has no depth', { timeout: 60_000 }, async () => {
    let list: unknown = null
    for (let i = 0; i < 100_000; i++) list = { next: list, in: [i] }
    expect(bytes(await run(plain(list)))).toEqual(bytes(list))
  })

  it('is readable', () => {
    expect(plain({ name: 'brine', sizes: [1, 2, 3], nested: { deep: { er: true } }, at: new Date(0) })).toBe(
      [
        '// A value that brine wrote, with all that it needs.',
        'const v0 = { name: "brine", sizes: [1, 2, 3], nested: { deep: { er: true } }, at: new Date(0) }',
        'export default v0',
        '',
      ].join('\n'),
    )
  })

  it('comes out as generated', { timeout: 60_000 }, async () => {
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
      withUnicodeString: true,
    })
    const links = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.string()), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { minLength: 1, maxLength: 4 }), links, async (parts, edges) => {
        const hosts = parts.map((part) => ({ part }))
        for (const [from, to, key] of edges) {
          const value = hosts[to % hosts.length]
          Object.defineProperty(hosts[from % hosts.length], key, {
            value,
            enumerable: true,
            configurable: true,
          })
        }
        expect(bytes(await run(plain(hosts)))).toEqual(bytes(hosts))
      }),
      { numRuns: 80 },
    )
  })
})

describe('globals', () => {
  it.each([
    'Math',
    'Math.max',
    'Array.prototype.map',
    'Array.prototype.@@iterator',
    'Symbol.iterator',
    'Map.prototype.size<get>',
    'RegExp.@@species<get>',
    'Object.prototype.__proto__<set>',
    'Intl.NumberFormat.prototype',
    'globalThis',
    '%GeneratorFunction%',
    '%GeneratorFunction.prototype%',
    '%GeneratorPrototype%',
    '%GeneratorPrototype%.next',
    '%AsyncGeneratorFunction%',
    '%AsyncGeneratorFunction.prototype%',
    '%AsyncGeneratorPrototype%',
    '%AsyncFunction%',
    '%AsyncFunction.prototype%',
    '%TypedArray%',
    '%TypedArray%.prototype',
    '%IteratorPrototype%',
    '%AsyncIteratorPrototype%',
    '%ArrayIteratorPrototype%',
    '%MapIteratorPrototype%',
    '%SetIteratorPrototype%',
    '%StringIteratorPrototype%',
    '%RegExpStringIteratorPrototype%',
  ])('%s', (path) => {
    const expected = resolveGlobal(path)
    expect(expected).toBeDefined()
    expect(evaluate(globalText(path))).toBe(expected)
  })

  it('of brine itself are refused', () => {
    expect(() => textOf(new BrineError('TYPE_UNKNOWN', { name: 'x' }))).toThrow(
      new BrineError('VALUE_NO_BYTES', { what: "brine's own BrineError.prototype" }),
    )
  })
})

describe('code', () => {
  function foo(x: number): number {
    return x * 3
  }
  const bar = (z: number): number => foo(z) + 1

  it('runs what it captured', async () => {
    const back = await travel(bar, { foo })
    expect(back(3)).toBe(10)
    expect([back.name, back.length]).toEqual(['bar', 1])
  })

  it('is short and readable', () => {
    const unit = (names: string[], text: string) => ({ hash: text, names, text })
    const text = moduleText(
      payload(
        [
          { kind: 'closure', scope: [2], index: 0, name: 'bar' },
          { kind: 'closure', scope: [3], index: 0, name: 'foo' },
          { kind: 'scope', code: 0, env: [[1]] },
          { kind: 'scope', code: 1, env: [] },
        ],
        [0],
        [
          unit(
            ['foo'],
            'var foo\nreturn {\nmake: [\nfunction () { "use strict"; return ((z) => foo(z) + 1) }\n],\nwrite($) { foo = $[0] },\n}',
          ),
          unit([], 'return { make: [function () { "use strict"; return ((x) => x * 3) }] }'),
        ],
      ),
    )
    expect(text).toBe(`// A value that brine wrote, with all that it needs.
const s0 = (function () {
var foo
return {
make: [
function () { "use strict"; return ((z) => foo(z) + 1) }
],
write($) { foo = $[0] },
}
})()
const f0 = s0.make[0]()
const s1 = (function () {
return { make: [function () { "use strict"; return ((x) => x * 3) }] }
})()
const f1 = s1.make[0]()
s0.write([f1])
export default f0
`)
  })

  it('makes names that no code uses', async () => {
    const f0 = 1
    const s0 = 2
    const v0 = { f1: 3 }
    // @ts-expect-error -- nobody declares it, and the module must not either
    const d0 = (): unknown => [f0, s0, v0, typeof s1]
    expect((await travel(d0, { f0, s0, v0 }))()).toEqual([1, 2, { f1: 3 }, 'undefined'])
  })

  it('keeps variables that functions share', async () => {
    let count = 0
    const scope = { up: () => ++count, down: () => --count, read: () => count }
    const back = await travel(scope, { count })
    back.up()
    back.up()
    back.down()
    expect([back.read(), count]).toEqual([1, 0])
  })

  it('keeps recursion, and code that several scopes share', async () => {
    const even = (n: number): boolean => n === 0 || odd(n - 1)
    const odd = (n: number): boolean => n !== 0 && even(n - 1)
    expect((await travel(even, { even, odd }))(10)).toBe(true)
    const scopes = [0, 1].map((n) => ({ kind: 'scope', code: 0, env: [n] }) as const)
    const closures = [2, 3].map((scope) => ({ kind: 'closure', scope: [scope], index: 0, name: '' }) as const)
    const unit = {
      hash: '',
      names: ['n'],
      text: 'var n\nreturn { make: [() => () => n++], write([v]) { n = v } }',
    }
    const text = moduleText(
      payload([...closures, ...scopes, { kind: 'array', length: 2, items: [[0], [1]] }], [4], [unit]),
    )
    const [a, b] = (await run(text)) as [() => number, () => number]
    expect([a(), a(), b()]).toEqual([0, 1, 1])
    expect(text.split('var n')).toHaveLength(2)
  })

  it('keeps classes, heritage, statics, accessors and instances', async () => {
    const tag = Symbol('tag')
    const key = 'computed'
    class Base {
      static made = 0
      #secret = 42
      x = 1
      get secret(): number {
        return this.#secret
      }
      static of(): string {
        return `${this.name}!`
      }
      [key](): string {
        return 'computed'
      }
      hi(): string {
        return 'base'
      }
    }
    class Derived extends Base {
      y = 2;
      [tag] = 3
      override hi(): string {
        return `${super.hi()} derived`
      }
    }
    class Point {
      x = 1
      #norm = 0
      static #count = 7
      static count(): number {
        return Point.#count
      }
      set norm(value: number) {
        this.#norm = value
      }
      get norm(): number {
        return this.#norm
      }
    }
    const back = await travel({ Base, Derived, Point }, { Base, Derived, Point, tag, key })
    const derived = new back.Derived()
    expect([derived.hi(), derived.secret, derived.y, derived.computed()]).toEqual([
      'base derived',
      42,
      2,
      'computed',
    ])
    expect([back.Derived.of(), back.Base.made, back.Derived.name]).toEqual(['Derived!', 0, 'Derived'])
    expect(derived).toBeInstanceOf(back.Base)
    expect(Object.getOwnPropertySymbols(derived).map(String)).toEqual(['Symbol(tag)'])
    expect(back.Point.count()).toBe(7)

    class Plain {
      readonly at: number[]
      constructor(at: number[]) {
        this.at = at
      }
      first(): number | undefined {
        return this.at[0]
      }
    }
    const instance = await travel(new Plain([5]), { Plain })
    expect(instance.first()).toBe(5)
    expect(instance.constructor.name).toBe('Plain')
  })

  it('keeps methods, super in literals, getters and setters', async () => {
    const parent = { hi: () => 'parent' }
    const object = {
      __proto__: parent,
      n: 1,
      hi(): string {
        return `${(super.hi as () => string)()} and ${this.n}`
      },
      get twice(): number {
        return this.n * 2
      },
      set twice(value: number) {
        this.n = value / 2
      },
      async *[Symbol.asyncIterator]() {
        yield 1
      },
      'a-b': function () {},
    }
    const back = await travel(object)
    expect(back.hi()).toBe('parent and 1')
    back.twice = 10
    expect(back.twice).toBe(10)
    expect((await back[Symbol.asyncIterator]().next()).value).toBe(1)
    expect(Object.keys(back)).toEqual(Object.keys(object))
  })

  it('keeps this, arguments and new.target of arrows', async () => {
    function make(this: object, ..._: unknown[]): () => unknown[] {
      return () => [this, arguments[1], new.target === undefined]
    }
    const self = { self: true }
    const arrow = make.call(self, 1, 2)
    const env = { this: self, arguments: [1, 2], 'new.target': undefined }
    expect((await travel(arrow, env))()).toEqual([self, 2, true])
  })

  it('keeps generators, async functions and their prototypes', async () => {
    function* count(n: number) {
      for (let i = 0; i < n; i++) yield i
    }
    const later = async (x: number): Promise<number> => x + 1
    Object.assign(count.prototype, { mark: 1 })
    const back = await travel({ count, later })
    expect([...back.count(3)]).toEqual([0, 1, 2])
    expect(back.count(1)).toHaveProperty('mark', 1)
    await expect(back.later(1)).resolves.toBe(2)
  })

  it('keeps sloppy code sloppy', async () => {
    const sloppy = new Function('return typeof this') as () => string
    const text = textOf(sloppy)
    expect(((await run(text)) as () => string)()).toBe('object')
    expect(text).toContain('(0, eval)(String.raw`(function () {\n')
    for (const body of [
      'return `${typeof this}`',
      "return 'object\\\\'.slice(0, 6)",
      "return '</script>object'.slice(9)",
    ]) {
      const other = new Function(body) as () => string
      expect(((await run(textOf(other))) as () => string)()).toBe('object')
      expect(textOf(other)).not.toContain('</script')
    }
    expect(textOf(() => 1)).not.toContain('eval')
  })

  it('keeps a registered type that travels', async () => {
    class Money {
      readonly #cents: number
      constructor(cents: number) {
        this.#cents = cents
      }
      get cents(): number {
        return this.#cents
      }
    }
    registerType(Money, {
      name: 'module-text/Money',
      encode: (money) => ({ cents: money.cents }),
      decode: ({ cents }) => new Money(cents),
      using: { Money },
    })
    expect((await travel([new Money(5)]))[0]!.cents).toBe(5)
  })
})

describe('objects', () => {
  it('keeps attributes, symbols, missing and fixed keys', async () => {
    const key = Symbol('key')
    const object = Object.defineProperties(
      { [key]: 1, [Symbol.for('shared')]: 2, [Symbol.toStringTag]: 'Tag' },
      { hidden: { value: 1 }, constant: { value: [1], enumerable: true }, 'odd key': { get: () => 5 } },
    )
    const fn = Object.assign(() => 1, { own: 2 })
    delete (fn as { name?: string }).name
    const frozen = Object.freeze({ a: 1, list: Object.freeze([1, fn]) })
    const back = await travel({
      object,
      fn,
      frozen,
      sealed: Object.seal([1]),
      nothing: Object.create(null) as object,
    })
    const describeKeys = (value: object): string[] =>
      Reflect.ownKeys(value).map((each) => {
        const { writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(value, each)!
        return `${String(each)} ${writable} ${enumerable} ${configurable}`
      })
    expect(describeKeys(back.object)).toEqual(describeKeys(object))
    expect(describeKeys(back.fn)).toEqual(describeKeys(fn))
    expect(Object.isFrozen(back.frozen)).toBe(true)
    expect(Object.isFrozen(back.frozen.list)).toBe(true)
    expect([Object.isSealed(back.sealed), Object.isFrozen(back.sealed)]).toEqual([true, false])
    expect(Object.getPrototypeOf(back.nothing)).toBeNull()
    expect((back.object as { 'odd key'?: number })['odd key']).toBe(5)
  })

  it('keeps kinds that are born otherwise', async () => {
    class Stack extends Array<unknown> {}
    class Table extends Map<unknown, unknown> {
      override set(): this {
        throw new Error('not while it is rebuilt')
      }
    }
    const table = new Table()
    Map.prototype.set.call(table, 'k', bound)
    const args = (function (..._: unknown[]): IArguments {
      return arguments
    })(1, 2)
    const symbol = Symbol('boxed')
    const value = {
      stack: Stack.from([1, bound]),
      table,
      args,
      box: Object(symbol) as object,
      symbol,
      date: new Date(3),
    }
    Object.assign(value.date, { note: 'x' })
    const back = await travel(value, { Stack, Table })
    expect(back.stack).toHaveLength(2)
    expect(back.stack.constructor.name).toBe('Stack')
    expect((back.table.get('k') as (x: number) => number)(1)).toBe(5)
    expect(Object.prototype.toString.call(back.args)).toBe('[object Arguments]')
    expect(Array.from(back.args)).toEqual([1, 2])
    expect(back.box.valueOf()).toBe(back.symbol)
    expect([back.date.getTime(), (back.date as unknown as { note: string }).note]).toEqual([3, 'x'])
  })

  it('keeps errors, with class, cause and own properties', async () => {
    class AppError extends RangeError {
      code = 'E_APP'
    }
    const error = new AppError('no', { cause: new TypeError('why') })
    const back = await travel(error, { AppError })
    expect([back.message, back.code, back.stack, back.name]).toEqual([
      error.message,
      'E_APP',
      error.stack,
      'RangeError',
    ])
    expect(back.cause).toBeInstanceOf(TypeError)
    expect(Object.getPrototypeOf(Object.getPrototypeOf(back))).toBe(RangeError.prototype)
  })

  it('refuses what has no text', () => {
    const refused = (node: HeapNode): string => {
      try {
        return moduleText(payload([node], [0]))
      } catch (error) {
        return (error as Error).message
      }
    }
    expect(refused({ kind: 'remote', port: {} })).toMatch(
      /^Cannot write bytes as the payload holds a remote function\./,
    )
    expect(refused({ kind: 'native', value: new Blob([]) })).toMatch(
      /^Cannot write bytes as the payload holds a Blob\./,
    )
    expect(refused({ kind: 'typed', name: 'Money', state: 1 })).toMatch(
      /the type 'Money' is not registered here/,
    )
    expect(refused({ kind: 'plain', value: [new SharedArrayBuffer(1)] })).toMatch(
      /holds a SharedArrayBuffer\./,
    )
  })
})

const bound = ((): ((x: number) => number) => {
  const add = (a: number, b: number): number => a + b
  return bind(add, null, 4)
})()
