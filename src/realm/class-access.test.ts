// Private names and `super` of a class, used outside of it: as the plugin writes it, and with what lies about it.
import { describe, expect, it } from 'vitest'
import { realm } from './registry.ts'
import { handOut, privateName, superOf } from './sites.ts'

const privateNames = (): typeof Price => {
  return Price
}

class Price {
  #rate: unknown = 2
  #plus(n: number): number {
    return (this.#rate as number) + n
  }
  get #only(): string {
    return 'only'
  }
  set #sink(v: unknown) {
    this.#rate = v
  }
  static {
    handOut(this as never, {
      '#rate': [
        (o) => #rate in o,
        (o) => (o as Price).#rate,
        (o, v) => {
          ;(o as Price).#rate = v
        },
      ],
      '#plus': [(o) => #plus in o, (o) => (o as Price).#plus],
      '#only': [(o) => #only in o, (o) => (o as Price).#only],
      '#sink': [
        (o) => #sink in o,
        0,
        (o, v) => {
          ;(o as Price).#sink = v
        },
      ],
    })
  }
}
const nameOf = (name: string) => privateName(privateNames, name)

describe('privateName', () => {
  it('reads, writes, calls and asks as code inside of the class does', () => {
    const price = new Price()
    const rate = nameOf('#rate')
    rate(price).v = 3
    expect((rate(price).v as number)++).toBe(3)
    expect((nameOf('#plus')(price).m as (n: number) => number)(1)).toBe(5)
    nameOf('#sink')(price).v = 9
    expect([rate(price).v, nameOf('#only')(price).v]).toEqual([9, 'only'])
    expect([rate.has(price), rate.has({})]).toEqual([true, false])
    expect([rate.maybe(undefined), rate.maybe(null), rate.maybe(price)?.v]).toEqual([undefined, undefined, 9])
  })

  it('fails with a TypeError where code inside of the class does', () => {
    const price = new Price()
    expect(() => nameOf('#rate')({}).v).toThrow(TypeError)
    expect(() => nameOf('#rate')(null).v).toThrow(TypeError)
    expect(() => nameOf('#rate').has(1 as never)).toThrow(TypeError)
    expect(() => nameOf('#sink')(price).v).toThrow("Cannot read or write '#sink'")
    expect(() => {
      nameOf('#plus')(price).v = 1
    }).toThrow("Cannot read or write '#plus'")
    expect(() => (nameOf('#rate')(price).m as () => void)()).toThrow(TypeError)
  })

  it('looks for the class when it is used, and again when it is another one', () => {
    let of: unknown
    const rate = privateName(() => of, '#rate')
    expect(() => rate(new Price()).v).toThrow(expect.objectContaining({ code: 'PAYLOAD_MALFORMED' }))
    of = Price
    expect(rate(new Price()).v).toBe(2)
    of = class {}
    expect(() => rate(new Price()).v).toThrow(expect.objectContaining({ code: 'PAYLOAD_MALFORMED' }))
  })

  it.each([[undefined], [null], [1], [{}], [class Other {}], [Price.prototype]])(
    'refuses %o in the place of the class, by name',
    (stranger) => {
      expect(() => privateName(() => stranger, '#rate')(new Price()).v).toThrow("the class of '#rate'")
    },
  )

  it('finds the names alone that were handed out', () => {
    for (const name of ['#other', 'toString', '__proto__', 'constructor'])
      expect(() => nameOf(name)(new Price()).v).toThrow(
        expect.objectContaining({ code: 'PAYLOAD_MALFORMED' }),
      )
  })
})

describe('handOut', () => {
  it('gives a class the name that its place gives, unless a static member is called so', () => {
    const Plain = class Given {}
    handOut(Plain as never, {}, 'Named')
    expect(Object.getOwnPropertyDescriptor(Plain, 'name')).toEqual({
      value: 'Named',
      writable: false,
      enumerable: false,
      configurable: true,
    })
    const Own = class Given {
      static name(): string {
        return 'own'
      }
    }
    handOut(Own as never, {}, 'Named')
    expect(Own.name()).toBe('own')
    expect(realm().privateNames.has(Own)).toBe(true)
  })
})

describe('superOf', () => {
  it('looks into the prototype that the home has now, on behalf of the receiver', () => {
    const home = Object.create({
      get who() {
        return this
      },
      set put(v: unknown) {
        ;(this as { last?: unknown }).last = v
      },
    }) as object
    const look = superOf(() => home)
    const receiver: { last?: unknown } = {}
    expect(Reflect.get(look, 'who', receiver)).toBe(receiver)
    expect(Reflect.set(look, 'put', 1, receiver)).toBe(true)
    expect(receiver.last).toBe(1)
    Object.setPrototypeOf(home, { who: 'changed' })
    expect(Reflect.get(look, 'who', receiver)).toBe('changed')
    Object.setPrototypeOf(home, null)
    expect(() => Reflect.get(look, 'who', receiver) as unknown).toThrow(TypeError)
  })
})
