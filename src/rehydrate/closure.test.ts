// One function from its scope: what it lexically receives, and what is remembered of it.
import { describe, expect, it } from 'vitest'
import { knownClass, realm } from '../realm/registry.ts'
import type { AnyFunction, ClosureInputs, ScopeInstance } from '../realm/registry.ts'
import { makeClosure } from './closure.ts'

function scopeOf(...makers: readonly string[]): ScopeInstance {
  const make = makers.map((text) => (0, eval)(`(${text})`) as AnyFunction)
  return { hash: 'h', text: 't', names: [], make, read: () => [], write: () => {} }
}

function make(
  maker: string,
  inputs: ClosureInputs = {},
  more: { id?: string; hasHome?: boolean } = {},
): ReturnType<typeof makeClosure> {
  const { id, hasHome = false } = more
  return makeClosure({ scope: scopeOf(maker), index: 0, name: 'f', id, inputs, hasHome, privateState: [] })
}

const call = ({ fn }: { fn: AnyFunction }, ...args: unknown[]): unknown => fn(...(args as never[]))

describe('what an arrow lexically receives', () => {
  it('is `this`, also a primitive, also nothing', () => {
    const maker = 'function ($in) { "use strict"; return () => this }'
    const self = {}
    expect(call(make(maker, { self }))).toBe(self)
    expect(call(make(maker, { self: 5 }))).toBe(5)
    expect(call(make(maker))).toBeUndefined()
  })

  it('is `arguments`', () => {
    const maker = 'function ($in) { "use strict"; return () => [...arguments] }'
    expect(call(make(maker, { args: [1, 'x'] }), 9)).toEqual([1, 'x'])
  })

  it('is `new.target`', () => {
    const maker = 'function ($in) { "use strict"; return () => new.target }'
    class Target {}
    expect(call(make(maker, { newTarget: Target }))).toBe(Target)
    expect(call(make(maker, { newTarget: undefined }))).toBeUndefined()
  })
})

describe('a class', () => {
  it('has its parent and its keys, and is known by its id', () => {
    const key = Symbol('k')
    class Parent {}
    const maker = 'function ($in) { return class A extends ($in.parent) { [$in.keys[0]]() { return 1 } } }'
    const { fn } = make(maker, { parent: Parent, keys: [key] }, { id: 'closure-test:1' })
    expect(Object.getPrototypeOf(fn)).toBe(Parent)
    expect(Reflect.ownKeys((fn as unknown as { prototype: object }).prototype)).toEqual(['constructor', key])
    expect(knownClass('closure-test:1')).toBe(fn)
  })

  it('remembers its members, but not what is no method', () => {
    const { fn } = make('function () { return class { static s() {} static x = () => 1; m() {} } }')
    const { s, prototype } = fn as unknown as {
      s: AnyFunction
      prototype: { m: AnyFunction; constructor: AnyFunction }
    }
    const { members } = realm()
    expect(members.get(s)).toEqual({ of: fn, static: true, key: 's', part: 'value' })
    expect(members.get(prototype.m)).toEqual({ of: fn, static: false, key: 'm', part: 'value' })
    expect(members.has(prototype.constructor)).toBe(false)
  })
})

describe('a method', () => {
  it.each([
    ['m() { return 1 }', 'm'],
    ['get v() { return 1 }', 'get v'],
    ['set ["v"](x) { return 1 }', 'set v'],
    ['__proto__() { return 1 }', '__proto__'],
  ])('is taken out of the literal around it: %s', (text, name) => {
    const { fn } = make(`function ($in) { return ({ ${text} }) }`)
    expect(fn.name).toBe(name)
  })

  it('looks with super into the prototype that its home has at that moment', () => {
    const maker =
      'function ($in) { "use strict"; return ({ __proto__: $in.home, m(v) { super.seen = v; return [super.who, super.say()] } }) }'
    const made = make(maker, {}, { hasHome: true })
    const proto = (who: string): object => ({
      who,
      say(this: { mine: string }) {
        return `${who} says ${this.mine}`
      },
    })
    const home = Object.setPrototypeOf({ mine: 'x' }, proto('first')) as { mine: string; seen?: unknown }
    made.setHome(home)
    expect(made.fn.call(home as never, 1 as never)).toEqual(['first', 'first says x'])
    expect(home.seen).toBe(1)
    Object.setPrototypeOf(home, proto('second'))
    expect(made.fn.call(home as never, 2 as never)).toEqual(['second', 'second says x'])
    expect(realm().origins.get(made.fn)!.inputs.home).toBe(home)
  })
})

describe('what is remembered', () => {
  it('is the scope, the inputs, and the properties at birth', () => {
    const scope = scopeOf('function () { return 1 }', 'function () { return function f(a, b) {} }')
    const { fn } = makeClosure({
      scope,
      index: 1,
      name: 'f',
      id: undefined,
      inputs: { self: 1 },
      hasHome: false,
      privateState: ['#x'],
    })
    Object.assign(fn, { later: 1 })
    const origin = realm().origins.get(fn)!
    expect(origin).toMatchObject({ index: 1, inputs: { self: 1 }, privateState: ['#x'] })
    expect(origin.scope).toBe(scope)
    expect(origin.implied.get('length')).toMatchObject({ value: 2 })
    expect(origin.implied.has('later')).toBe(false)
    expect([...origin.impliedPrototype!.keys()]).toEqual(['constructor'])
  })
})

describe('code that fails', () => {
  it.each([
    ['function () { throw new RangeError("boom") }', 'RangeError: boom'],
    ['function ($in) { return class extends ($in.parent) {} }', 'TypeError'],
    ['function () { return 5 }', 'it made a number, not a function'],
    ['function () { return {} }', 'it made a undefined, not a function'],
    ['function () { return null }', 'it made a object, not a function'],
  ])('is told: %s', (maker, reason) => {
    expect(() => make(maker)).toThrow(
      expect.objectContaining({
        code: 'CODE_FAILED',
        message: expect.stringContaining(`Cannot rebuild 'f' as its code threw: ${reason}`) as string,
      }) as Error,
    )
  })
})
