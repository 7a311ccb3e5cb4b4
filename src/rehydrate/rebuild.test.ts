// Payloads become values again: classes once, scopes shared, registered types whole, and code only where allowed.
import { runInNewContext } from 'node:vm'
import { beforeEach, describe, expect, it } from 'vitest'
import { rebuiltCarrier } from '../capture/rebuilt.ts'
import { sourceCarrier } from '../capture/source.ts'
import type { PayloadData } from '../payload/types.ts'
import { bind } from '../realm/bind.ts'
import { realm } from '../realm/registry.ts'
import type { AnyFunction } from '../realm/registry.ts'
import { registerType } from '../serialize/register-type.ts'
import { writePayload } from '../serialize/write.ts'
import { readPayload } from './read.ts'

type Using = Record<string, unknown>
type Loose = any // oxlint-disable-line typescript/no-explicit-any -- rebuilt values are looked into at will

const carriers = [rebuiltCarrier, sourceCarrier]
const write = (value: unknown, using: Using = {}): PayloadData =>
  structuredClone(writePayload(value, { carriers, action: 'serialize', environment: { using } }).data)
const read = async (data: PayloadData): Promise<Loose> => (await readPayload(data, { code: 'allow' })).value

/** A payload as another realm sees it, or the same realm after a reload: it knows none of the classes. */
function elsewhere(data: PayloadData, realmName = `realm-${Math.random()}`): PayloadData {
  for (const node of data.heap as unknown as { id?: string }[])
    if (node.id) node.id = `${realmName}/${node.id}`
  return data
}
/** To another realm, `hops` times. */
async function travel(value: unknown, using: Using = {}, hops = 1): Promise<Loose> {
  let copy = await read(elsewhere(write(value, using)))
  for (let hop = 1; hop < hops; hop++) copy = await read(elsewhere(write(copy)))
  return copy
}
/** Evaluated as a script: no tool changes its text. */
const evaluate = (text: string, ...args: unknown[]): Loose => {
  const made = (0, eval)(`(${text})`) as AnyFunction
  return args.length > 0 ? made(...(args as never[])) : made
}

