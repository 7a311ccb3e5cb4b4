// The source carrier, asked directly: what it reads of a function, and what it refuses.
import { describe, expect, it, vi } from 'vitest'
import type { AnyFunction, Environment } from '../realm/registry.ts'
import * as analysis from '../syntax/analyse.ts'
import { capture } from './environment.ts'
import { sourceCarrier } from './source.ts'
import type { Captured, CaptureRequest, Piece } from './types.ts'

class Refused extends Error {
  code = ''
  facts: object = {}
  frame: string | undefined
}

function ask(fn: unknown, environment: Environment = {}, holder?: object): Captured & { piece: Piece } {
  const fail: CaptureRequest['fail'] = (code, facts, frame) => {
    throw Object.assign(new Refused(code), { code, facts, frame })
  }
  const captured = sourceCarrier(fn as AnyFunction, {
    environment,
    call: {},
    holders: holder ? [holder] : [],
    last: true,
    fail,
    report: fail,
  })
  if (typeof captured !== 'object' || captured.code.kind !== 'piece') throw new Error('not captured')
  return { ...captured, piece: captured.code.piece }
}

function refusal(fn: unknown, environment?: Environment, holder?: object): string {
  try {
    ask(fn, environment, holder)
  } catch (error) {
    if (error instanceof Refused) return `${error.code} ${Object.values(error.facts).join()}`.trim()
    throw error
  }
  return 'captured'
}

/** Evaluated as a script: no tool changes its text. */
const evaluate = (text: string): AnyFunction => (0, eval)(`(${text})`) as AnyFunction
const object = (text: string): Record<string, AnyFunction> => evaluate(text) as never

/** Runs the maker of a piece as the receiver does, with its variables. */
function remake({ maker, variables }: Piece, input: object = {}): unknown {
  const make = new Function(...variables.keys(), `return ${maker}`)(...variables.values()) as AnyFunction
  return make(input as never)
}

