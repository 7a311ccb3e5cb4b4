// What a function `using` supplies: by the names of its own text, once for each call.
import { describe, expect, it } from 'vitest'
import { supplyOf } from './supplied.ts'

/** Evaluated as a script: no tool changes its text. */
const evaluate = (text: string): never => (0, eval)(`(${text})`) as never

const variablesOf = (text: string, setting = ''): unknown => {
  const supply = supplyOf(evaluate(`(() => { ${setting}; return ${text} })()`), {})
  return 'reason' in supply ? supply.reason : structuredClone(supply.variables)
}

describe('a function', () => {
  it('supplies what it returns, by the names in its text', () => {
    expect(variablesOf('() => ({ a, b: c })', 'let a = 1, c = 2')).toEqual({ a: 1, c: 2 })
    expect(variablesOf('()=>({rate:.05,n:t})', 'let t = 1')).toEqual({ t: 1 })
    expect(variablesOf('() => ({ __proto__, constructor: a })', 'let a = 1, __proto__ = 2')).toEqual(
      Object.fromEntries([
        ['a', 1],
        ['__proto__', 2],
      ]),
    )
  })

  it('supplies an object where it names properties', () => {
    const setting = 'const h = { d: 1, e: { f: 2, other: 3 } }'
    expect(variablesOf('()=>({x:h.d,y:(0,h.e.f)})', setting)).toEqual({ h: { d: 1, e: { f: 2 } } })
    // What is named as a whole has its properties already.
    expect(variablesOf('()=>({y:h.e.f,x:h.e})', setting)).toEqual({
      h: { e: { f: 2, other: 3 } },
    })
    expect(variablesOf('()=>({x:h.d,y:h})', setting)).toEqual({ h: { d: 1, e: { f: 2, other: 3 } } })
  })

  it('is called once for a call, and anew for another', () => {
    const thunk = evaluate(
      '(() => { let n = 0; const calls = { get n() { return ++n } }; return () => ({ n: calls.n }) })()',
    )
    const [one, two] = [{}, {}]
    expect(supplyOf(thunk, one)).toBe(supplyOf(thunk, one))
    expect(supplyOf(thunk, one)).toMatchObject({ variables: { calls: { n: 1 } }, values: [1] })
    expect(supplyOf(thunk, two)).toMatchObject({ values: [2] })
    expect(supplyOf(thunk, one)).toMatchObject({ values: [1] })
  })

  it('tells what it threw, and what its text does not say', () => {
    expect(variablesOf('() => ({ late })')).toBe('threw: ReferenceError: late is not defined')
    expect(supplyOf(evaluate('() => ({ a, ...b })'), {})).toEqual({
      reason: 'spreads an object, whose variables cannot be known',
      frame: '> 1 | () => ({ a, ...b })\n    |             ^^^^',
    })
  })
})

it('takes an object as it is, and reads nothing of it', () => {
  const using = Object.defineProperty({}, 'x', {
    enumerable: true,
    get: () => expect.unreachable('it was read'),
  })
  const supply = supplyOf(using, {})
  expect('variables' in supply && supply.variables).toBe(using)
})
