// Payloads that nobody wrote, read to the end: typed errors, no code run unless allowed, nothing of the realm touched.
import { afterEach, describe, expect, it } from 'vitest'
import { BrineError } from '../errors/brine-error.ts'
import type { ErrorCode } from '../errors/catalog.ts'
import { readPayload } from './read.ts'
import type { ReadOptions } from './read.ts'

const host = globalThis as unknown as Record<string, unknown>
const before = {
  globals: Reflect.ownKeys(globalThis).length,
  object: Reflect.ownKeys(Object.prototype).join(),
  array: Reflect.ownKeys(Array.prototype).length,
  fn: Reflect.ownKeys(Function.prototype).length,
}

afterEach(() => {
  expect(host['hostile']).toBeUndefined()
  expect(Reflect.ownKeys(Object.prototype).join()).toBe(before.object)
  expect(Reflect.ownKeys(Array.prototype)).toHaveLength(before.array)
  expect(Reflect.ownKeys(Function.prototype)).toHaveLength(before.fn)
})

const heap = (...nodes: object[]): object => ({ brine: 1, code: [], heap: nodes, root: [0] })
const EVIL = 'globalThis.hostile = true'
/** A scope at index 0, made from `text`. */
const withCode = (text: string, ...nodes: object[]): object => ({
  brine: 1,
  code: [{ hash: 'h', text, names: [] }],
  heap: [{ kind: 'scope', code: 0, env: [] }, ...nodes],
  root: [1],
})
const closure = (fields: object = {}): object => ({
  kind: 'closure',
  scope: [0],
  index: 0,
  name: 'f',
  ...fields,
})
const moduleOf = (text: string): string => `data:text/javascript,${encodeURIComponent(text)}`
/** A unit that a module of this text exports as `s0`. */
const exported = (text: string): object => ({
  hash: 'm#s0',
  module: { url: moduleOf(text), export: 's0' },
  names: [],
})
/** A closure in the scope that the scope of a text makes as its `child`. */
const withChild = (scopes: string, child: number): object => ({
  brine: 1,
  code: [
    { hash: 'h', text: `return { make: [], read() {}, write() {}, scopes: ${scopes} }`, names: [] },
    { hash: `h/${child}`, child, names: [] },
  ],
  heap: [
    { kind: 'scope', code: 0, env: [] },
    { kind: 'scope', code: 1, parent: [0], env: [] },
    closure({ scope: [1] }),
  ],
  root: [2],
})
const withImport = (unit: object, ...nodes: object[]): object => ({
  ...heap({ kind: 'imported', code: 0 }, ...nodes),
  code: [unit],
})
const making = (expression: string): string => `return { make: [${expression}], read() {}, write() {} }`
const global = (path: string): object => ({ kind: 'global', path })

/** Reads, and gives the code and first sentence of the error; anything but a `BrineError` fails the test. */
async function refusal(data: unknown, options?: ReadOptions): Promise<[ErrorCode | 'accepted', string]> {
  try {
    await readPayload(data, options)
  } catch (error) {
    if (error instanceof BrineError) return [error.code, error.message.slice(0, -error.hint.length - 2)]
    throw error
  }
  return ['accepted', '']
}

