// Registered types: what registration checks, and how instances are written.
import { beforeEach, describe, expect, it } from 'vitest'
import { sourceCarrier } from '../capture/source.ts'
import { BrineError } from '../errors/brine-error.ts'
import { realm } from '../realm/registry.ts'
import { registerType } from './register-type.ts'
import { writePayload } from './write.ts'

class Money {
  #cents: number
  constructor(cents: number) {
    this.#cents = cents
  }
  get cents(): number {
    return this.#cents
  }
}
class Price extends Money {}

const codec = {
  name: 'test/Money',
  encode: (money: Money) => money.cents,
  decode: (cents: number) => new Money(cents),
}
const heap = (value: unknown): readonly object[] =>
  writePayload(value, { carriers: [sourceCarrier], action: 'serialize' }).data.heap

beforeEach(() => {
  realm().types.clear()
  realm().typesByPrototype.delete(Money.prototype)
})

describe('registerType', () => {
  it.each<[argument: string, constructor: unknown, options: unknown]>([
    ['the class', {}, codec],
    ['the class', undefined, codec],
    ['options', Money, undefined],
    ['options', Money, null],
    ['name', Money, { ...codec, name: '' }],
    ['name', Money, { ...codec, name: 1 }],
    ['encode', Money, { ...codec, encode: 'x' }],
    ['decode', Money, { ...codec, decode: undefined }],
  ])('refuses %s that is none', (argument, constructor, options) => {
    expect(() => registerType(constructor as never, options as never)).toThrow(
      `Cannot register the type as ${argument} is not a`,
    )
    expect(realm().types.size).toBe(0)
  })

  it('takes a class again, with another codec, but no other class of that name', () => {
    registerType(Money, codec)
    registerType(Money, { ...codec, encode: () => 7 })
    expect(heap(new Money(1))).toMatchObject([{ state: 7 }])
    expect(() => registerType(Price, codec)).toThrow(BrineError)
    expect(realm().types.get('test/Money')!.constructor).toBe(Money)
  })
})

describe('an instance', () => {
  it('is written as its state', () => {
    registerType(Money, codec)
    const money = new Money(5)
    expect(heap([money, money])).toEqual([
      { kind: 'array', length: 2, items: [[1], [1]] },
      { kind: 'typed', name: 'test/Money', state: 5 },
    ])
  })

  it('of a state with parts shares them with all else', () => {
    const state = { shared: Symbol('s') }
    registerType(Money, { ...codec, encode: () => state, decode: () => new Money(0) })
    expect(heap([state, new Money(1)])).toMatchObject([
      { items: [[1], [3]] },
      { kind: 'object', props: [['shared', [2]]] },
      { kind: 'symbol' },
      { kind: 'typed', state: [1] },
    ])
  })

  it('brings its type along if it has an environment', () => {
    registerType(Money, { ...codec, using: { Money } })
    const [typed, ...others] = heap(new Money(5)) as { type: Record<string, [number]> }[]
    expect(Object.keys(typed!.type)).toEqual(['constructor', 'encode', 'decode'])
    const named = Object.values(typed!.type).map(
      ([index]) => (others[index - 1] as unknown as { name: string }).name,
    )
    expect(named).toEqual(['Money', 'encode', 'decode'])
  })

  it('of a subclass is not meant', () => {
    registerType(Money, codec)
    expect(() => heap(new Price(1))).toThrow("is an instance of 'Money' with the private state #cents")
  })

  it('whose encode throws is named, with the reason', () => {
    registerType(Money, {
      ...codec,
      encode: () => {
        throw new RangeError('too rich')
      },
    })
    expect(() => heap({ a: [new Money(1)] })).toThrow(
      "property '0' (at .a[0]) is of the registered type 'test/Money', whose codec threw: RangeError: too rich",
    )
  })

  it('whose state cannot travel is named by the path into the state', () => {
    registerType(Money, { ...codec, encode: () => ({ lock: new WeakSet() }) as never })
    expect(() => heap([new Money(1)])).toThrow('(at [0].<state>.lock) is a WeakSet')
  })
})
