// `using` as a function: it names variables as the code around it is now, minified or not.
import { transfer } from 'comlink'
import { describe, expect, it } from 'vitest'
import { capture } from '../capture/environment.ts'
import { writeOutbound } from '../pool/outbound.ts'
import type { AnyFunction, Environment } from '../realm/registry.ts'
import { registerType } from '../serialize/register-type.ts'
import { deserialize, serialize } from './serialize.ts'
import { toModule } from './to-module.ts'

/** Runs code as a script, as a bundle is: no tool changes its text. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what the code gives is known where it is written
const bundle = <Result>(code: string): Result => (0, eval)(`(() => { ${code} })()`) as Result

type Sum = (x: number) => number
type Using = NonNullable<Environment['using']>

async function copyOf<Value>(value: Value, using: Using): Promise<Value> {
  return (await deserialize(serialize(value, { using }), { code: 'allow' })) as Value
}

describe('a function as using', () => {
  it.each([
    [
      'as it was written',
      'const rate = 2, add = (x) => x + rate; return [(x) => add(x) * rate, () => ({ rate, add })]',
    ],
    ['minified', 'const t=2,n=e=>e+t;return[e=>n(e)*t,()=>({rate:t,add:n})]'],
    [
      'minified, with names that are keys',
      'const add=2,rate=e=>e+add;return[e=>rate(e)*add,()=>({rate:add,add:rate})]',
    ],
    ['minified, with a constant', 'const n=e=>e+2;return[e=>2*n(e),()=>({rate:2,add:n})]'],
    [
      'with imports rewritten',
      'const h={d:2,A:e=>e+h.d};return[e=>(0,h.A)(e)*h.d,()=>({rate:h.d,add:(0,h.A)})]',
    ],
    [
      'with code of ES5',
      'var t=2,n=function(e){return e+t};return[function(e){return n(e)*t},function(){return{rate:t,add:n}}]',
    ],
  ])('%s', async (_, code) => {
    const [fn, using] = bundle<[Sum, () => Record<string, unknown>]>(code)
    const copy = await copyOf(fn, using)
    expect([copy(3), fn(3)]).toEqual([10, 10])
  })

  it('is one scope within a payload, and reads the values of the call', async () => {
    const code = 'let t=0;return{read:()=>t,up:()=>++t,using:()=>({n:t})}'
    const { using, ...fns } = bundle<{
      read: () => number
      up: () => number
      using: () => Record<string, unknown>
    }>(code)
    fns.up()
    const copy = await copyOf(fns, using)
    expect([copy.up(), copy.up(), copy.read(), fns.read()]).toEqual([2, 3, 3, 1])
    expect((await copyOf(fns, using)).read()).toBe(1)
  })

  it('is not asked where nobody needs it', async () => {
    const never = (): never => expect.unreachable('it was called')
    expect((await copyOf(bundle<Sum>('return (x) => -x'), never))(1)).toBe(-1)
  })

  it('names the this of an arrow', async () => {
    const code = 'class A{n=4;get(){return[()=>this.n,()=>({self:this})]}}return new A().get()'
    const [fn, using] = bundle<[() => number, () => Record<string, unknown>]>(code)
    expect((await copyOf(fn, using))()).toBe(4)
  })
})

describe('it is understood', () => {
  const code = 'const t=3,n=e=>e*t;return[n,()=>({factor:t,triple:n})]'
  const made = (): [Sum, () => Record<string, unknown>] => bundle(code)

  it('by toModule', async () => {
    const [triple, using] = made()
    const text = await toModule(triple, { using })
    const module = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as { default: Sum }
    expect(module.default(5)).toBe(15)
  })

  it('by capture', async () => {
    const [triple, using] = made()
    capture(triple, { using })
    expect((await copyOf({ triple }, {})).triple(5)).toBe(15)
  })

  it('by registerType', async () => {
    const [Money, encode, decode, own] = bundle<
      [new (n: number) => { cents: number }, AnyFunction, AnyFunction, Using]
    >(
      'class M{#c;constructor(c){this.#c=c}get cents(){return this.#c}}return[M,e=>e.cents,e=>new M(e),()=>({Money:M})]',
    )
    registerType(Money, {
      name: 'using/Money',
      encode: encode as never,
      decode: decode as never,
      using: own,
    })
    const { money } = await copyOf({ money: new Money(5) }, {})
    expect(money.cents).toBe(5)
  })

  it('where values are to be transferred, and is called once', () => {
    const buffer = new ArrayBuffer(4)
    transfer(buffer, [buffer])
    let calls = 0
    const host = globalThis as { take?: () => ArrayBuffer }
    host.take = () => (calls++, buffer)
    const [fn, names] = bundle<[AnyFunction, () => Record<string, unknown>]>(
      'const h={get b(){return take()}};return[()=>h.b,()=>({buffer:h.b})]',
    )
    const call = {
      fn,
      args: [],
      settings: { using: names },
      label: 'f',
      site: new Error(),
      observer: undefined as never,
    }
    expect(writeOutbound(call).payload.transfer).toEqual([buffer])
    expect(calls).toBe(1)
    delete host.take
  })
})