describe('a class', () => {
  it('that was made here comes back as itself, untouched', async () => {
    class Home {
      static state = 1
      static list = [1]
    }
    const data = write([Home, new Home(), Home.prototype])
    Home.state = 2
    const [target, instance, prototype] = await read(data)
    expect(target).toBe(Home)
    expect(instance).toBeInstanceOf(Home)
    expect(prototype).toBe(Home.prototype)
    expect(Home.state).toBe(2)
  })

  it('that comes twice is one class, with the state and the variables of the second time', async () => {
    const target = evaluate('class A { static n = 1; static rate() { return rate } }')
    const first = await read(elsewhere(write(target, { rate: 1 }), 'twice'))
    const instance = new first()
    Object.assign(target, { n: 2, later: 3 })
    const second = await read(elsewhere(write(target, { rate: 2 }), 'twice'))
    expect(second).toBe(first)
    expect(instance).toBeInstanceOf(second)
    expect([second.n, second.later, second.rate()]).toEqual([2, 3, 2])
  })

  it('that is frozen comes twice', async () => {
    const target = Object.freeze(evaluate('class A { static n = 1; m() {} }'))
    Object.freeze(target.prototype)
    const first = await read(elsewhere(write(target), 'frozen'))
    expect(await read(elsewhere(write(target), 'frozen'))).toBe(first)
    expect([Object.isFrozen(first), Object.isFrozen(first.prototype)]).toEqual([true, true])
  })

  it('that comes again among other functions does not lend them its makers', async () => {
    const parts = evaluate(
      '(() => { class C { static add() { return ++n } }; return [C, () => ++n, () => (n += 10)] })()',
    )
    const [target, one, ten] = parts as [Loose, AnyFunction, AnyFunction]
    const [first] = await read(elsewhere(write([target, one], { n: 0 }), 'unit'))
    const [copy, second] = await read(elsewhere(write([ten, target], { n: 100 }), 'unit'))
    expect(second).toBe(first)
    expect(copy()).toBe(110)
    // The class took the new value as well, though it stays in the scope of its first coming.
    expect(second.add()).toBe(101)
  })

  it('that comes again with the same functions shares its scope with them', async () => {
    const [target, get] = evaluate('[class C { static add() { return ++n } }, () => n]')
    await read(elsewhere(write([target, get], { n: 0 }), 'same unit'))
    const [again, copy] = await read(elsewhere(write([target, get], { n: 5 }), 'same unit'))
    again.add()
    expect(copy()).toBe(6)
  })

  it('with a chain of classes above it keeps it', async () => {
    class Base {
      who(): string {
        return 'base'
      }
    }
    class Middle extends Base {
      static made = 0
      override who(): string {
        return `middle ${super.who()}`
      }
    }
    class Leaf extends Middle {}
    const [leaf, base] = await travel([Leaf, Base], {}, 2)
    expect(Object.getPrototypeOf(Object.getPrototypeOf(leaf))).toBe(base)
    expect(new leaf().who()).toBe('middle base')
    expect(Object.hasOwn(leaf, 'made')).toBe(false)
    expect(leaf.made).toBe(0)
  })

  class Parent {}
  it.each<[string, text: string, look: (target: Loose) => unknown, unknown, Using?]>([
    [
      'a static field that holds the class',
      'class A { static all = [A]; static Sub = class extends A {} }',
      (A) => [A.all[0] === A, new A.Sub() instanceof A],
      [true, true],
    ],
    [
      'methods under symbols',
      'class A { static [Symbol.hasInstance](x) { return x.n === 5 } *[Symbol.iterator]() { yield 1 } }',
      (A) => [{ n: 5 } instanceof A, ...new A()],
      [true, 1],
    ],
    [
      'an async generator method',
      'class A { async *g() { yield 1 } }',
      (A) => Object.prototype.toString.call(new A().g()),
      '[object AsyncGenerator]',
    ],
    ['a method called name', 'class A { static name() { return 1 } }', (A) => A.name(), 1],
    ['heritage without a space', 'class A extends(0,Parent){}', (A) => typeof new A(), 'object', { Parent }],
    [
      'no heritage',
      'class A extends null { static x() { return 1 } }',
      (A) => [A.x(), Object.getPrototypeOf(A.prototype)],
      [1, null],
    ],
    [
      'computed field keys',
      'class A { [k] = 5; static [k] = 6 }',
      (A) => [new A().key, A.key],
      [5, 6],
      { k: 'key' },
    ],
    [
      'private statics, whose values come anew',
      'class A { static #n = seed * 2; static n() { return ++A.#n } }',
      (A) => A.n(),
      43,
      { seed: 21 },
    ],
  ])('with %s, over two hops', async (_, text, look, expected, using = {}) => {
    const make = new Function(...Object.keys(using), `return ${text}`)
    const target: unknown = make(...Object.values(using))
    expect(look(await travel(target, using, 2))).toEqual(expected)
  })

  it('whose members were replaced and deleted has the new ones', async () => {
    const target = evaluate(
      'class A { a() { return 1 } b() { return 1 } get v() { return 1 } set v(x) { this.x = x } static s() {} }',
    )
    const { a } = target.prototype as { a: AnyFunction }
    target.prototype.a = evaluate('function () { return orig.call(this) + 1 }')
    delete target.prototype.b
    delete target.s
    Object.defineProperty(target.prototype, 'v', { get: evaluate('function () { return 2 }') })
    const copy = await travel(target, { orig: a }, 2)
    const instance = new copy()
    instance.v = 7
    expect([instance.a(), instance.v, instance.x, 'b' in instance, 's' in copy]).toEqual([
      2,
      2,
      7,
      false,
      false,
    ])
  })

  it('made by a function whose prototype was replaced', async () => {
    const [Base, Leaf] = evaluate(
      '(() => { function Base() { this.b = 1 } Base.prototype = { hi() { return "hi" } }; return [Base, class extends Base {}] })()',
    )
    const [base, leaf] = await travel([Base, Leaf], {}, 2)
    const instance = new leaf()
    expect([instance.b, instance.hi(), instance instanceof base]).toEqual([1, 'hi', true])
  })
})

