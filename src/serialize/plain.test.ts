import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainCheck } from './plain.ts'

const getter = { configurable: true, enumerable: true, get: () => expect.unreachable('the getter ran') }
const cycle: { self?: unknown } = {}
cycle.self = { list: [cycle] }
const shared = { n: 1 }

const yes: Record<string, object> = {
  'an empty object': {},
  'nested data': { a: [1, 'x', null, undefined, true, 1n, -0], b: { c: new Date(0) } },
  'a cycle': cycle,
  'a shared part': [shared, shared, { shared }],
  'a long array': Array.from({ length: 5_000 }, (_, i) => ({ i })),
}

const no: Record<string, object> = {
  'a function inside': { deep: [{ fn: () => 1 }] },
  'a symbol value': [Symbol('s')],
  'a symbol key': { [Symbol('s')]: 1 },
  'a getter, which does not run': Object.defineProperty({}, 'x', getter),
  'a getter in an array, which does not run': Object.defineProperty([1], 0, getter),
  'a hidden property': Object.defineProperty({}, 'x', { value: 1, writable: true, configurable: true }),
  'a frozen object': Object.freeze({ a: 1 }),
  'a hole': [1, , 3], // eslint-disable-line no-sparse-arrays -- the case
  'a property of an array': Object.assign([1, 2], { extra: 1 }),
  'a fixed length': Object.defineProperty([1], 'length', { writable: false }),
  'a null prototype': Object.create(null) as object,
  'an instance': new (class Point {})(),
  'a subclass of Array': new (class List extends Array {})(),
  'a symbol key on a long array': Object.assign(
    Array.from({ length: 2_000 }, () => 0),
    { [Symbol('s')]: 1 },
  ),
  'a map, which the walk looks at': new Map(),
}

describe('plainCheck', () => {
  it.each(Object.entries(yes))('says yes to %s', (_, value) => expect(plainCheck()(value)).toBe(true))
  it.each(Object.entries(no))('says no to %s', (_, value) => expect(plainCheck()(value)).toBe(false))

  it('forgets what it took for plain on the way to a no', () => {
    const isPlain = plainCheck()
    const loop: Record<string, unknown> = {}
    loop['a'] = { loop }
    loop['b'] = () => 1
    expect(isPlain(loop)).toBe(false)
    expect(isPlain(loop['a'] as object)).toBe(false)
  })

  it('says no to what is too deep for structured clone', () => {
    let list: object = {}
    for (let i = 0; i < 2_000; i++) list = { list }
    expect(plainCheck()(list)).toBe(false)
  })

  it('gives up after looking in vain, and then says no', () => {
    const isPlain = plainCheck()
    let chain: object = { end: () => 1 }
    const links: object[] = []
    for (let i = 0; i < 900; i++) links.push((chain = { chain }))
    for (const link of links.reverse()) expect(isPlain(link)).toBe(false)
    expect(isPlain({})).toBe(false)
  })

  it('says yes to whatever is made of plain objects, arrays and primitives', () => {
    const data = fc.letrec((tie) => ({
      value: fc.oneof(
        fc.string(),
        fc.double(),
        fc.bigInt(),
        fc.constant(undefined),
        tie('array'),
        tie('object'),
      ),
      array: fc.array(tie('value')),
      object: fc.dictionary(fc.string(), tie('value'), { noNullPrototype: true }),
    }))
    fc.assert(fc.property(fc.oneof(data.array, data.object), (value) => plainCheck()(value as object)))
  })
})
