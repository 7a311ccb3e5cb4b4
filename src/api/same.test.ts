// The comparison that the table rests on: it must see each difference, or the table proves nothing.
import { describe, expect, it } from 'vitest'
import { difference, strayClasses } from '../../e2e/fixtures/same.js'

class A {
  x = 1
}
const twin = (): typeof A => (0, eval)(`(${A.toString()})`) as typeof A
const shared = {}
const cycle = (length: number): object => {
  const first: { next?: object } = {}
  let last = first
  for (let i = 1; i < length; i++) last = last.next = {}
  last.next = first
  return first
}
const hidden = (attributes: PropertyDescriptor): object =>
  Object.defineProperty({}, 'a', { value: 1, ...attributes })
const buffer = new ArrayBuffer(4)

const different: Record<string, [unknown, unknown]> = {
  'zero and minus zero': [{ n: 0 }, { n: -0 }],
  'undefined and nothing': [{ a: undefined }, {}],
  'a hole and undefined': [Array.from({ length: 1 }), Object.assign([], { length: 1 })],
  'the order of keys': [
    { a: 1, b: 2 },
    { b: 2, a: 1 },
  ],
  'the order of a map': [
    new Map([
      [1, 1],
      [2, 2],
    ]),
    new Map([
      [2, 2],
      [1, 1],
    ]),
  ],
  'an element of a set': [new Set([1]), new Set([2])],
  'sharing lost': [
    [shared, shared],
    [{}, {}],
  ],
  'sharing gained': [
    [{}, {}],
    [shared, shared],
  ],
  'the length of a cycle': [cycle(2), cycle(3)],
  'a prototype': [new A(), { x: 1 }],
  'null as a prototype': [Object.create(null), {}],
  'a hidden property': [hidden({ enumerable: true }), hidden({})],
  'a read-only property': [hidden({ writable: true }), hidden({})],
  'a fixed property': [hidden({ configurable: true }), hidden({})],
  'a frozen object': [Object.freeze({}), {}],
  'an accessor and its value': [
    Object.defineProperty({}, 'a', { get: () => 1, enumerable: true, configurable: true }),
    { a: 1 },
  ],
  'the text of a function': [() => 1, () => 2],
  'the name of a function': [
    (
      () => () =>
        1
    )(),
    { f: () => 1 }.f,
  ],
  'an own property of a function': [Object.assign(() => 1, { a: 1 }), Object.assign(() => 1, { a: 2 })],
  'a known global and a copy of it': [Math.max, Object.assign(() => 1)],
  'the description of a symbol': [Symbol('a'), Symbol('b')],
  'a unique and a registered symbol': [Symbol('a'), Symbol.for('a')],
  'an invalid date': [new Date(0), new Date(NaN)],
  'the flags of a regular expression': [/a/, /a/g],
  'its last index': [/a/g, Object.assign(/a/g, { lastIndex: 1 })],
  'the message of an error': [new Error('a'), new Error('b')],
  'the cause of an error': [new Error('a', { cause: 1 }), new Error('a')],
  'the class of an error': [new TypeError('a'), new RangeError('a')],
  'an error and an object that looks like one': [
    new Error('a'),
    Object.assign(Object.create(Error.prototype), { message: 'a' }),
  ],
  'a map and an object that looks like one': [new Map(), Object.create(Map.prototype)],
  'the kind of a typed array': [new Uint8Array(2), new Int8Array(2)],
  'a byte': [new Uint8Array([1]), new Uint8Array([2])],
  'the length of a typed array': [new Uint8Array(1), new Uint8Array(2)],
  'the offset of a view': [new Uint8Array(buffer, 0, 2), new Uint8Array(buffer.slice(0), 1, 2)],
  'one buffer or two': [
    [new Uint8Array(buffer), new DataView(buffer)],
    [new Uint8Array(4), new DataView(new ArrayBuffer(4))],
  ],
  'a number in a box': [Object(1), Object(2)],
  'a number and its box': [1, Object(1)],
  'a number and a bigint': [1, 1n],
}

describe('the comparison', () => {
  it.each(Object.entries(different))('sees %s', (_, [left, right]) => {
    expect(difference(left, right)).toBeTypeOf('string')
    expect(difference(right, left)).toBeTypeOf('string')
    expect(difference({ deep: [left] }, { deep: [right] })).toBeTypeOf('string')
    expect(difference(left, left)).toBeUndefined()
  })
  it('takes classes made twice for the same, and finds them as copies', () => {
    const Twin = twin()
    expect(difference([new A(), A], [new Twin(), Twin])).toBeUndefined()
    expect(strayClasses([new A()], [A])).toEqual([])
    expect(strayClasses([new Twin()], [A])).toEqual(['A'])
  })
  it('runs no getter', () => {
    const get = (): never => expect.unreachable('it ran')
    const make = (): object => Object.defineProperty({}, 'a', { get })
    expect(difference(make(), make())).toBeUndefined()
  })
  it('tells the path', () => {
    expect(difference({ a: [{ b: 1 }] }, { a: [{ b: 2 }] })).toBe('.a.0.b: 1 became 2')
  })
})
