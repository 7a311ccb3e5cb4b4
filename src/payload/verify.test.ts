// Holds the verification to a table of hostile records: each is refused with its own words, before anything is built.
import { describe, expect, it } from 'vitest'
import { BrineError } from '../errors/brine-error.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import type { Limits } from './limits.ts'
import type { PayloadData } from './types.ts'
import { verifyPayload } from './verify.ts'

const verify = (data: unknown, limits: Partial<Limits> = {}): PayloadData =>
  verifyPayload(
    data,
    { ...DEFAULT_LIMITS, ...limits },
    {
      malformed(at, expected, found) {
        throw new BrineError('PAYLOAD_MALFORMED', { at, expected, found })
      },
      version(expected, found) {
        throw new BrineError('PAYLOAD_VERSION', { expected, found })
      },
      limit(what, limit, found) {
        throw new BrineError('LIMIT_EXCEEDED', { what, limit, found })
      },
    },
  )

/** The first sentence of the error that a record is refused with. */
function refusal(data: unknown, limits?: Partial<Limits>): string {
  try {
    verify(data, limits)
  } catch (error) {
    if (error instanceof BrineError) return error.message.slice(0, -error.hint.length - 2)
    throw error
  }
  return 'accepted'
}

const payload = (fields: object = {}): object => ({
  brine: 1,
  code: [],
  heap: [],
  root: undefined,
  ...fields,
})
const heap = (...nodes: unknown[]): object => payload({ heap: nodes })
const unit = (fields: object = {}): object => ({ hash: 'h', text: 'return { }', names: ['a'], ...fields })
const scoped = (...nodes: unknown[]): object => ({
  ...heap({ kind: 'scope', code: 0, env: [1] }, ...nodes),
  code: [unit()],
})
const moduleUnit = (module: unknown): object => ({ hash: 'u#s0', module, names: [] })
/** A scope at index 1, of a unit that the scope at index 0 makes. */
const shared = (fields: object, ...nodes: unknown[]): object => ({
  ...heap({ kind: 'scope', code: 0, env: [1] }, { kind: 'scope', code: 1, env: [], ...fields }, ...nodes),
  code: [unit(), { hash: 'h/0', child: 0, names: [] }],
})
const closure = (fields: object = {}): object => ({
  kind: 'closure',
  scope: [0],
  index: 0,
  name: 'f',
  ...fields,
})
const object = (props: unknown[], fields: object = {}): object => ({ kind: 'object', props, ...fields })
const withOwn = (target: object, key: PropertyKey, value: unknown): object =>
  Object.defineProperty(target, key, { value, enumerable: true })

/** An array of nothing. */
const hole = (length: number): unknown[] => Object.assign([], { length })

const calls: string[] = []
const trap = (): never => {
  calls.push('ran')
  throw new Error('trapped')
}
const hostileProxy = new Proxy(
  {},
  { getOwnPropertyDescriptor: trap, ownKeys: trap, get: trap, getPrototypeOf: trap },
)
const revoked = (() => {
  const { proxy, revoke } = Proxy.revocable([], {})
  revoke()
  return proxy
})()
const getter = (key: string): object =>
  Object.defineProperty({ kind: 'symbol' }, key, { get: trap, enumerable: true })
const chain = (kind: 'bound' | 'object', length: number): object[] =>
  Array.from({ length }, (_, i) =>
    kind === 'bound'
      ? { kind, target: [(i + 1) % length], self: null, args: [] }
      : { kind, proto: [(i + 1) % length] },
  )