describe('without leave to run code', () => {
  const table: [name: string, data: object, found: string][] = [
    ['a unit that nothing uses', { ...withCode(EVIL), root: 1 }, 'code'],
    ['a unit of a function', withCode(EVIL, closure()), 'code'],
    ['a unit of a module', { ...heap(), code: [exported(EVIL)], root: 1 }, 'code'],
    ['an import', withImport(exported(EVIL)), 'code'],
    ['a unit that is not evaluated yet', withCode(`${EVIL}; ${making('')}`, closure()), 'code'],
    [
      'a bound function',
      heap({ kind: 'bound', target: [1], self: null, args: [] }, global('eval')),
      'a bound function',
    ],
    [
      'a prototype of a global',
      heap({ kind: 'prototype', of: [1], props: [['hostile', 1]] }, global('Object')),
      'the prototype of a function',
    ],
    [
      'a method of a global',
      heap({ kind: 'member', of: [1], static: true, key: 'assign', part: 'value' }, global('Object')),
      'a method',
    ],
    ['eval', heap(global('eval')), 'the global eval'],
    ['the constructor of functions', heap(global('Function')), 'the global Function'],
    [
      'the constructor of functions by another path',
      heap(global('Object.prototype.constructor')),
      'the global Object.prototype.constructor',
    ],
    ['the global object', heap(global('globalThis')), 'the global globalThis'],
    [
      'a prototype to write to',
      heap({ kind: 'array', length: 1, items: [[1]] }, global('Object.prototype')),
      'the global Object.prototype',
    ],
    [
      'a boxed prototype',
      heap({ kind: 'boxed-symbol', symbol: [1], props: [['hostile', 1]] }, global('Object.prototype')),
      'the global Object.prototype',
    ],
    [
      'a getter',
      heap({ kind: 'object', props: [['a', [1], 15 - 1, undefined]] }, global('eval')),
      'the global eval',
    ],
    ['a then', heap({ kind: 'object', props: [['then', [1]]] }, global('fetch')), 'the global fetch'],
    ['a remote function', heap({ kind: 'remote', port: {} }), 'a remote function'],
    [
      'a type that comes along',
      heap(
        { kind: 'typed', name: 't', state: 1, type: { constructor: [1], encode: [1], decode: [1] } },
        global('eval'),
      ),
      "the code of the type 't'",
    ],
  ]
  it.each(table)('%s is refused', async (_, data, what) => {
    const expected = `Cannot deserialize as the payload holds ${what}, and code is not allowed`
    expect(await refusal(data)).toEqual(['CODE_NOT_ALLOWED', expected])
  })

  it('an unknown type is refused', async () => {
    expect(await refusal(heap({ kind: 'typed', name: 'constructor', state: 1 }))).toEqual([
      'TYPE_UNKNOWN',
      "Cannot rebuild a value as the type 'constructor' is not registered here",
    ])
  })

  it.each([
    'document',
    'Nothing',
    'Math.nothing',
    '__proto__',
    'constructor',
    '',
    '..',
    '%None%',
    '@@iterator',
    'brine:none',
    'Array.@@none',
    'Math.max<get>',
  ])('the global %j is refused', async (path) => {
    const [code, message] = await refusal(heap({ kind: 'object', proto: [1] }, global(path)))
    expect(code).toBe('GLOBAL_MISSING')
    expect(message).toBe(`Cannot rebuild a reference as this thread has no global '${path}'`)
  })

  it('keys of every kind are data', async () => {
    const names = ['__proto__', 'constructor', 'prototype', 'toString', 'then', '']
    const data = heap(
      { kind: 'object', props: names.map((name, at) => [name, at === 0 ? [1] : at]) },
      { kind: 'object' },
    )
    const { value } = (await readPayload(data)) as { value: Record<string, unknown> }
    expect(Object.keys(value)).toEqual(names)
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(Object.getOwnPropertyDescriptor(value, '__proto__')!.value).toEqual({})
  })

  it('deleted keys are those of the object alone', async () => {
    const data = heap({ kind: 'object', deleted: ['toString', '__proto__', 'hasOwnProperty'] })
    expect(await refusal(data)).toEqual(['accepted', ''])
  })
})

