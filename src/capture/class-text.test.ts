// What becomes of the text of a class: edited text, inputs, eager variables, implied members.
import { describe, expect, it } from 'vitest'
import { analyseFunction } from '../syntax/analyse.ts'
import type { AnyFunction } from '../realm/registry.ts'
import { classText } from './class-text.ts'
import type { ClassText } from './class-text.ts'

/** Evaluates an expression as a script, with variables; no tool changes the text. */
const evaluate = (expression: string, using: Record<string, unknown> = {}): AnyFunction =>
  (new Function(...Object.keys(using), `return (${expression})`) as AnyFunction)(
    ...(Object.values(using) as never[]),
  ) as AnyFunction

function edit(target: AnyFunction): ClassText {
  return classText(target, analyseFunction(Function.prototype.toString.call(target)), '$in')
}

interface Case {
  readonly source: string
  readonly using?: Record<string, unknown>
  readonly text?: string
  readonly keys?: readonly PropertyKey[]
  readonly free?: readonly string[]
  readonly eager?: readonly string[]
}

const symbol = Symbol('s')
class Base {
  inherited(): string {
    return 'base'
  }
}

const cases: Record<string, Case> = {
  'nothing to edit': {
    source: 'class A { m() { return k } }',
    text: 'class A { m() { return k } }',
    free: ['k'],
  },
  heritage: {
    source: 'class A extends Base { m() {} }',
    using: { Base },
    text: 'class A extends ($in.parent) { m() {} }',
  },
  'heritage without a space, as minifiers write it': {
    source: 'class A extends(0,o.Base){}',
    using: { o: { Base } },
    text: 'class A extends($in.parent){}',
  },
  'heritage in brackets': {
    source: 'class A extends[Base][0]{}',
    using: { Base },
    text: 'class A extends($in.parent){}',
  },
  'a class as heritage': {
    source: 'class A extends class B { b() {} } { a() {} }',
    text: 'class A extends ($in.parent) { a() {} }',
  },
  'extends null': { source: 'class A extends null { m() {} }', text: 'class A extends null { m() {} }' },
  'static fields and blocks that have run': {
    source: 'class A { static x = helper(); static { helper() }\nm() {} }',
    using: { helper: () => 1 },
    text: 'class A { ; ;\nm() {} }',
    free: [],
  },
  'a static field that ends the line before it': {
    source: 'class A { a = 1\nstatic x = 2;\n*gen() {} }',
    text: 'class A { a = 1\n;\n*gen() {} }',
  },
  'private statics, which come anew, and what was computed from them': {
    source:
      'class A { static #n = seed; static n = A.#n * 2; static other = seed; static get() { return A.#n } }',
    using: { seed: 21 },
    text: 'class A { static #n = seed; ; ; static get() { return A.#n } }',
    free: ['seed'],
    eager: ['seed'],
  },
  'a static block that needs private statics': {
    source: 'class A { static #m = new Map; static { A.#m.set(k, 1) } static has(x) { return A.#m.has(x) } }',
    using: { k: 'k' },
    eager: ['Map', 'k'],
  },
  'a static block that needs private instance members alone': {
    source: 'class A { #x = k; static { keep((a) => a.#x) } x() { return this.#x } }',
    using: { keep: () => {} },
    text: 'class A { #x = k; ; x() { return this.#x } }',
    free: ['k'],
    eager: [],
  },
  'computed keys of methods': {
    source: 'class A { [k + 1]() {} static [s]() {} get [k + 2]() { return 1 } set [k + 2](v) {} }',
    using: { k: 'k', s: symbol },
    text: 'class A { [$in.keys[0]]() {} static [$in.keys[1]]() {} get [$in.keys[2]]() { return 1 } set [$in.keys[3]](v) {} }',
    keys: ['k1', symbol, 'k2', 'k2'],
    free: [],
  },
  'computed keys that count, with one text': {
    source: 'class A { [ks.shift()]() {} [ks.shift()]() {} }',
    using: { ks: ['a', 'b'] },
    keys: ['a', 'b'],
    free: [],
  },
  'computed keys of fields, which come anew': {
    source: 'class A { [k] = v }',
    using: { k: 'k', v: 1 },
    text: 'class A { [k] = v }',
    free: ['k', 'v'],
    eager: ['k'],
  },
  'a variable used both in what has run and in what has not': {
    source: 'class A { static x = k; m() { return k } }',
    using: { k: 1 },
    free: ['k'],
    eager: [],
  },
  'members named like the language': {
    source:
      "class A { static static() {} get get() { return 1 } set() {} async async() {} 'a b'() {} 1e3() {} static async *[s]() {} '__proto__'() {} static name() {} static length() {} }",
    using: { s: symbol },
  },
  'two members of one key': {
    source: 'class A { m() { return 1 } m() { return 2 } get n() { return 1 } n() {} }',
  },
  'an anonymous class': { source: 'class { m() {} }' },
}

