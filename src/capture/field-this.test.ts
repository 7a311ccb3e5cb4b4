// The `this` of arrow functions that class fields made.
import { describe, expect, it } from 'vitest'
import { fieldThis } from './field-this.ts'

class Base {
  n = 1
  get = () => this.n;
  ['computed1'] = () => this.n + 1
  static all = () => this
  nested = { deep: () => this.n }
}
class Sub extends Base {
  own = async () => this.n
}

const text = (fn: unknown): string => Function.prototype.toString.call(fn)

describe('fieldThis', () => {
  it('is the instance that holds the arrow, also where a class above made it', () => {
    const sub = new Sub()
    for (const key of ['get', 'own', 'computed1'] as const)
      expect(fieldThis(text(sub[key]), sub), key).toBe(sub)
  })

  it('is the class, for static fields', () => {
    expect(fieldThis(text(Base.all), Base)).toBe(Base)
    expect(fieldThis(text(Base.all), Sub)).toBeUndefined()
  })

  it('is not known of other arrows', () => {
    const base = new Base()
    expect(fieldThis('() => this.other', base)).toBeUndefined()
    expect(fieldThis(text(base.nested.deep), base.nested)).toBeUndefined()
    expect(fieldThis(text(base.get), undefined)).toBeUndefined()
    expect(fieldThis(text(base.get), Object.create(null) as object)).toBeUndefined()
    expect(fieldThis(text(base.get), {})).toBeUndefined()
  })

  it('runs nothing of the holder', () => {
    const holder = Object.create(
      Object.create(null, { constructor: { get: () => expect.unreachable() } }),
    ) as object
    expect(fieldThis('() => this.n', holder)).toBeUndefined()
    const liar = Object.assign(function liar() {}, { toString: () => 'class { f = () => this }' })
    expect(fieldThis('() => this', new (liar as never as new () => object)())).toBeUndefined()
  })
})
