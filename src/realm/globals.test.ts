// Paths of globals lead back to the same values, and hostile paths lead nowhere and run nothing.
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { functionName, globalPath, isNative, isSharedGlobal, resolveGlobal } from './globals.ts'
import { realm, shareIntrinsics } from './registry.ts'

/** Evaluated as a script: no tool changes its text. */
const evaluate = (text: string): unknown => (0, eval)(text)

/** All values below the global object, up to a depth, that a path could name. */
function everything(depth: number): Set<unknown> {
  const seen = new Set<unknown>()
  const visit = (value: unknown, left: number): void => {
    if (
      (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol') ||
      value === null
    )
      return
    seen.add(value)
    if (left === 0 || typeof value === 'symbol') return
    for (const property of Object.values(Object.getOwnPropertyDescriptors(value))) {
      for (const part of [property.value, property.get, property.set]) {
        if (!seen.has(part)) visit(part, left - 1)
      }
    }
    for (const key of Object.getOwnPropertySymbols(value)) {
      const property = Object.getOwnPropertyDescriptor(value, key)!
      visit(property.value ?? property.get, left - 1)
    }
  }
  visit(globalThis, depth)
  return seen
}

describe('globalPath', () => {
  it('gives paths that resolve to the same value', () => {
    const wrong: string[] = []
    let known = 0
    for (const value of everything(4)) {
      const path = globalPath(value)
      if (path === undefined) continue
      known++
      if (resolveGlobal(path) !== value) wrong.push(path)
    }
    expect(wrong).toEqual([])
    expect(known).toBeGreaterThan(700)
  })

  it.each<[string, unknown]>([
    ['Math.max', Math.max],
    ['Array.prototype', Array.prototype],
    ['Array.prototype.values', Array.prototype[Symbol.iterator]],
    ['Symbol.iterator', Symbol.iterator],
    ['Map.prototype.size<get>', Object.getOwnPropertyDescriptor(Map.prototype, 'size')!.get],
    ['Object.prototype.__proto__<set>', Object.getOwnPropertyDescriptor(Object.prototype, '__proto__')!.set],
    ['Symbol.prototype.@@toPrimitive', Symbol.prototype[Symbol.toPrimitive]],
    ['Intl.NumberFormat.prototype.formatToParts', Intl.NumberFormat.prototype.formatToParts],
    ['globalThis', globalThis],
    ['%GeneratorFunction.prototype%', Object.getPrototypeOf(function* () {})],
    ['%AsyncFunction%', (async () => {}).constructor],
    ['%TypedArray%', Object.getPrototypeOf(Uint8Array)],
    ['%TypedArray%.prototype.map', Uint8Array.prototype.map],
    ['%ArrayIteratorPrototype%', Object.getPrototypeOf([].values())],
  ])('names %s', (path, value) => {
    expect(globalPath(value)).toBe(path)
    expect(resolveGlobal(path)).toBe(value)
  })

  it('knows neither values of the app nor those of other realms', () => {
    const foreign = runInNewContext('[Map, Array.prototype, Math.max]') as unknown[]
    for (const value of [{}, () => {}, Symbol('own'), Symbol.for('own'), 1, 'Math', null, ...foreign]) {
      expect(globalPath(value)).toBeUndefined()
    }
  })

  it('names what brine itself has, once it is entered', () => {
    const thing = {}
    shareIntrinsics({ 'a test.thing': thing })
    expect(globalPath(thing)).toBe('brine:a test.thing')
    expect(resolveGlobal('brine:a test.thing')).toBe(thing)
    realm().intrinsics.delete('a test.thing')
    realm().intrinsicNames.delete(thing)
    expect(resolveGlobal('brine:a test.thing')).toBeUndefined()
  })
})

describe('resolveGlobal', () => {
  it.each([
    '',
    '.',
    'a.b',
    'nothing',
    '%x%',
    '%',
    '%GeneratorFunction',
    'constructor',
    'constructor.constructor',
    '__proto__',
    'Object.prototype.__proto__',
    'Object.prototype.__proto__.constructor',
    'toString.constructor',
    'Math.max.call.x',
    'Math..max',
    'Symbol.iterator.description',
    'Array.@@nothing',
    'Array.@@prototype',
    'Array.@@constructor',
    'Array.prototype.@@iterator<get>',
    'Map.prototype.size',
    'Map.prototype.size<set>',
    'brine:',
    'brine:__proto__',
    'brine:constructor',
  ])('finds nothing at %j', (path) => expect(resolveGlobal(path)).toBeUndefined())

  it('does not go below the global object, where the app keeps what is its own', () => {
    const host = globalThis as Record<string, unknown>
    host.secretOfTheApp = { key: 1 }
    for (const path of ['secretOfTheApp', 'globalThis.secretOfTheApp', 'globalThis.globalThis.Math'])
      expect(resolveGlobal(path)).toBeUndefined()
    delete host.secretOfTheApp
  })

  it('runs no accessor', () => {
    let ran = 0
    const watch = { configurable: true, get: () => ran++ }
    Object.defineProperty(Math, 'watched', watch)
    Object.defineProperty(Symbol, 'watched', watch)
    expect(resolveGlobal('Math.watched')).toBeUndefined()
    expect(resolveGlobal('Math.watched.x')).toBeUndefined()
    expect(resolveGlobal('Math.@@watched')).toBeUndefined()
    expect(resolveGlobal('Math.watched<get>')).toBe(watch.get)
    expect(ran).toBe(0)
    Reflect.deleteProperty(Math, 'watched')
    Reflect.deleteProperty(Symbol, 'watched')
  })
})

describe('isSharedGlobal', () => {
  it('is true of what every thread has, by name', () => {
    for (const name of ['Math', 'undefined', 'self', 'fetch', 'structuredClone', 'eval'])
      expect(isSharedGlobal(name), name).toBe(true)
    for (const name of ['document', 'window', 'process', 'constructor', '__proto__', ''])
      expect(isSharedGlobal(name), name).toBe(false)
  })
})

describe('isNative', () => {
  it.each<[string, unknown]>([
    ['a method', Math.max],
    ['a constructor', Map],
    ['a getter', Object.getOwnPropertyDescriptor(Map.prototype, 'size')!.get],
    ['a method under a symbol', Array.prototype[Symbol.iterator]],
    ['a bound function', Math.max.bind(Math)],
    ['a proxy of a function', new Proxy(() => 1, {})],
    ['Function.prototype', Function.prototype],
    ['a native of another realm', runInNewContext('parseInt')],
  ])('is true of %s', (_, fn) => expect(isNative(fn)).toBe(true))

  it.each([
    'function f() { // { [native code]\n}',
    'function f() { return "{ [native code] }" }',
    'function f() { /* { [native code] } */ }',
    'function f(x = () => { /* [native code] */ }) { { } }',
    '() => /{ [native code] }/',
    '({ m() { // {[native code]\n} }).m',
    'class A { // { [native code]\n}',
    'async function f() { return { ["native code"]: 1 } }',
  ])('is false of %s', (text) => expect(isNative(evaluate(`(${text})`))).toBe(false))

  it('is false of what is no function, whatever it says of itself', () => {
    const liar = { toString: () => 'function () { [native code] }' }
    for (const value of [liar, 'function () { [native code] }', null, undefined])
      expect(isNative(value)).toBe(false)
    const fn = Object.assign(() => 1, { toString: liar.toString })
    expect(isNative(fn)).toBe(false)
  })
})

describe('functionName', () => {
  it('is text, whatever a class made of its name', () => {
    let ran = false
    const named = [
      function f() {},
      class A {},
      class A {
        static override = 1
        static name() {}
      },
      class A {
        static get name(): string {
          ran = true
          return 'x'
        }
      },
      Object.defineProperty(() => {}, 'name', { value: Symbol('s') }),
      (() => () => {})(),
    ]
    expect(named.map(functionName)).toEqual(['f', 'A', '', '', '', ''])
    expect(ran).toBe(false)
  })
})