describe('what verification cannot see', () => {
  const allowed: ReadOptions = { code: 'allow' }
  const table: [name: string, data: object, code: ErrorCode, message: RegExp][] = [
    [
      'a negative length as a property',
      heap({ kind: 'array', length: 0, items: [], props: [['length', -1, 1]] }),
      'PAYLOAD_MALFORMED',
      /^Cannot read the payload as /,
    ],
    [
      'a length that is an object',
      heap({ kind: 'array', length: 0, items: [], props: [['length', [1], 1]] }, { kind: 'object' }),
      'PAYLOAD_MALFORMED',
      /^Cannot read the payload as /,
    ],
    [
      'a length beyond the limit as a property',
      heap({ kind: 'array', length: 0, items: [], props: [['length', 2 ** 32, 1]] }),
      'PAYLOAD_MALFORMED',
      /^Cannot read the payload as /,
    ],
    [
      'a property twice',
      heap({
        kind: 'object',
        props: [
          ['a', 1, 0],
          ['a', 2, 0],
        ],
      }),
      'PAYLOAD_MALFORMED',
      /^Cannot read the payload as an own property is not definable: a$/,
    ],
    [
      'an element of a typed array',
      heap({ kind: 'native', value: new Uint8Array(1), props: [['5', 1]] }),
      'PAYLOAD_MALFORMED',
      /^Cannot read the payload as /,
    ],
    [
      'a getter that is no function',
      heap({ kind: 'object', props: [['a', [1], 14, undefined]] }, global('Math')),
      'PAYLOAD_MALFORMED',
      /^Cannot read the payload as /,
    ],
    [
      'a prototype that is a symbol',
      heap({ kind: 'object', proto: [1] }, global('Symbol.iterator')),
      'PAYLOAD_MALFORMED',
      /^Cannot read the payload as /,
    ],
    [
      'a bound global that is no function',
      heap({ kind: 'bound', target: [1], self: null, args: [] }, global('Math')),
      'PAYLOAD_MALFORMED',
      /^Cannot read the payload as node 1 is not a function: object$/,
    ],
    [
      'a member that is not there',
      heap({ kind: 'member', of: [1], static: true, key: 'none', part: 'value' }, global('Math')),
      'PAYLOAD_MALFORMED',
      /^Cannot read the payload as node 0 is not a part of its class: none$/,
    ],
    [
      'a prototype that is not there',
      heap({ kind: 'prototype', of: [1] }, global('Math')),
      'PAYLOAD_MALFORMED',
      /^Cannot read the payload as node 0 is not a part of its class: prototype$/,
    ],
    [
      'text that does not parse',
      withCode('return {', closure()),
      'CODE_FAILED',
      /^Cannot rebuild 'h' as its code threw: SyntaxError/,
    ],
    [
      'text that makes nothing',
      withCode('', closure()),
      'CODE_FAILED',
      /^Cannot rebuild 'h' as its code threw: /,
    ],
    [
      'text that makes something else',
      withCode('return { make: 5, read() {}, write() {} }', closure()),
      'CODE_FAILED',
      /^Cannot rebuild 'h' as its code threw: it made no scope$/,
    ],
    [
      'text that throws',
      withCode('throw { toString() { return "x" } }', closure()),
      'CODE_FAILED',
      /^Cannot rebuild 'h' as its code threw: x$/,
    ],
    [
      'a scope without that function',
      withCode(making(''), closure({ index: 7 })),
      'PAYLOAD_MALFORMED',
      /^Cannot read the payload as node 1 is not a function of its scope: 7$/,
    ],
    [
      'a maker that throws',
      withCode(making('() => { throw new Error("no") }'), closure()),
      'CODE_FAILED',
      /^Cannot rebuild 'f' as its code threw: Error: no$/,
    ],
    [
      'a maker that makes a number',
      withCode(making('() => 5'), closure()),
      'CODE_FAILED',
      /^Cannot rebuild 'f' as its code threw: it made a number, not a function$/,
    ],
    [
      'a maker that makes an empty literal',
      withCode(making('() => ({})'), closure()),
      'CODE_FAILED',
      /^Cannot rebuild 'f' as its code threw: it made a undefined, not a function$/,
    ],
    [
      'a maker that is no function',
      withCode(making('5'), closure()),
      'CODE_FAILED',
      /^Cannot rebuild 'f' as its code threw: TypeError/,
    ],
    [
      'a class that extends an object',
      withCode(making('({ parent }) => class extends parent {}'), closure({ parent: [2] }), {
        kind: 'object',
      }),
      'CODE_FAILED',
      /^Cannot rebuild 'f' as its code threw: TypeError/,
    ],
    [
      'a new.target that constructs nothing',
      withCode(making('() => 5'), closure({ newTarget: 5 })),
      'CODE_FAILED',
      /^Cannot rebuild 'f' as its code threw: TypeError/,
    ],
    [
      'a unit without text',
      {
        brine: 1,
        code: [{ hash: 'h', names: [] }],
        heap: [{ kind: 'scope', code: 0, env: [] }, closure()],
        root: [1],
      },
      'PAYLOAD_MALFORMED',
      /^Cannot read the payload as code h is not known here: no text$/,
    ],
    ...[
      '[]',
      '{}',
      'undefined',
      '[5]',
      '[() => 5]',
      '[() => { throw "no" }]',
      '{ get 0() { throw "no" } }',
    ].map((scopes): (typeof table)[number] => [
      `a scope whose scopes are ${scopes}`,
      withChild(scopes, 0),
      'CODE_FAILED',
      /^Cannot rebuild 'h\/0' as its code threw: /,
    ]),
    [
      'a child out of range',
      withChild('[() => {}]', 4_294_967_295),
      'CODE_FAILED',
      /^Cannot rebuild 'h\/4294967295' as its code threw: no scope makes it$/,
    ],
    [
      'an import of a text',
      withImport({ hash: 'h', text: EVIL, names: [] }),
      'PAYLOAD_MALFORMED',
      /^Cannot read the payload as heap\[0\].code is not a unit of a module: 0$/,
    ],
    [
      'a module with a text beside it',
      withImport({ ...exported('export const s0 = () => 1'), text: EVIL }),
      'PAYLOAD_MALFORMED',
      /^Cannot read the payload as code\[0\] is not of one origin: text and module$/,
    ],
    [
      'an import that is no function',
      withImport(exported('export const s0 = 5')),
      'CODE_FAILED',
      /as its code threw: it has no export 's0'$/,
    ],
    [
      'an import that is not there',
      withImport(exported('export const s1 = () => 1')),
      'CODE_FAILED',
      /as its code threw: it has no export 's0'$/,
    ],
    [
      'an import of no URL',
      withImport({ hash: 'm', module: { url: 'closures.js', export: 's0' }, names: [] }),
      'CODE_FAILED',
      /^Cannot rebuild 'closures.js' as its code threw: TypeError/,
    ],
    [
      'an import with a prototype that is not there',
      withImport(exported('export const s0 = () => 1'), { kind: 'prototype', of: [0] }),
      'PAYLOAD_MALFORMED',
      /^Cannot read the payload as node 1 is not a part of its class: prototype$/,
    ],
    [
      'a unit of a module that makes no scope',
      {
        brine: 1,
        code: [exported('export const s0 = () => 5')],
        heap: [{ kind: 'scope', code: 0, env: [] }, closure()],
        root: [1],
      },
      'CODE_FAILED',
      /^Cannot rebuild 'm#s0' as its code threw: it made no scope$/,
    ],
    [
      'a type whose codec throws',
      withCode(
        making('() => function () { throw 5 }'),
        { kind: 'typed', name: 'hostile/t', state: 1, type: { constructor: [2], encode: [2], decode: [2] } },
        closure(),
      ),
      'VALUE_ENCODE',
      /codec threw/,
    ],
  ]
  it.each(table)('%s', async (_, data, code, message) => {
    const [found, words] = await refusal(data, allowed)
    expect(words).toMatch(message)
    expect(found).toBe(code)
  })

  it('a codec that is no function', async () => {
    const data = heap(
      { kind: 'typed', name: 'hostile/u', state: 1, type: { constructor: [1], encode: [1], decode: [1] } },
      global('Math'),
    )
    const [code] = await refusal(data, allowed)
    expect(['PAYLOAD_MALFORMED', 'VALUE_ENCODE']).toContain(code)
  })
})

