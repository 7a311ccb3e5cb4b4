// Own state, applied to objects that hold still and to such that do not.
import { describe, expect, it } from 'vitest'
import type { Property } from '../payload/types.ts'
import { applyOwn, ownValue } from './own.ts'

const apply = <T extends object>(target: T, own: object, again = false): T => {
  applyOwn(target, own, (slot) => slot, again)
  return target
}
const props = (...properties: readonly unknown[][]): { props: readonly Property[] } => ({
  props: properties as never,
})

describe('applyOwn', () => {
  it('defines properties with their attributes', () => {
    const get = (): number => 1
    const target = apply({}, props(['a', 1], ['b', 2, 0], ['c', get, 14, undefined], ['__proto__', 3]))
    expect(Object.getOwnPropertyDescriptors(target)).toEqual({
      a: { value: 1, writable: true, enumerable: true, configurable: true },
      b: { value: 2, writable: false, enumerable: false, configurable: false },
      c: { get, set: undefined, enumerable: true, configurable: true },
      ['__proto__']: { value: 3, writable: true, enumerable: true, configurable: true },
    })
    expect(Object.getPrototypeOf(target)).toBe(Object.prototype)
  })

  it('runs no setter', () => {
    const proto = { set x(_: number) { expect.unreachable('the setter ran') } } // prettier-ignore
    expect(Object.keys(apply(Object.create(proto) as object, props(['x', 1])))).toEqual(['x'])
  })

  it('sets the prototype, deletes, and fixes last', () => {
    const proto = { p: 1 }
    const target = apply(
      { gone: 1, kept: 2 },
      { proto, deleted: ['gone', 'never there'], ...props(['n', 1]), fixed: true },
    )
    expect(target).toEqual({ kept: 2, n: 1 })
    expect(Object.getPrototypeOf(target)).toBe(proto)
    expect(Object.isExtensible(target)).toBe(false)
    expect(Object.getPrototypeOf(apply({}, { proto: null }))).toBeNull()
  })

  it.each<[string, object, object]>([
    ['a property that is fixed', Object.freeze({ x: 1 }), props(['x', 2])],
    ['a property of what cannot grow', Object.preventExtensions({}), props(['x', 2])],
    ['the length of an array', [1, 2], props(['length', -1, 1])],
    ['a prototype of what cannot grow', Object.preventExtensions({}), { proto: {} }],
  ])('refuses what cannot be: %s', (_, target, own) => {
    expect(() => apply(target, own)).toThrow()
  })

  it('leaves what is fixed, where the object had its state before', () => {
    const target = Object.freeze({ x: 1 })
    expect(
      apply(target, { proto: {}, ...props(['x', 2], ['y', 1]), deleted: ['x'], fixed: true }, true),
    ).toEqual({ x: 1 })
    expect(apply({ x: 1 }, props(['x', 2]), true)).toEqual({ x: 2 })
  })
})

describe('ownValue', () => {
  it('reads a part of a property, and runs no getter', () => {
    const get = (): never => expect.unreachable('the getter ran')
    const holder = Object.defineProperty({ m: 1 }, 'v', { get })
    expect(ownValue(holder, 'm', 'value', 0)).toBe(1)
    expect(ownValue(holder, 'v', 'get', 0)).toBe(get)
  })

  it.each<[unknown, PropertyKey]>([
    [{}, 'toString'],
    [undefined, 'x'],
    ['text', 'length'],
    [{ x: undefined }, 'x'],
  ])('refuses what is not there: %o %s', (holder, key) => {
    expect(() => ownValue(holder, key, 'value', 7)).toThrow('node 7 is not a part of its class')
  })
})