describe('classes that read variables while they are defined', () => {
  const texts = {
    'private static': 'class A { static #n = helper(2); static n() { return A.#n } }',
    'static block':
      'class A { static #m = new Map(); static { A.#m.set("n", helper(2)) } static n() { return A.#m.get("n") } }',
  }
  it.each(Object.entries(texts))('have them, and what they call has its own: %s', async (_, text) => {
    const made = evaluate(`(base) => { const helper = (x) => x * base; return [${text}, helper] }`, 21)
    const using = { helper: made[1], base: 21 }
    for (const hops of [1, 2, 3]) expect((await travel(made[0], using, hops)).n(), `${hops} hops`).toBe(42)
  })

  it('may lead back to themselves', async () => {
    const [A, B] = evaluate(`(() => {
      class B { static of() { return typeof A } made = 1 }
      class A { static #b = new B(); static b() { return A.#b.made } static again() { return B.of() } }
      return [A, B]
    })()`)
    const using: Using = { A, B, list: [A] }
    const copy = await travel(A, using)
    // Defining A makes a B, whose own variables hold A: they have it when all is rebuilt.
    expect([copy.b(), copy.again()]).toEqual([1, 'function'])
  })

  it('that fail say so', async () => {
    const [target] = evaluate('(ready) => [class A { static #n = ready.n }]', { n: 1 })
    const data = elsewhere(write(target, { ready: 1 }))
    for (const node of data.heap) if (node.kind === 'scope') Object.assign(node, { env: [null] })
    await expect(read(data)).rejects.toMatchObject({
      code: 'CODE_FAILED',
      cause: expect.any(TypeError) as Error,
    })
  })
})

describe('functions of one scope', () => {
  it('share what they assign, with recursion, over hops', async () => {
    const using = { n: 0, even: undefined as unknown, odd: undefined as unknown }
    const [inc, get, even, odd] = evaluate(
      '[() => ++n, () => n, (k) => k === 0 || odd(k - 1), (k) => k !== 0 && even(k - 1)]',
    )
    Object.assign(using, { even, odd })
    const [inc2, get2, even2] = await travel([inc, get, even], using, 2)
    inc2()
    expect([get2(), even2(10), even2(7)]).toEqual([1, true, false])
  })

  it('send what their variables hold now', async () => {
    const [inc, get] = await travel(evaluate('[() => ++n, () => n]'), { n: 5 })
    inc()
    expect((await travel(get))()).toBe(6)
  })
})

describe('generator functions', () => {
  it.each(['function*', 'async function*'])(
    'keep their prototype, and what hangs there: %s',
    async (keyword) => {
      const generator = evaluate(`${keyword} g() { yield 1 }`)
      generator.prototype.extra = generator
      const [copy, prototype] = await travel([generator, generator.prototype], {}, 2)
      expect(copy.prototype).toBe(prototype)
      expect(copy().extra).toBe(copy)
      expect(copy().next().constructor).toBe(generator().next().constructor)
      expect(Object.hasOwn(prototype, 'constructor')).toBe(false)
    },
  )
})

describe('code of another realm', () => {
  it('becomes code of this one', async () => {
    const foreign: Loose = runInNewContext(`({
      fn: (x) => x + 1,
      Class: class A { m() { return [] } },
      *generator() { yield 1 },
      async later() {},
      old: function () {},
    })`)
    const copy = await travel(foreign)
    expect([copy.fn(1), copy.generator().next().value, await copy.later()]).toEqual([2, 1, undefined])
    for (const key of Object.keys(foreign)) expect(copy[key], key).toBeInstanceOf(Function)
    expect(new copy.Class()).toBeInstanceOf(Object)
    expect(new copy.old()).toBeInstanceOf(Object)
    expect(copy.generator()[Symbol.iterator]).toBe([].values()[Symbol.iterator])
  })
})

describe('methods with super', () => {
  const make = (): Loose =>
    evaluate(
      '{ __proto__: { hi() { return "base" } }, hi() { return `own ${super.hi()}` }, get v() { return super.hi() } }',
    )

  it('find their home, which they share with the object', async () => {
    const copy = await travel(make(), {}, 2)
    expect([copy.hi(), copy.v]).toEqual(['own base', 'base'])
    Object.setPrototypeOf(copy, { hi: () => 'other' })
    expect([copy.hi(), copy.v]).toEqual(['own other', 'other'])
  })

  it('may be met before their object', async () => {
    const copy = await travel(make())
    const [method, object] = await travel([copy.hi, copy])
    expect(method).toBe(object.hi)
    expect(method.call(object)).toBe('own base')
  })
})