describe('hostile records', () => {
  const table: [name: string, data: unknown, message: string, limits?: Partial<Limits>][] = [
    ['undefined', undefined, 'as it is not a record: undefined'],
    ['null', null, 'as it is not a record: null'],
    ['a text', '{"brine":1}', String.raw`as it is not a record: "{\"brine\":1}"`],
    ['an array', [], 'as it is not a record: an array'],
    ['a function', trap, 'as it is not a record: a function'],
    ['no version', {}, 'as brine is not a data property: nothing'],
    ['an inherited version', Object.create(payload()), 'as brine is not a data property: nothing'],
    ['a version as text', payload({ brine: '1' }), 'as brine is not the version of a format: "1"'],
    ['a later version', payload({ brine: 2 }), 'as its format is not version 1: 2'],
    ['no number as version', payload({ brine: NaN }), 'as its format is not version 1: NaN'],
    ['a getter as version', withGetter('brine'), 'as brine is not a data property: an accessor'],
    ['no code', { brine: 1 }, 'as code is not a data property: nothing'],
    ['code that is a record', payload({ code: {} }), 'as code is not an array: an object'],
    ['a hole in the code', payload({ code: hole(1) }), 'as code[0] is not a data property: nothing'],
    ['a unit without a hash', payload({ code: [{ names: [] }] }), 'as code[0].hash is not there: nothing'],
    [
      'a unit whose text is code',
      payload({ code: [unit({ text: trap })] }),
      'as code[0].text is not a string: a function',
    ],
    [
      'a unit with unknown fields',
      payload({ code: [unit({ url: '/x.js' })] }),
      'as code[0].url is not a field of the format: one that the format does not know',
    ],
    [
      'a unit whose module is a text',
      payload({ code: [moduleUnit('/x.js')] }),
      'as code[0].module is not a record: "/x.js"',
    ],
    [
      'a unit whose module is null',
      payload({ code: [moduleUnit(null)] }),
      'as code[0].module is not a record: null',
    ],
    [
      'a unit of a module without a URL',
      payload({ code: [moduleUnit({ export: 's0' })] }),
      'as code[0].module.url is not there: nothing',
    ],
    [
      'a unit of a module whose URL is none',
      payload({ code: [moduleUnit({ url: new URL('https://a.example'), export: 's0' })] }),
      'as code[0].module.url is not a string: an object',
    ],
    [
      'a unit of a module without an export',
      payload({ code: [moduleUnit({ url: '/x.js' })] }),
      'as code[0].module.export is not there: nothing',
    ],
    [
      'a unit of a module whose export is a number',
      payload({ code: [moduleUnit({ url: '/x.js', export: 0 })] }),
      'as code[0].module.export is not a string: 0',
    ],
    [
      'a unit of a module with unknown fields',
      payload({ code: [moduleUnit({ url: '/x.js', export: 's0', integrity: '' })] }),
      'as code[0].module.integrity is not a field of the format: one that the format does not know',
    ],
    [
      'a getter as module',
      payload({
        code: [Object.defineProperty({ hash: 'u' }, 'module', { get: trap, enumerable: true })],
      }),
      'as code[0].module is not a data property: an accessor',
    ],
    [
      'a getter as URL',
      payload({ code: [moduleUnit(Object.defineProperty({}, 'url', { get: trap, enumerable: true }))] }),
      'as code[0].module.url is not a data property: an accessor',
    ],
    ...[-1, 0.5, 2 ** 32, '0', null, undefined].map((child): [string, unknown, string] => [
      `a unit that is the child ${String(child)}`,
      payload({ code: [{ hash: 'h/0', child, names: [] }] }),
      `as code[0].child is not an integer from 0 to 4294967295: ${child === '0' ? '"0"' : String(child)}`,
    ]),
    [
      'a unit of a text and of a module',
      payload({ code: [unit({ module: { url: '/x.js', export: 's0' } })] }),
      'as code[0] is not of one origin: text and module',
    ],
    [
      'a unit of a module and of a scope',
      payload({ code: [{ ...moduleUnit({ url: '/x.js', export: 's0' }), child: 0 }] }),
      'as code[0] is not of one origin: module and child',
    ],
    [
      'a name that is code',
      payload({ code: [unit({ names: ['a = alert()'] })] }),
      'as code[0].names[0] is not the name of a variable: "a = alert()"',
    ],
    [
      'a name that is a word of the language',
      payload({ code: [unit({ names: ['this'] })] }),
      'as code[0].names[0] is not the name of a variable: "this"',
    ],
    [
      'a name twice',
      payload({ code: [unit({ names: ['a', 'b', 'a'] })] }),
      'as code[0].names is not without repetition: "a"',
    ],
    ['no heap', { brine: 1, code: [] }, 'as heap is not a data property: nothing'],
    ['an array-like heap', payload({ heap: { length: 1, 0: {} } }), 'as heap is not an array: an object'],
    [
      'a heap of a forged length',
      payload({ heap: hole(4_000_000_000) }),
      'as it exceeds the limit of 10000000 nodes: 4000000000',
    ],
    ['a heap of holes', payload({ heap: hole(9_000_000) }), 'as heap[0] is not a data property: nothing'],
    ['no root', { brine: 1, code: [], heap: [] }, 'as root is not a data property: nothing'],
    [
      'a root that is a record',
      payload({ root: {} }),
      'as root is not a primitive or a reference: an object',
    ],
    [
      'a root that is a function',
      payload({ root: trap }),
      'as root is not a primitive or a reference: a function',
    ],
    [
      'a root that is a symbol',
      payload({ root: Symbol('s') }),
      'as root is not a primitive or a reference: a symbol',
    ],
    ['a root out of range', payload({ root: [0] }), 'as root is not a reference to one of 0 nodes: [0]'],
    [
      'a negative root',
      { ...heap({ kind: 'object' }), root: [-1] },
      'as root is not a reference to one of 1 nodes: [-1]',
    ],
    [
      'half a root',
      { ...heap({ kind: 'object' }), root: [0.5] },
      'as root is not a reference to one of 1 nodes: [0.5]',
    ],
    [
      'a root by key',
      { ...heap({ kind: 'object' }), root: ['length'] },
      'as root is not a reference to one of 1 nodes: ["length"]',
    ],
    [
      'a root of two',
      { ...heap({ kind: 'object' }), root: [0, 0] },
      'as root is not a reference: an array of 2',
    ],
    [
      'a root that is a scope',
      { ...scoped(), root: [0] },
      "as root is not a reference to a value: a node of kind 'scope'",
    ],
    ['a node that is null', heap(null), 'as heap[0] is not a record: null'],
    ['a node without a kind', heap({}), 'as heap[0].kind is not a data property: nothing'],
    ['an unknown kind', heap({ kind: 'worm' }), 'as heap[0].kind is not the kind of a node: "worm"'],
    [
      'a kind of Object.prototype',
      heap({ kind: 'constructor' }),
      'as heap[0].kind is not the kind of a node: "constructor"',
    ],
    ['a kind that is a getter', heap(getter('kind')), 'as heap[0].kind is not a data property: an accessor'],
    [
      'a field that is a getter',
      heap(getter('description')),
      'as heap[0].description is not a data property: an accessor',
    ],
    ['a proxy that throws', hostileProxy, 'as brine is not readable: it threw while it was read'],
    ['a revoked proxy', payload({ heap: revoked }), 'as heap is not readable: it threw while it was read'],
    [
      'a node that is a proxy',
      heap(hostileProxy),
      'as heap[0].kind is not readable: it threw while it was read',
    ],
    [
      'a __proto__ field',
      heap(withOwn({ kind: 'object' }, '__proto__', {})),
      'as heap[0].__proto__ is not a field of the format: one that the format does not know',
    ],
    [
      'a symbol field',
      heap(withOwn({ kind: 'object' }, Symbol.iterator, 1)),
      'as heap[0][Symbol(Symbol.iterator)] is not a field of the format: one that the format does not know',
    ],
    [
      'a prototype that is a number',
      heap({ kind: 'object', proto: 1 }),
      'as heap[0].proto is not null or a reference to an object: 1',
    ],
    [
      'a prototype that is a symbol',
      heap({ kind: 'object', proto: [1] }, { kind: 'symbol' }),
      "as heap[0].proto is not null or a reference to an object: a node of kind 'symbol'",
    ],
    [
      'an object that is its own prototype',
      heap({ kind: 'object', proto: [0] }),
      'as heap[0].proto is not the start of a chain that ends: a cycle',
    ],
    [
      'a long circle of prototypes',
      heap(...chain('object', 50_000)),
      'as heap[0].proto is not the start of a chain that ends: a cycle',
    ],
    ['a property of one', heap(object([['a']])), 'as heap[0].props[0] is not a property: an array of 1'],
    [
      'a property of five',
      heap(object([['a', 1, 7, 1, 1]])),
      'as heap[0].props[0] is not a property: an array of 5',
    ],
    [
      'a key that is a number',
      heap(object([[1, 1]])),
      'as heap[0].props[0][0] is not a string or a reference to a symbol: 1',
    ],
    [
      'a key that is an object',
      heap(object([[[0], 1]])),
      "as heap[0].props[0][0] is not a string or a reference to a symbol: a node of kind 'object'",
    ],
    [
      'attributes out of range',
      heap(object([['a', 1, 16]])),
      'as heap[0].props[0][2] is not an integer from 0 to 15: 16',
    ],
    [
      'attributes that are NaN',
      heap(object([['a', 1, NaN]])),
      'as heap[0].props[0][2] is not an integer from 0 to 15: NaN',
    ],
    [
      'an accessor without a setter',
      heap(object([['a', undefined, 14]])),
      'as heap[0].props[0][2] is not those of a data property: 14',
    ],
    [
      'a data property with a setter',
      heap(object([['a', 1, 6, undefined]])),
      'as heap[0].props[0][2] is not those of an accessor: 6',
    ],
    [
      'a writable accessor',
      heap(object([['a', undefined, 15, undefined]])),
      'as heap[0].props[0][2] is not those of an accessor: 15',
    ],
    [
      'a getter that is data',
      heap(object([['a', 1, 14, undefined]])),
      'as heap[0].props[0][1] is not a reference to a function: 1',
    ],
    [
      'a setter that is no function',
      heap(object([['a', undefined, 14, [0]]])),
      "as heap[0].props[0][3] is not a reference to a function: a node of kind 'object'",
    ],
    [
      'a deleted index',
      heap({ kind: 'object', deleted: [0] }),
      'as heap[0].deleted[0] is not a string or a reference to a symbol: 0',
    ],
    ['fixed: false', heap({ kind: 'object', fixed: false }), 'as heap[0].fixed is not true: false'],
    [
      'an array without a length',
      heap({ kind: 'array', items: [] }),
      'as heap[0].length is not there: nothing',
    ],
    [
      'a negative length',
      heap({ kind: 'array', items: [], length: -1 }),
      'as heap[0].length is not an integer from 0 to 4294967295: -1',
    ],
    [
      'a length that is NaN',
      heap({ kind: 'array', items: [], length: NaN }),
      'as heap[0].length is not an integer from 0 to 4294967295: NaN',
    ],
    [
      'a huge length',
      heap({ kind: 'array', items: [], length: 2 ** 32 }),
      'as heap[0].length is not an integer from 0 to 4294967295: 4294967296',
    ],
    [
      'more items than the length',
      heap({ kind: 'array', items: [1, 2], length: 1 }),
      'as heap[0].items is not of at most 1 elements: of 2',
    ],
    [
      'an item that is a hole',
      heap({ kind: 'array', items: hole(3), length: 3 }),
      'as heap[0].items[0] is not a data property: nothing',
    ],
    [
      'an item that is an object',
      heap({ kind: 'array', items: [{}], length: 1 }),
      'as heap[0].items[0] is not a primitive or a reference: an object',
    ],
    [
      'a map entry of three',
      heap({ kind: 'map', entries: [[1, 2, 3]] }),
      'as heap[0].entries[0] is not a key and a value: an array of 3',
    ],
    [
      'a set of functions',
      heap({ kind: 'set', values: [trap] }),
      'as heap[0].values[0] is not a primitive or a reference: a function',
    ],
    [
      'a native that is a primitive',
      heap({ kind: 'native', value: 5 }),
      'as heap[0].value is not an object: 5',
    ],
    [
      'a native that is code',
      heap({ kind: 'native', value: trap }),
      'as heap[0].value is not an object: a function',
    ],
    ['plain code', heap({ kind: 'plain', value: trap }), 'as heap[0].value is not data: a function'],
    [
      'a boxed string as symbol',
      heap({ kind: 'boxed-symbol', symbol: 's' }),
      'as heap[0].symbol is not a reference to a symbol: "s"',
    ],
    [
      'a stack that is an object',
      heap({ kind: 'error', stack: {} }),
      'as heap[0].stack is not a string: an object',
    ],
    [
      'a symbol described by a symbol',
      heap({ kind: 'symbol', description: Symbol('s') }),
      'as heap[0].description is not a string: a symbol',
    ],
    ['a global without a path', heap({ kind: 'global' }), 'as heap[0].path is not there: nothing'],
    [
      'a scope of no unit',
      heap({ kind: 'scope', code: 0, env: [] }),
      'as heap[0].code is not the index of one of 0 code units: 0',
    ],
    [
      'a scope of a negative unit',
      { ...scoped({ kind: 'scope', code: -1, env: [] }) },
      'as heap[1].code is not the index of one of 1 code units: -1',
    ],
    [
      'too few variables',
      { ...heap({ kind: 'scope', code: 0, env: [] }), code: [unit()] },
      'as heap[0].env is not of the 1 variables of its code: of 0',
    ],
    [
      'too many variables',
      { ...heap({ kind: 'scope', code: 0, env: [1, 2] }), code: [unit()] },
      'as heap[0].env is not of the 1 variables of its code: of 2',
    ],
    [
      'a scope whose parent is a number',
      shared({ parent: 0 }),
      'as heap[1].parent is not a reference to a scope: 0',
    ],
    [
      'a scope whose parent is null',
      shared({ parent: null }),
      'as heap[1].parent is not a reference to a scope: null',
    ],
    [
      'a scope whose parent is out of range',
      shared({ parent: [2] }),
      'as heap[1].parent is not a reference to one of 2 nodes: [2]',
    ],
    [
      'a scope whose parent is a function',
      { ...shared({ parent: [2] }, closure()) },
      "as heap[1].parent is not a reference to a scope: a node of kind 'closure'",
    ],
    [
      'a scope around itself',
      shared({ parent: [1] }),
      'as heap[1] is not possible to build: it needs itself first',
    ],
    [
      'scopes around each other',
      shared({ parent: [2] }, { kind: 'scope', code: 1, parent: [1], env: [] }),
      'as heap[1] is not possible to build: it needs itself first',
    ],
    ['a scope that no other makes', shared({}), 'as heap[1].parent is not there: nothing'],
    [
      'a scope in another that does not make it',
      shared({ code: 0, env: [1], parent: [0] }),
      'as heap[1].parent is not missing, as no scope makes its code: a reference',
    ],
    [
      'an import of no unit',
      heap({ kind: 'imported', code: 0 }),
      'as heap[0].code is not the index of one of 0 code units: 0',
    ],
    ['an import without a unit', heap({ kind: 'imported' }), 'as heap[0].code is not there: nothing'],
    [
      'an import of a named unit',
      scoped({ kind: 'imported', code: 'length' }),
      'as heap[1].code is not the index of one of 1 code units: "length"',
    ],
    [
      'an import with properties',
      scoped({ kind: 'imported', code: 0, props: [] }),
      'as heap[1].props is not a field of the format: one that the format does not know',
    ],
    [
      'an import of a text',
      scoped({ kind: 'imported', code: 0 }),
      'as heap[1].code is not a unit of a module: 0',
    ],
    [
      'an import of what a scope makes',
      shared({ parent: [0] }, { kind: 'imported', code: 1 }),
      'as heap[2].code is not a unit of a module: 1',
    ],
    [
      'a closure without a scope',
      scoped(closure({ scope: [1] })),
      "as heap[1].scope is not a reference to a scope: a node of kind 'closure'",
    ],
    [
      'a closure whose scope is a number',
      scoped(closure({ scope: 0 })),
      'as heap[1].scope is not a reference to a scope: 0',
    ],
    [
      'a closure of a negative index',
      scoped(closure({ index: -1 })),
      'as heap[1].index is not an integer from 0 to 4294967295: -1',
    ],
    [
      'a closure of a named index',
      scoped(closure({ index: 'constructor' })),
      'as heap[1].index is not an integer from 0 to 4294967295: "constructor"',
    ],
    [
      'a class that extends itself',
      scoped(closure({ parent: [1] })),
      'as heap[1] is not possible to build: it needs itself first',
    ],
    [
      'classes that extend each other',
      scoped(closure({ parent: [2] }), closure({ parent: [1] })),
      'as heap[1] is not possible to build: it needs itself first',
    ],
    [
      'a class that extends a number',
      scoped(closure({ parent: 1 })),
      'as heap[1].parent is not null or a reference to an object: 1',
    ],
    [
      'a home that is null',
      scoped(closure({ home: null })),
      'as heap[1].home is not a reference to an object: null',
    ],
    [
      'a computed key that is an object',
      scoped(closure({ keys: [[1]] })),
      "as heap[1].keys[0] is not a string or a reference to a symbol: a node of kind 'closure'",
    ],
    [
      'a function bound to itself',
      heap({ kind: 'bound', target: [0], self: null, args: [] }),
      'as heap[0] is not possible to build: it needs itself first',
    ],
    [
      'a long circle of bound functions',
      heap(...chain('bound', 50_000)),
      'as heap[0] is not possible to build: it needs itself first',
    ],
    [
      'a bound object',
      heap({ kind: 'bound', target: [1], self: null, args: [] }, { kind: 'object' }),
      "as heap[0].target is not a reference to a function: a node of kind 'object'",
    ],
    [
      'a prototype of data',
      heap({ kind: 'prototype', of: [1] }, { kind: 'object' }),
      "as heap[0].of is not a reference to a closure or global: a node of kind 'object'",
    ],
    [
      'a member of nobody',
      heap({ kind: 'member', of: undefined, static: true, key: 'a', part: 'get' }),
      'as heap[0].of is not a reference to a closure or global: undefined',
    ],
    [
      'a member that is neither',
      scoped(closure(), { kind: 'member', of: [1], static: 1, key: 'a', part: 'get' }),
      'as heap[2].static is not a boolean: 1',
    ],
    [
      'an unknown part of a member',
      scoped(closure(), { kind: 'member', of: [1], static: true, key: 'a', part: 'call' }),
      'as heap[2].part is not "value" or "get" or "set": "call"',
    ],
    [
      'a type without a codec',
      heap({ kind: 'typed', name: 't', state: 1, type: {} }),
      'as heap[0].type.constructor is not there: nothing',
    ],
    [
      'a type whose codec is data',
      heap({ kind: 'typed', name: 't', state: 1, type: { constructor: 1 } }),
      'as heap[0].type.constructor is not a reference to a function: 1',
    ],
    [
      'a shared value without id or value',
      heap({ kind: 'shared' }),
      'as heap[0] is not a node with an id or a value: one with neither',
    ],
    [
      'a shared value with both',
      heap({ kind: 'shared', id: 'x', value: 1 }),
      'as heap[0] is not a node with an id or a value: one with both',
    ],
    [
      'a shared value whose id is a reference',
      heap({ kind: 'shared', id: [0] }),
      'as heap[0].id is not a string: an array',
    ],
    [
      'a port that is a function',
      heap({ kind: 'remote', port: trap }),
      'as heap[0].port is not data: a function',
    ],
    [
      'too many nodes',
      heap({ kind: 'object' }, { kind: 'object' }),
      'as it exceeds the limit of 1 nodes: 2',
      { nodes: 1 },
    ],
    [
      'too many code units',
      payload({ code: [unit(), unit()] }),
      'as it exceeds the limit of 1 code units: 2',
      { units: 1 },
    ],
    [
      'too much text',
      payload({ code: [unit(), unit()] }),
      'as it exceeds the limit of 15 characters of code: 20',
      { text: 15 },
    ],
    [
      'too long an array',
      heap({ kind: 'array', items: [], length: 1001 }),
      'as it exceeds the limit of 1000 elements of an array: 1001',
      { length: 1000 },
    ],
  ]

  it.each(table)('%s', (_, data, message, limits) => {
    expect(refusal(data, limits)).toBe(`Cannot read the payload ${message}`)
  })

  it('run no code but that of proxies', () => {
    expect(calls.length).toBeLessThanOrEqual(2)
    expect(Reflect.ownKeys(Object.prototype)).toHaveLength(12)
  })

  it('are refused whatever their size', () => {
    const nodes: object[] = Array.from({ length: 200_000 }, (_, i) =>
      object([['next', [Math.max(0, i - 1)]]]),
    )
    nodes.push({ kind: 'worm' })
    expect(refusal(payload({ heap: nodes }))).toContain('heap[200000].kind is not')
  })
})