describe('what is read', () => {
  it('is the text, the variables at the call, and which of them are assigned', () => {
    const environment = { using: { a: 1, b: 2, c: 3, unused: 4 } }
    const { piece, name, isClass } = ask(
      evaluate('function f(x) { b++; [c] = [x]; return a + Math.max(b, x) }'),
      environment,
    )
    expect([...piece.variables]).toEqual([
      ['b', 2],
      ['c', 3],
      ['a', 1],
    ])
    expect([...piece.assigned].sort()).toEqual(['b', 'c'])
    expect([name, isClass]).toEqual(['f', false])
    expect((remake(piece) as (x: number) => number)(10)).toBe(11)
  })

  it('comes from the environment that was attached to the function', () => {
    const fn = capture(evaluate('() => x'), { using: { x: 'own' } })
    const { piece } = ask(fn, { using: { x: 'of the call' } })
    expect([...piece.variables.values()]).toEqual(['own'])
  })

  it.each<[string, unknown]>([
    ['$brine', 1],
    ['$brine_', 2],
    ['a_$brine', 3],
  ])('does not clash with a variable named %s', (name, value) => {
    class Base {}
    const fn = evaluate(`(Base) => class A extends Base { static "${name}"() {} get() { return ${name} } }`)
    const made = fn(Base as never)
    const { piece, inputs } = ask(made, { using: { [name]: value } })
    const copy = remake(piece, inputs) as new () => { get(): unknown }
    expect(new copy().get()).toBe(value)
  })

  it('is the `this`, `arguments` and `new.target` of the place of an arrow', () => {
    const place = evaluate(
      'function () { return [() => this, () => arguments[1], () => new.target, (n) => eval(n)] }',
    )
    const self = {}
    const [that, args, target, scope] = place.apply(self as never, ['a', 'b'] as never[]) as AnyFunction[]
    const environment = { scope: scope as never }
    expect(ask(that, environment).inputs).toEqual({ self })
    expect(ask(args, environment).inputs).toEqual({ args: ['a', 'b'] })
    expect(ask(target, environment).inputs).toEqual({ newTarget: undefined })
    expect(refusal(that)).toBe('CAPTURE_UNRESOLVED this')
  })

  it('is the home of a method that uses super, if an object holds it under its name', () => {
    const home = object(
      '{ m() { return super.m() }, get v() { return super.v }, [Symbol.toPrimitive]() { return super.x } }',
    )
    expect(ask(home.m, {}, home).inputs).toEqual({ home })
    const { get } = Object.getOwnPropertyDescriptor(home, 'v')!
    expect(ask(get, {}, home).inputs).toEqual({ home })
    const { value } = Object.getOwnPropertyDescriptor(home, Symbol.toPrimitive)!
    expect(ask(value, {}, home).inputs).toEqual({ home })
    expect(refusal(home.m)).toBe('CAPTURE_SUPER')
    expect(refusal(home.m, {}, { other: home.m })).toBe('CAPTURE_SUPER')
    expect(refusal(home.m, {}, [home.m])).toBe('CAPTURE_SUPER')
  })

  it.each([
    'function f() {}',
    'function () {}',
    'async function f() {}',
    'function* g() {}',
    'async function* g() {}',
    '(a, b = 1, ...c) => a',
    'async x => x',
    'class A { constructor(a, b) {} static m() {} get v() { return 1 } }',
    'class {}',
    'class extends Object {}',
    '{ m() {} }.m',
    '{ async *m() {} }.m',
    '{ *"a b"() {} }["a b"]',
    '{ [Symbol.iterator]() {} }[Symbol.iterator]',
    'Object.getOwnPropertyDescriptor({ get v() { return 1 } }, "v").get',
    'Object.getOwnPropertyDescriptor({ set ["v"](x) {} }, "v").set',
  ])('implies what its text makes: %s', (text) => {
    const fn = evaluate(text)
    const { piece, implied, impliedPrototype, inputs } = ask(fn)
    let copy = remake(piece, inputs) as AnyFunction | Record<string, unknown>
    if (typeof copy === 'object') {
      const { value, get, set } = Object.getOwnPropertyDescriptor(copy, Reflect.ownKeys(copy)[0]!)!
      copy = (value ?? get ?? set) as AnyFunction
    }
    const made = (target: object): object =>
      Object.fromEntries(
        Reflect.ownKeys(target).flatMap((key) => {
          if (key === 'arguments' || key === 'caller') return []
          const { value, ...rest } = Object.getOwnPropertyDescriptor(target, key)!
          const kinds = [value, rest.get, rest.set].map((each) =>
            typeof each === 'function' || typeof each === 'object' ? typeof each : (each as unknown),
          )
          return [[key, [...kinds, rest.writable, rest.enumerable, rest.configurable]]]
        }),
      )
    const expected = (of: Captured['implied']): object =>
      made(Object.defineProperties({}, Object.fromEntries(of)))
    expect(expected(implied)).toEqual(made(copy))
    const { prototype } = copy as unknown as { prototype?: object }
    expect(impliedPrototype && expected(impliedPrototype)).toEqual(prototype && made(prototype))
  })

  it('lists the private members of instances, but not the static ones', () => {
    const target = evaluate('class A { #a; #b() {} static #c; get #d() { return 1 } }')
    expect(ask(target).privateState).toEqual(['#a', '#b', '#d'])
  })

  it('is null as the parent of a class whose heritage constructs nothing', () => {
    class Base {}
    for (const parent of [null, {}, () => 1]) {
      const target = class extends Base {}
      Object.setPrototypeOf(target, parent)
      expect(ask(target, { using: { Base } }).inputs).toEqual({ parent: null })
    }
    expect(ask(class extends Base {}).inputs).toEqual({ parent: Base })
  })
})

describe('code that is not strict', () => {
  const isStrict = (fn: AnyFunction): boolean => {
    const copy = remake(ask(fn).piece) as (this: unknown) => unknown
    return copy.call(undefined) === undefined
  }

  it('stays so where the engine shows it', () => {
    expect(isStrict(evaluate('function () { return this }'))).toBe(false)
    expect(isStrict(evaluate('function () { "use strict"; return this }'))).toBe(true)
    expect(
      isStrict(function (this: unknown) {
        return this
      }),
    ).toBe(true)
  })

  it('stays so where the text allows nothing else', () => {
    const fn = evaluate('(o) => { with (o) { return x } }')
    expect((remake(ask(fn, { using: { x: 1 } }).piece) as (o: object) => unknown)({ x: 5 })).toBe(5)
  })
})