describe.each(Object.entries(cases))('%s', (_, { source, using, ...expected }) => {
  const target = evaluate(source, using)
  const found = edit(target)

  it('is edited', () => {
    if (expected.text !== undefined) expect(found.text).toBe(expected.text)
    if (expected.keys) expect(found.keys).toEqual(expected.keys)
    if (expected.free) expect(found.free.map(({ name }) => name)).toEqual(expected.free)
    if (expected.eager) expect(found.eager).toEqual(expected.eager)
  })

  it('parses, and makes a class of the same members', () => {
    const parent = Object.getPrototypeOf(target) as object
    const copy = evaluate(found.text, { seed: 21, k: 'k', v: 1, ...using, $in: { parent, keys: found.keys } })
    const shape = (owner: object): unknown =>
      Reflect.ownKeys(owner).map((key) => {
        const property = Object.getOwnPropertyDescriptor(owner, key)!
        const texts = [property.value, property.get, property.set].map((each) =>
          // A computed key is part of a method's text.
          typeof each === 'function' && each !== target && each !== copy
            ? String(each).replace(/\[[^\]]*\]+/, '')
            : undefined,
        )
        return [key, property.enumerable, texts]
      })
    const prototype = (of: AnyFunction): object => (of as unknown as { prototype: object }).prototype
    expect(shape(prototype(copy))).toEqual(shape(prototype(target)))
    const ran = new Set(Reflect.ownKeys(target).filter((key) => !Object.hasOwn(copy, key)))
    // What has run already travels as properties.
    expect(Reflect.ownKeys(target).filter((key) => !ran.has(key))).toEqual(Reflect.ownKeys(copy))
    for (const key of ran) expect(found.implied.has(key)).toBe(false)
  })

  it('implies what evaluating the text makes, and no more', () => {
    const copy = evaluate(found.text, {
      seed: 21,
      k: 'k',
      v: 1,
      ...using,
      $in: { parent: Object.getPrototypeOf(target), keys: found.keys },
    })
    const made = Object.keys(Object.getOwnPropertyDescriptors(copy))
    expect([...found.implied.keys()].filter((key) => typeof key === 'string').sort()).toEqual(made.sort())
  })
})

describe('a member that is no longer what it was', () => {
  const change = (
    source: string,
    then: (target: { prototype: Record<string, unknown> }) => void,
  ): ClassText => {
    const target = evaluate(source)
    then(target)
    return edit(target)
  }

  it('is implied as something else, so that the difference travels', () => {
    const replaced = change('class A { m() {} }', ({ prototype }) => {
      prototype.m = () => 2
    })
    expect(replaced.impliedPrototype.get('m')).toEqual({})
    const deleted = change('class A { m() {} }', ({ prototype }) => {
      delete prototype.m
    })
    expect(deleted.impliedPrototype.get('m')).toEqual({})
  })

  it('has a key of its own where nobody knows which it was', () => {
    const { keys, impliedPrototype } = change('class A { ["m" + 1]() {} }', ({ prototype }) => {
      delete prototype.m1
    })
    expect(keys).toHaveLength(1)
    expect(typeof keys[0]).toBe('symbol')
    expect(impliedPrototype.get(keys[0]!)).toEqual({})
  })

  it('keeps the other half of an accessor', () => {
    const { impliedPrototype } = change('class A { get v() { return 1 } set v(x) {} }', ({ prototype }) => {
      Object.defineProperty(prototype, 'v', { set: () => {} })
    })
    const { get, set } = impliedPrototype.get('v')!
    expect(String(get)).toBe('get v() { return 1 }')
    expect(set).toBeUndefined()
  })

  it('is implied where another class gave a method of the same text', () => {
    const donor = evaluate('class B { m() { return 1 } }') as unknown as { prototype: { m: unknown } }
    const { impliedPrototype } = change('class A { m() { return 1 } }', ({ prototype }) => {
      prototype.m = donor.prototype.m
    })
    expect(impliedPrototype.get('m')!.value).toBe(donor.prototype.m)
  })
})
