// The run-time half of closure conversion: registrations, tokens, imports.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { adoptClass, classId, isHome, knownClass, realm } from './registry.ts'
import * as runtime from './sites.ts'

const [site, second] = runtime.sites(
  ['/closures.js'],
  [
    { at: 's0', name: '', length: 0, names: [] },
    { at: 0, name: 'm', length: 1, names: ['k'] },
  ],
  [{ at: 't0', names: ['n'] }],
)

describe('register', () => {
  it('gives back the function itself, as it was', () => {
    const fn = (a: number) => a
    expect(runtime.register(fn, site!, 0)).toBe(fn)
    expect([fn.name, fn.length, Object.keys(fn)]).toEqual(['fn', 1, []])
    expect(runtime.registrationOf(fn)).toMatchObject({
      site: { at: 's0', module: { urls: ['/closures.js'] } },
    })
  })

  it('does not read the variables', () => {
    const read = vi.fn<() => unknown[]>(() => [])
    runtime.register(() => {}, site!, read)
    expect(read).not.toHaveBeenCalled()
  })

  it('stays when properties of another function are copied, and is not copied itself', () => {
    const original = runtime.register(() => 1, site!, 0)
    const wrapper = runtime.register(() => 2, second!, 0)
    Object.defineProperties(Object.assign(wrapper, original), Object.getOwnPropertyDescriptors(original))
    expect(runtime.registrationOf(wrapper)!.site).toBe(second)
    expect(runtime.registrationOf(Object.assign(() => 3, original))).toBeUndefined()
    expect(Reflect.ownKeys(original)).toEqual(['length', 'name'])
  })

  it('is the last of several', () => {
    const fn = (): void => {}
    runtime.register(runtime.register(fn, site!, 0), second!, 0)
    expect(runtime.registrationOf(fn)!.site).toBe(second)
  })

  it('is known to another copy of brine, and one that it made is known here', async () => {
    vi.resetModules()
    const copy = await import('./sites.ts')
    expect(copy.register).not.toBe(runtime.register)
    const own = runtime.register(() => {}, site!, 0)
    expect(copy.registrationOf(own)!.site).toBe(site)
    const [other] = copy.sites(['/other.js'], [{ at: 's0', name: '', length: 0, names: [] }], [])
    expect(runtime.registrationOf(copy.register(() => {}, other!, 0))!.site).toBe(other)
  })

  it('is not inherited', () => {
    const parent = runtime.register(() => {}, site!, 0)
    expect(runtime.registrationOf(Object.setPrototypeOf(() => {}, parent) as () => void)).toBeUndefined()
  })
})

describe('registerDefault', () => {
  it('gives the function the name that it would have without one', () => {
    function chosen(a: number): number {
      return a
    }
    const { default: plain } = { default: (a: number) => a }
    expect(runtime.registerDefault(chosen, site!, 0)).toBe(chosen)
    expect(Object.getOwnPropertyDescriptor(chosen, 'name')).toEqual(
      Object.getOwnPropertyDescriptor(plain, 'name'),
    )
    expect(runtime.registrationOf(chosen)).toMatchObject({ site: { at: 's0' } })
  })
})