describe('bound functions', () => {
  it('keep target, `this`, arguments, name and length', async () => {
    const sum = evaluate('function sum(a, b, c) { return [this.t, a, b, c].join() }')
    const copy = await travel(
      bind(bind(sum, { t: 0 } as never, 1 as never), null as never, 2 as never),
      {},
      2,
    )
    expect([copy(3), copy.name, copy.length]).toEqual(['0,1,2,3', 'bound bound sum', 1])
  })

  it('in a chain beyond the limit are refused', async () => {
    let chain = evaluate('() => 1') as AnyFunction
    for (let at = 0; at < 10; at++) chain = bind(chain, null as never)
    const data = write(chain)
    await expect(readPayload(data, { code: 'allow', limits: { nesting: 11 } })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    })
    await expect(readPayload(data, { code: 'allow', limits: { nesting: 12 } })).resolves.toBeDefined()
  })
})

describe('instances of registered types', () => {
  class Box {
    #held: unknown
    constructor(held: unknown) {
      this.#held = held
    }
    get held(): Loose {
      return this.#held
    }
    set held(value: unknown) {
      this.#held = value
    }
  }
  beforeEach(() => {
    registerType(Box, {
      name: 'rebuild/Box',
      encode: (box) => ({ held: box.held as unknown }),
      decode: (state) => new Box(state.held),
    })
  })

  it('are shared, nested, and share what they hold', async () => {
    const data = { d: Symbol('s') }
    const inner = new Box(data)
    const [one, two, copy] = await travel([new Box([inner]), inner, data])
    expect(one.held[0]).toBe(two)
    expect(two.held).toBe(copy)
  })

  it('come with their state whole: frozen parts, closures, instances with prototypes', async () => {
    const [Held, fn] = evaluate(
      '(() => { class Held { v = 1; get got() { return this.v } }; return [Held, () => k] })()',
    )
    const seen: unknown[] = []
    registerType(Box, {
      name: 'rebuild/Box',
      encode: (box): Loose => box.held,
      decode: (state) => {
        seen.push(Object.isFrozen(state), state.fn(), state.held.got)
        return new Box(state)
      },
    })
    await travel(new Box(Object.freeze({ fn, held: new Held() })), { k: { deep: 1 }, Held })
    expect(seen).toEqual([true, { deep: 1 }, 1])
  })

  it('that are part of their own state are refused, through data of any kind', async () => {
    for (const wrap of [
      (box: Box) => box,
      (box: Box) => [{ box }],
      (box: Box) => new Map([[1, new Set([box])]]),
    ]) {
      const box = new Box(0)
      box.held = wrap(box)
      await expect(travel(box)).rejects.toMatchObject({
        code: 'VALUE_ENCODE',
        message: expect.stringContaining('holds the instance itself') as string,
      })
    }
    const [one, two] = [new Box(0), new Box(0)]
    one.held = two
    two.held = { one }
    await expect(travel(one)).rejects.toMatchObject({ code: 'VALUE_ENCODE' })
  })

  it('may be what a closure in their state captured', async () => {
    const using: Using = {}
    using.box = new Box(evaluate('() => box'))
    const copy = await travel(using.box, using)
    expect(copy.held()).toBe(copy)
  })

  it('are refused beyond the limit of nesting', async () => {
    let box = new Box(0)
    for (let at = 0; at < 20; at++) box = new Box([box])
    const data = write(box)
    await expect(readPayload(data, { limits: { nesting: 21 } })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    })
    await expect(readPayload(data, { limits: { nesting: 22 } })).resolves.toBeDefined()
  })

  it('bring their type along, whose class may hold instances', async () => {
    const make = evaluate(`() => class Money {
      #cents
      constructor(cents) { this.#cents = cents }
      get cents() { return this.#cents }
      static ZERO = new Money(0)
    }`)
    const Money = make()
    registerType(Money, {
      name: 'rebuild/Money',
      encode: evaluate('(money) => money.cents'),
      decode: evaluate('(cents) => new Money(cents)'),
      using: { Money },
    })
    const data = elsewhere(write([new Money(4), Money]))
    realm().types.delete('rebuild/Money')
    const [money, Copy] = await read(data)
    expect(money).toBeInstanceOf(Copy)
    expect(Copy).not.toBe(Money)
    expect([money.cents, Copy.ZERO.cents, Copy.ZERO instanceof Copy]).toEqual([4, 0, true])
    // The type is known here now, so that instances can go back.
    expect(write(money).heap[0]).toMatchObject({ kind: 'typed', name: 'rebuild/Money', state: 4 })
  })
})

