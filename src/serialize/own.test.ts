// What is said of an object beyond its kind: only where there is something to say.
import { describe, expect, it } from 'vitest'
import type { Own, Slot } from '../payload/types.ts'
import { describeOwn } from './own.ts'
import type { Implied } from './own.ts'

/** Writes a description, with things that have identity as themselves. */
function own(value: object, implied: Implied = {}): Own {
  return describeOwn(value, { proto: Object.prototype, ...implied }).write((slot) => slot as Slot)
}
const reached = (value: object, implied: Implied = {}): unknown[] =>
  describeOwn(value, { proto: Object.prototype, ...implied }).children.map((child) => child.value)

const hidden = { writable: false, enumerable: false, configurable: false }
const getter = (): never => expect.unreachable('the getter ran')

describe('describeOwn', () => {
  it('says nothing of what the kind implies', () => {
    expect(own({})).toEqual({})
    expect(describeOwn({}, { proto: Object.prototype }).empty).toBe(true)
    const fn = (): void => {}
    const properties = new Map(Object.entries(Object.getOwnPropertyDescriptors(fn)))
    expect(own(fn, { properties, proto: Function.prototype })).toEqual({})
  })

  it('lists properties in order, with attributes where they are not the usual', () => {
    const value = Object.defineProperties(
      { b: 1, a: -0 },
      { h: { value: 2, ...hidden }, w: { value: 3, ...hidden, writable: true } },
    )
    expect(own(value)).toEqual({
      props: [
        ['b', 1],
        ['a', -0],
        ['h', 2, 0],
        ['w', 3, 1],
      ],
    })
  })

  it('writes accessors without running them', () => {
    const set = (): void => {}
    const value = Object.defineProperties(
      {},
      { g: { get: getter, enumerable: true, configurable: true }, s: { set } },
    )
    expect(own(value)).toEqual({
      props: [
        ['g', getter, 14, undefined],
        ['s', undefined, 8, set],
      ],
    })
    expect(reached(value)).toEqual([getter, set])
  })

  it('tells a property from the one that is implied by value, getter, setter and attributes', () => {
    const get = (): number => 1
    const same = { value: NaN, writable: true, enumerable: true, configurable: true }
    const implied = (property: PropertyDescriptor): Implied => ({ properties: new Map([['x', property]]) })
    const value = { x: NaN }
    expect(own(value, implied(same))).toEqual({})
    expect(own(value, implied({ ...same, value: 1 })).props).toHaveLength(1)
    expect(own(value, implied({ ...same, enumerable: false })).props).toHaveLength(1)
    expect(own(value, implied({ get, enumerable: true, configurable: true })).props).toHaveLength(1)
    const accessor = Object.defineProperty({}, 'x', { get, enumerable: true, configurable: true })
    expect(own(accessor, implied(Object.getOwnPropertyDescriptor(accessor, 'x')!))).toEqual({})
    expect(
      own(accessor, implied({ get, set: () => {}, enumerable: true, configurable: true })).props,
    ).toHaveLength(1)
    expect(own({ x: 0 }, implied({ ...same, value: -0 })).props).toHaveLength(1)
  })

  it('lists implied keys that are gone', () => {
    const key = Symbol('gone')
    const properties = new Map<PropertyKey, PropertyDescriptor>([
      ['a', {}],
      [key, {}],
    ])
    expect(own({}, { properties })).toEqual({ deleted: ['a', key] })
    expect(reached({}, { properties })).toEqual([key])
  })

  it('tells another prototype, also none', () => {
    const proto = {}
    expect(own(Object.create(proto) as object)).toEqual({ proto })
    expect(own(Object.create(null) as object)).toEqual({ proto: null })
    expect(own([], { proto: Array.prototype, keys: [] })).toEqual({})
    expect(own({}, { proto: null })).toEqual({ proto: Object.prototype })
  })

  it('tells what cannot grow', () => {
    expect(own(Object.preventExtensions({}))).toEqual({ fixed: true })
    expect(own(Object.freeze({ a: 1 }))).toEqual({ props: [['a', 1, 2]], fixed: true })
    expect(own(Object.seal({ a: 1 }))).toEqual({ props: [['a', 1, 3]], fixed: true })
  })

  it('looks at the keys that are wanted alone', () => {
    expect(own({ a: 1, b: 2 }, { keys: ['b', 'c'] })).toEqual({ props: [['b', 2]] })
  })

  it('reaches symbol keys, values and prototype, with the object as their holder', () => {
    const key = Symbol('k')
    const proto = {}
    const inner = {}
    const value = Object.assign(Object.create(proto) as object, { [key]: inner, n: 1 })
    const { children } = describeOwn(value, { proto: Object.prototype })
    const objects = children.filter((child) => typeof child.value !== 'number')
    expect(objects.map((child) => child.value)).toEqual([proto, key, inner])
    expect(objects[2]).toMatchObject({ holder: value, step: { kind: 'property', key } })
    expect(objects[0]!.holder).toBeUndefined()
  })
})
