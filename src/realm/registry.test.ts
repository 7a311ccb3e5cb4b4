// One record for each realm, whatever the number of copies of brine; the identity of classes; bind.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, expectTypeOf, it, vi } from 'vitest'
import { bind } from './bind.ts'
import { adoptClass, classId, isHome, knownClass, membersOf, realm } from './registry.ts'

describe('realm', () => {
  it('is one for all copies of brine', async () => {
    vi.resetModules()
    const copy = await import('./registry.ts')
    expect(copy.realm).not.toBe(realm)
    expect(copy.realm()).toBe(realm())
    class Shared {}
    const id = classId(Shared as never)
    expect(copy.classId(Shared as never)).toBe(id)
    expect(copy.knownClass(id)).toBe(Shared)
  })

  it('is not listed among the globals, and cannot be replaced', () => {
    const property = Object.getOwnPropertyDescriptor(globalThis, Symbol.for('brine.realm'))
    expect(property).toMatchObject({ enumerable: false, writable: false, configurable: false })
  })
})

describe('the identity of a class', () => {
  it('is given out once, and is its own', () => {
    const [one, two] = [class {}, class {}] as never[]
    expect(classId(one!)).toBe(classId(one!))
    expect(classId(one!)).not.toBe(classId(two!))
    expect(isHome(classId(one!), one!)).toBe(true)
  })

  it('is forgotten with its class', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const id = (() => classId(class {} as never))()
    const { classes } = realm()
    expect(classes.has(id)).toBe(true)
    await vi.waitFor(
      () => {
        collect()
        expect(classes.has(id)).toBe(false)
      },
      { timeout: 5_000 },
    )
  })

  it('of a class from elsewhere is kept, and is not at home here', () => {
    const copy = class {} as never
    adoptClass('elsewhere:7', copy)
    expect(classId(copy)).toBe('elsewhere:7')
    expect(knownClass('elsewhere:7')).toBe(copy)
    expect(isHome('elsewhere:7', copy)).toBe(false)
    expect(knownClass('elsewhere:8')).toBeUndefined()
  })
})

describe('membersOf', () => {
  it('lists methods and accessors, with where they are, but neither the constructor nor what else hangs there', () => {
    const key = Symbol('key')
    class A {
      static s(): void {}
      m(): void {}
      get v(): number {
        return 1
      }
      set v(_: number) {}
      [key](): void {}
    }
    const own = (target: object) =>
      new Map(Reflect.ownKeys(target).map((at) => [at, Object.getOwnPropertyDescriptor(target, at)!]))
    const found = membersOf(A as never, own(A), own(A.prototype))
    const accessor = Object.getOwnPropertyDescriptor(A.prototype, 'v')!
    expect(new Map(found)).toEqual(
      new Map<unknown, unknown>([
        [A.s, { of: A, static: true, key: 's', part: 'value' }],
        [A.prototype.m, { of: A, static: false, key: 'm', part: 'value' }],
        [accessor.get, { of: A, static: false, key: 'v', part: 'get' }],
        [accessor.set, { of: A, static: false, key: 'v', part: 'set' }],
        [A.prototype[key], { of: A, static: false, key, part: 'value' }],
      ]),
    )
  })
})

describe('bind', () => {
  it('binds as the language does, and remembers the parts', () => {
    function sum(this: { base: number }, a: number, b: number, c = 0): number {
      return this.base + a + b + c
    }
    const self = { base: 100 }
    const bound = bind(sum, self, 20)
    expect(bound(3)).toBe(123)
    expect([bound.name, bound.length]).toEqual(['bound sum', 1])
    expect(realm().bindings.get(bound as never)).toEqual({ target: sum, self, args: [20] })
  })

  it('binds classes too', () => {
    class Pair {
      readonly both: readonly number[]
      constructor(a: number, b: number) {
        this.both = [a, b]
      }
    }
    const bound = bind(Pair as never, null as never, 1 as never) as unknown as new (b: number) => Pair
    expect(new bound(2)).toEqual(new Pair(1, 2))
  })

  it('keeps types', () => {
    const join = (a: number, b: string, c: boolean): string => `${a}${b}${c}`
    expectTypeOf(bind(join, null)).toEqualTypeOf<(a: number, b: string, c: boolean) => string>()
    expectTypeOf(bind(join, null, 1)).toEqualTypeOf<(b: string, c: boolean) => string>()
    expectTypeOf(bind(join, null, 1, 'x')).toEqualTypeOf<(c: boolean) => string>()
    // @ts-expect-error the first argument is a number
    bind(join, null, 'x')
    function method(this: { n: number }): number {
      return this.n
    }
    // @ts-expect-error `this` lacks what the function needs
    bind(method, {})
    expect(bind(method, { n: 1 })()).toBe(1)
  })
})