it('scopes around scopes are limited', async () => {
  const depth = 5_000
  const names: string[] = []
  const code = Array.from({ length: depth }, (_, child) =>
    child === 0
      ? { hash: 'h', text: 'const f = () => ({ ...f.s, scopes: [f, f] }); return f()', names }
      : { hash: `h${child}`, child: child % 2, names },
  )
  const scopes = code.map((_, at) => ({
    kind: 'scope',
    code: at,
    ...(at > 0 && { parent: [at - 1] }),
    env: [],
  }))
  const data = { brine: 1, code, heap: [...scopes, closure({ scope: [depth - 1] })], root: [depth] }
  expect((await refusal(data, { code: 'allow' }))[0]).toBe('LIMIT_EXCEEDED')
})

describe('size', { timeout: 30_000 }, () => {
  it('of forged lengths is not reserved', async () => {
    const start = process.memoryUsage().rss
    const arrays = Array.from({ length: 40 }, () => ({ kind: 'array', length: 30_000_000, items: [] }))
    const data = heap({ kind: 'array', length: 40, items: arrays.map((_, at) => [at + 1]) }, ...arrays)
    const { value } = (await readPayload(data)) as { value: unknown[][] }
    expect(value[39]).toHaveLength(30_000_000)
    expect(process.memoryUsage().rss - start).toBeLessThan(500e6)
  })

  it('of a chain of bound functions is limited', async () => {
    const bound = Array.from({ length: 5000 }, (_, at) => ({
      kind: 'bound',
      target: [at + 1],
      self: null,
      args: [],
    }))
    const [code, message] = await refusal(heap(...bound, global('Math.max')), { code: 'allow' })
    expect([code, message]).toEqual([
      'LIMIT_EXCEEDED',
      'Cannot read the payload as it exceeds the limit of 500 levels of construction: 501',
    ])
  })

  it('of a chain of objects is not', async () => {
    const nodes = Array.from({ length: 100_000 }, (_, at) => ({
      kind: 'object',
      proto: null,
      props: [['next', at < 99_999 ? [at + 1] : null]],
    }))
    expect(await refusal({ brine: 1, code: [], heap: nodes, root: [0] })).toEqual(['accepted', ''])
  })
})