describe('registerClass', () => {
  it('notes what the class owns by its definition, and adds nothing to it', () => {
    class Point {
      static made = 0
      static of(): void {}
      get x(): number {
        return 1
      }
    }
    runtime.registerClass(Point as never, site!, 0)
    const { born } = runtime.registrationOf(Point as never)!
    expect(new Set(born!.own.keys())).toEqual(new Set(['length', 'name', 'of', 'prototype']))
    expect([...born!.prototype.keys()]).toEqual(['constructor', 'x'])
    expect(Reflect.ownKeys(Point).some((key) => typeof key === 'symbol')).toBe(false)
  })

  it('takes a class that a static block has frozen', () => {
    class Suit {
      static {
        Object.freeze(this)
      }
    }
    expect(runtime.registerClass(Suit as never, site!, 0)).toBe(Suit)
    expect(runtime.registrationOf(Suit as never)).toMatchObject({ site: { at: 's0' } })
  })

  it('knows a class that is defined once by its place, in every thread that defines it', () => {
    const define = (): never => class Point {} as never
    const [alone, shared, below] = runtime.sites(
      ['https://app/closures.js', 'https://app/others.js'],
      [
        { at: 's0', name: 'Point', length: 0, names: [], once: true },
        { at: 2, name: 'Point', length: 0, names: [], once: true },
        { at: 0, name: 'Point', length: 0, names: [], once: true },
      ],
      [
        { at: 't0', names: ['n'], group: 1 },
        { at: 3, names: ['m'] },
      ],
    )
    const copy = define()
    adoptClass('https://app/closures.js#s0', copy)
    const own = runtime.registerClass(define(), alone!, 0)
    expect(knownClass('https://app/closures.js#s0')).toBe(own)
    expect([own, copy].map((each) => isHome(classId(each), each))).toEqual([true, false])
    const token = runtime.token(shared!, 0, 0, () => [1])
    expect(classId(runtime.registerClass(define(), shared!, 0, token))).toBe('https://app/others.js#t0/2')
    const inner = runtime.token(below!, 1, token, () => [1])
    expect(classId(runtime.registerClass(define(), below!, 0, inner))).toBe('https://app/others.js#t0/3/0')
  })
})

describe('registerMethods', () => {
  it('registers methods and accessors, and calls none', () => {
    const get = vi.fn<() => number>(() => 1)
    const literal = {
      m: (v: number) => v,
      get a() {
        return get()
      },
    }
    runtime.registerMethods(literal, [
      ['m', 'value', second!, () => [1]],
      ['a', 'get', site!, 0],
    ])
    expect(get).not.toHaveBeenCalled()
    expect(runtime.registrationOf(literal.m)!.site.at).toBe(0)
    const getter = Object.getOwnPropertyDescriptor(literal, 'a')!.get!
    expect(runtime.registrationOf(getter)!.site.at).toBe('s0')
  })

  it('leaves alone what a later property replaced', () => {
    const other = runtime.register(() => {}, site!, 0)
    runtime.registerMethods({ m: other, n: 5 }, [
      ['m', 'value', second!, 0],
      ['n', 'value', second!, 0],
      ['gone', 'get', second!, 0],
    ])
    expect(runtime.registrationOf(other)!.site.at).toBe('s0')
  })
})

describe('toKey', () => {
  it('converts once, as brackets do', () => {
    const symbol = Symbol('s')
    expect([symbol, 1, null, { toString: () => 'text' }].map(runtime.toKey)).toEqual([
      symbol,
      '1',
      'null',
      'text',
    ])
  })
})

describe('importedFrom', () => {
  afterEach(() => {
    realm().imports.clear()
  })

  it('finds a function by identity, and remembers it', () => {
    const fn = (): void => {}
    const read = vi.fn<() => unknown>(() => fn)
    runtime.imports([[read, '/fn.js']])
    expect([runtime.importedFrom(fn), runtime.importedFrom(fn), runtime.importedFrom(() => {})]).toEqual([
      '/fn.js',
      '/fn.js',
      undefined,
    ])
    expect(read).toHaveBeenCalledTimes(2)
  })

  it('looks into the newest table of a module that was evaluated again', () => {
    const [old, now, other] = [() => 1, () => 2, () => 3]
    runtime.imports([[() => old, '/old.js']], 'module')
    runtime.imports([[() => other, '/other.js']])
    runtime.imports([[() => now, '/now.js']], 'module')
    expect([old, now, other].map(runtime.importedFrom)).toEqual([undefined, '/now.js', '/other.js'])
    expect(realm().imports.size).toBe(2)
  })

  it('passes over what is still being evaluated', () => {
    const fn = (): void => {}
    const early = (): unknown => {
      throw new ReferenceError('not yet')
    }
    runtime.imports([
      [early, '/early.js'],
      [() => fn, '/fn.js'],
    ])
    expect(runtime.importedFrom(fn)).toBe('/fn.js')
  })
})