describe('what is refused', () => {
  class Secret {
    #n = 1
    get = (): number => this.#n
    static isSecret = (value: object): boolean => #n in value
  }

  it.each<[string, unknown, string, Environment?]>([
    ['a free variable', evaluate('() => nowhere'), 'CAPTURE_UNRESOLVED nowhere'],
    ['a free variable in a nested function', evaluate('() => () => nowhere'), 'CAPTURE_UNRESOLVED nowhere'],
    ['an assignment to nowhere', evaluate('() => { nowhere = 1 }'), 'CAPTURE_UNRESOLVED nowhere'],
    ['nothing behind a typeof guard', evaluate('() => typeof nowhere === "object" && nowhere.x'), 'captured'],
    ['direct eval', evaluate('(s) => eval(s)'), 'CAPTURE_EVAL'],
    ['direct eval in a nested function', evaluate('() => (s) => { eval(s) }'), 'CAPTURE_EVAL'],
    ['no indirect eval', evaluate('(s) => (0, eval)(s) + eval?.(s)'), 'captured'],
    ['a relative import', evaluate("() => import('./x.js')"), "CAPTURE_IMPORT import('./x.js')"],
    ['a bare import', evaluate('() => import("lodash")'), 'CAPTURE_IMPORT import("lodash")'],
    [
      'a commented import',
      evaluate("() => import(/* @vite-ignore */ '../x.js')"),
      "CAPTURE_IMPORT import(/* @vite-ignore */ '../x.js')",
    ],
    ['a relative template', evaluate('(n) => import(`./${n}.js`)'), 'CAPTURE_IMPORT import(`./${n}.js`)'],
    ['no import of a URL', evaluate('() => import("https://example.org/x.js")'), 'captured'],
    ['no import of what an expression says', evaluate('(u) => import(u) || import(`${u}/x.js`)'), 'captured'],
    ['super in an arrow', object('{ m() { return () => super.x } }').m!(), 'CAPTURE_SUPER'],
    [
      'super() in an arrow',
      evaluate('new (class extends Object { constructor() { let f; f = () => super(); f(); return f } })'),
      'CAPTURE_SUPER',
    ],
    ['a private field outside its class', new Secret().get, 'CAPTURE_PRIVATE #n'],
    ['a private check outside its class', Secret.isSecret, 'CAPTURE_PRIVATE #n'],
    [
      'a private method',
      evaluate(
        'class { async *#p() {} static get(o) { return o.#p } static { this.o = this.get(new this) } }.o',
      ),
      'CAPTURE_PRIVATE #p',
    ],
    ['no method that is merely called so', object('{ "#app"() {} }')['#app'], 'captured'],
    ['a native function', [].values().next, 'CAPTURE_NATIVE next'],
    ['a bound function', (0, eval)('(function f() {})').bind(null), 'CAPTURE_BOUND bound f'],
    [
      'a dead zone',
      evaluate('() => late'),
      'CAPTURE_DEAD_ZONE late',
      { scope: evaluate('(() => { const s = (n) => eval(n); return [s]; let late })()[0]') as never },
    ],
    [
      'the parameter of scope',
      evaluate('() => name'),
      'CAPTURE_SCOPE_NAME name',
      { scope: evaluate('(name) => eval(name)') as never },
    ],
    [
      'new.target of a constructor with its this',
      evaluate('new (function () { return [() => [this, new.target], (n) => eval(n)] })')[0 as never],
      'CAPTURE_UNRESOLVED new.target',
      { using: { this: {}, 'new.target': class {} } },
    ],
  ])('%s', (_, fn, expected, environment) => expect(refusal(fn, environment)).toBe(expected))

  it('is not what has run already', () => {
    const target = evaluate(
      'class A { static a = [(s) => eval(s)].length; static b = () => import("./x.js"); static #p = 1 }',
    )
    expect(refusal(target)).toBe('captured')
  })

  it('shows where', () => {
    const fn = evaluate('() => {\n  const a = 1\n  return a + nowhere\n}')
    expect(() => ask(fn)).toThrow(
      expect.objectContaining({
        frame: expect.stringContaining('> 3 |   return a + nowhere\n    |              ^^^^^^^') as string,
      }),
    )
  })

  it('is a text that does not parse', () => {
    vi.mocked(analysis.analyseFunction).mockImplementationOnce(() => {
      throw new SyntaxError('new syntax')
    })
    expect(refusal(evaluate('() => "never seen before"'))).toBe('CAPTURE_SYNTAX SyntaxError: new syntax')
  })
})

vi.mock('../syntax/analyse.ts', async (load) => {
  const real = await load<typeof analysis>()
  return { ...real, analyseFunction: vi.fn<typeof real.analyseFunction>(real.analyseFunction) }
})

describe('the analysis of a text', () => {
  it('is made once, until two thousand others have followed', () => {
    const analysed = vi.mocked(analysis.analyseFunction)
    const first = evaluate('() => "first"')
    analysed.mockClear()
    ask(first)
    ask(first)
    ask(evaluate('() => "first"'))
    expect(analysed).toHaveBeenCalledTimes(1)
    for (let at = 0; at < 2_000; at++) ask(evaluate(`() => ${at}`))
    analysed.mockClear()
    ask(evaluate('() => 1999'))
    expect(analysed).toHaveBeenCalledTimes(0)
    ask(first)
    expect(analysed).toHaveBeenCalledTimes(1)
  })
})
