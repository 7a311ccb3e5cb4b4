// How a free variable is resolved: who is asked first, and what the answers mean.
import { afterEach, describe, expect, it } from 'vitest'
import { realm } from '../realm/registry.ts'
import { capture, resolveVariable } from './environment.ts'

const value = (of: unknown): object => ({ kind: 'value', value: of })
const host = globalThis as Record<string, unknown>

/** A scope function, evaluated as a script: no tool changes its text. */
const scopeOf = (text: string): ((name: string) => unknown) => (0, eval)(`(${text})`) as never

describe('using', () => {
  it('comes before scope', () => {
    const environment = { using: { x: 1 }, scope: () => 2 }
    expect(resolveVariable(environment, 'x')).toEqual(value(1))
    expect(resolveVariable(environment, 'y')).toEqual(value(2))
  })

  it('supplies its own properties alone, undefined and getters among them', () => {
    const using = Object.create({ inherited: 1 }, { got: { get: () => 'live' } }) as Record<string, unknown>
    using.nothing = undefined
    expect(resolveVariable({ using }, 'nothing')).toEqual(value(undefined))
    expect(resolveVariable({ using }, 'got')).toEqual(value('live'))
    expect(resolveVariable({ using }, 'inherited')).toEqual({ kind: 'missing' })
    expect(resolveVariable({ using: {} }, 'hasOwnProperty').kind).not.toBe('value')
  })

  it('tells what a getter throws', () => {
    const error = new Error('boom')
    const using = Object.defineProperty({}, 'x', {
      get: () => {
        throw error
      },
    })
    expect(resolveVariable({ using }, 'x')).toEqual({ kind: 'threw', error })
  })

  it('shadows a global of the same name', () => {
    expect(resolveVariable({ using: { Map: 1 } }, 'Map')).toEqual(value(1))
    expect(resolveVariable({}, 'Map')).toEqual({ kind: 'global' })
  })
})

describe('scope', () => {
  it('leaves a global free, but takes a variable that shadows one', () => {
    expect(resolveVariable({ scope: scopeOf('(name) => eval(name)') }, 'Map')).toEqual({ kind: 'global' })
    const shadowed = scopeOf('() => { const Map = 5; return (name) => eval(name) }')('') as never
    expect(resolveVariable({ scope: shadowed }, 'Map')).toEqual(value(5))
  })

  it('says dead zone where the engine speaks of initialization', () => {
    const scope = scopeOf('(() => { const s = (name) => eval(name); return [s]; let late })()[0]')
    expect(resolveVariable({ scope }, 'late')).toEqual({ kind: 'dead-zone' })
    expect(resolveVariable({ scope }, 'nowhere')).toEqual({ kind: 'missing' })
  })

  it.each([
    "can't access lexical declaration 'x' before initialization",
    'Cannot access uninitialized variable.',
    "Cannot access 'x' before initialization",
  ])('knows the words of other engines: %s', (words) => {
    const scope = (): never => {
      throw new ReferenceError(words)
    }
    expect(resolveVariable({ scope }, 'x')).toEqual({ kind: 'dead-zone' })
  })

  it('tells what it throws, but for what it does not know', () => {
    const error = new TypeError('not a ReferenceError')
    const scope = (): never => {
      throw error
    }
    expect(resolveVariable({ scope }, 'x')).toEqual({ kind: 'threw', error })
  })

  const written = [
    '(name) => eval(name)',
    'name => eval(name)',
    '(/* the */ name) => eval(name)',
    '(name = "") => eval(name)',
    'function (name) { return eval(name) }',
    'function scope(name) { return eval(name) }',
    '{ scope(name) { return eval(name) } }.scope',
    '{ ["sco" + "pe"](name) { return eval(name) } }.scope',
  ]
  it.each(written)('whose parameter hides a variable: %s', (text) => {
    const make = scopeOf(`() => { const name = 'Ada', other = 'Bob'; return (${text}) }`)
    const scope = make('') as (name: string) => unknown
    expect(resolveVariable({ scope }, 'name')).toEqual({ kind: 'hidden' })
    expect(resolveVariable({ scope }, 'other')).toEqual(value('Bob'))
  })

  it('may hold a variable whose value is its own name', () => {
    const scope = scopeOf('() => { const x = "x"; return ($) => eval($) }')('') as never
    expect(resolveVariable({ scope }, 'x')).toEqual(value('x'))
    const table = (name: string): unknown => ({ x: 'x' })[name]
    expect(resolveVariable({ scope: table }, 'x')).toEqual(value('x'))
    const strict = (name: string): unknown => {
      if (name !== 'x') throw new Error(name)
      return 'x'
    }
    expect(resolveVariable({ scope: strict }, 'x')).toEqual(value('x'))
  })

  it.each([
    ['(name) => eval(name)', true],
    ['name => eval(name)', true],
    ['(name, extra = { a: 1 }) => eval(name)', true],
    ['function (name) { return eval(name) }', false],
    ['function (name) { return (() => eval(name))() }', false],
    ['{ scope(name) { return eval(name) } }.scope', false],
  ])('sees `this` and `arguments` of its place if it is an arrow: %s', (text, sees) => {
    const place = (0, eval)(`(function () { return (${text}) })`) as (...args: unknown[]) => never
    const self = {}
    const scope = place.call(self, 4, 5)
    expect(resolveVariable({ scope }, 'this')).toEqual(sees ? value(self) : { kind: 'missing' })
    const args = resolveVariable({ scope }, 'arguments')
    expect(args.kind === 'value' && Array.from(args.value as unknown[])).toEqual(sees && [4, 5])
  })
})

describe('globals', () => {
  afterEach(() => {
    delete host.ofTheApp
  })

  it('of a script travel by value, by their state at the call', () => {
    host.ofTheApp = { n: 1 }
    expect(resolveVariable({}, 'ofTheApp')).toEqual(value(host.ofTheApp))
    const scope = scopeOf('(name) => eval(name)')
    expect(resolveVariable({ scope }, 'ofTheApp')).toEqual(value(host.ofTheApp))
    host.ofTheApp = () => 2
    expect(resolveVariable({}, 'ofTheApp')).toEqual(value(host.ofTheApp))
  })

  it.each<[string, PropertyDescriptor]>([
    ['an accessor', { get: () => expect.unreachable('it ran'), enumerable: true }],
    ['a hidden property', { value: 1, enumerable: false }],
    ['a native function', { value: Math.max, enumerable: true }],
  ])('of the platform that no worker has exist on the page alone: %s', (_, property) => {
    Object.defineProperty(host, 'ofTheApp', { ...property, configurable: true })
    expect(resolveVariable({}, 'ofTheApp')).toEqual({ kind: 'page-only' })
  })

  it('that are not there are missing', () => {
    expect(resolveVariable({}, 'nowhere')).toEqual({ kind: 'missing' })
    expect(resolveVariable({ using: {} }, 'document')).toEqual({ kind: 'missing' })
  })
})

describe('capture', () => {
  it('attaches an environment, and leaves the function as it is', () => {
    const fn = (): number => 1
    const before = Reflect.ownKeys(fn)
    const environment = { using: { x: 1 } }
    expect(capture(fn, environment)).toBe(fn)
    expect(Reflect.ownKeys(fn)).toEqual(before)
    expect(realm().environments.get(fn)).toBe(environment)
    const frozen = Object.freeze(class {})
    expect(capture(frozen, environment)).toBe(frozen)
  })
})