describe('without leave to run code', () => {
  const deny = async (value: unknown, using?: Using): Promise<Loose> =>
    (await readPayload(write(value, using))).value

  it.each<[string, unknown]>([
    ['a function', evaluate('() => 1')],
    ['a class', class {}],
    ['a getter', Object.defineProperty({}, 'x', { get: evaluate('() => 1'), enumerable: true })],
    ['a bound function', bind(Math.max as never, null as never)],
    ['a global function', { f: Math.max }],
    ['a global object', [Math]],
    ['a prototype that everybody shares', { settings: Object.prototype }],
    ['a prototype in a map', new Map([[Array.prototype, 1]])],
    ['the global object', [globalThis]],
  ])('%s is refused', async (_, value) => {
    await expect(deny(value)).rejects.toMatchObject({ code: 'CODE_NOT_ALLOWED' })
  })

  it.each<[string, () => object]>([
    ['plain data', () => ({ a: [1, new Map([[1, new Date(0)]])] })],
    ['symbols', () => ({ [Symbol.toStringTag]: 'tag', s: Symbol.for('s') })],
    [
      'another prototype',
      () => Object.assign(Object.create(null) as object, { x: Object.create(Array.prototype) as object }),
    ],
    [
      'errors with their class',
      () => Object.assign(new TypeError('m', { cause: new RangeError('c') }), { extra: Object.freeze([1]) }),
    ],
    [
      'cycles, frozen',
      () => {
        const value: Using = { date: Object.assign(new Date(0), { tz: 1 }) }
        value.self = value
        return Object.freeze(value)
      },
    ],
  ])('%s comes through', async (_, make) => {
    expect(await deny(make())).toEqual(make())
  })

  it('errors keep their class', async () => {
    const copy = await deny(new TypeError('m', { cause: new RangeError('c') }))
    expect(copy).toBeInstanceOf(TypeError)
    expect(copy.cause).toBeInstanceOf(RangeError)
  })
})

describe('a root that is a thenable', () => {
  it('comes in a box, and is not called', async () => {
    const thenable = evaluate('{ then() { throw new Error("it was called") } }')
    const { value } = await readPayload(write(thenable), { code: 'allow' })
    expect(typeof (value as Loose).then).toBe('function')
  })
})

describe('a payload', () => {
  it('is taken over, or copied on request', async () => {
    const data = write({ list: [1], fn: evaluate('() => 1') })
    const values = async (copy: boolean): Promise<unknown[]> => {
      const readings = await Promise.all([1, 2].map(() => readPayload(data, { code: 'allow', copy })))
      return readings.map(({ value }) => (value as Loose).list as unknown)
    }
    const [one, two] = await values(true)
    expect(one).not.toBe(two)
    const [three, four] = await values(false)
    expect(three).toBe(four)
  })

  it('of a class that is here needs no text', async () => {
    const target = evaluate('class A { static n = 1 }')
    const strip = (data: PayloadData): PayloadData => ({
      ...data,
      code: data.code.map(({ hash, names }) => ({ hash, names })),
    })
    const bare = strip(elsewhere(write(target), 'stripped'))
    await expect(read(bare)).rejects.toMatchObject({ code: 'PAYLOAD_MALFORMED' })
    const first = await read(elsewhere(write(target), 'stripped'))
    expect(await read(bare)).toBe(first)
  })

  it('of 50,000 levels is rebuilt', async () => {
    let list: object = { end: Symbol.for('end') }
    for (let depth = 0; depth < 50_000; depth++) list = { next: list }
    let at = await read(write(list))
    let depth = 0
    for (; at.next; at = at.next) depth++
    expect([depth, at.end]).toEqual([50_000, Symbol.for('end')])
  })

  it('of instances with data, deeper than structured clone goes, is rebuilt', async () => {
    class Link {
      next: Link | undefined
      data = { v: [1] }
      constructor(next: Link | undefined) {
        this.next = next
      }
    }
    let list: Link | undefined
    for (let depth = 0; depth < 5_000; depth++) list = new Link(list)
    let sum = 0
    for (let at = await travel(list); at; at = at.next) sum += at.data.v[0]
    expect(sum).toBe(5_000)
  })
})