function withGetter(key: string): object {
  return Object.defineProperty(payload(), key, { get: trap, enumerable: true })
}

describe('a sound record', () => {
  const sound = {
    brine: 1,
    code: [
      { hash: 'h', text: 'return { make: [] }', names: ['a', '$b', 'ünï'] },
      { hash: 'i', names: [] },
      {
        hash: 'https://a.example/c.js#t0',
        module: { url: 'https://a.example/c.js', export: 't0' },
        names: ['n'],
      },
      { hash: 'https://a.example/c.js#t0/1', child: 1, names: [] },
    ],
    heap: [
      { kind: 'scope', code: 0, env: [1, [1], undefined] },
      {
        kind: 'closure',
        scope: [0],
        index: 3,
        name: 'f',
        id: 'x:1',
        self: [2],
        args: [1, [2]],
        newTarget: undefined,
        parent: null,
        keys: ['a', [7]],
        home: [2],
        eager: [[1]],
        proto: [9],
        privateState: ['#a'],
      },
      {
        kind: 'object',
        proto: [8],
        props: [
          ['__proto__', 1],
          ['constructor', [2], 0],
          [[7], [1], 14, undefined],
          [[9], NaN],
        ],
        deleted: ['a', [7]],
        fixed: true,
      },
      { kind: 'array', length: 4_294_967_295, items: [1, null, 5n, -0, [2]] },
      { kind: 'map', entries: [[1, [4]]] },
      { kind: 'set', values: [[5]] },
      { kind: 'native', value: new Date(0), props: [['x', 1]] },
      { kind: 'symbol', description: '' },
      { kind: 'prototype', of: [1] },
      { kind: 'global', path: 'Symbol.iterator' },
      { kind: 'member', of: [1], static: false, key: [7], part: 'get' },
      { kind: 'bound', target: [1], self: [2], args: [[3]] },
      { kind: 'typed', name: 't', state: [12], type: { constructor: [1], encode: [1], decode: [10] } },
      { kind: 'remote', port: {} },
      { kind: 'boxed-symbol', symbol: [7] },
      { kind: 'error', stack: 'Error: x' },
      { kind: 'registered-symbol', key: 'k' },
      { kind: 'plain', value: [1, { a: 1 }] },
      { kind: 'arguments' },
      { kind: 'scope', code: 2, env: [[1]] },
      { kind: 'scope', code: 3, parent: [19], env: [] },
      { kind: 'closure', scope: [20], index: 0, name: '' },
      { kind: 'imported', code: 2 },
      { kind: 'bound', target: [22], self: null, args: [] },
    ],
    root: [1],
  }

  it('is copied as it is', () => {
    expect(verify(sound)).toEqual(sound)
  })

  it('cannot be changed afterwards', () => {
    const source = { brine: 1, code: [unit()], heap: [object([['a', [0]]])], root: [0] }
    const copy = verify(source)
    ;(source.root as unknown[])[0] = 99
    ;(source.heap[0] as { kind: string }).kind = 'worm'
    expect(copy).toEqual({ brine: 1, code: [unit()], heap: [object([['a', [0]]])], root: [0] })
  })

  it('may come from structured clone, with any cycles and depth', () => {
    const nodes = Array.from({ length: 100_000 }, (_, i) =>
      object([['next', [(i + 1) % 100_000]]], { proto: null }),
    )
    expect(verify(structuredClone({ brine: 1, code: [], heap: nodes, root: [0] })).heap).toHaveLength(100_000)
  })

  it('may have a chain of needs as long as the heap', () => {
    const nodes = chain('bound', 50_000)
    nodes[49_999] = { kind: 'global', path: 'Math.max' }
    expect(verify(heap(...nodes)).heap).toHaveLength(50_000)
  })
})
