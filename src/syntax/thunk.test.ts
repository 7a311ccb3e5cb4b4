// Which variables a function `using` names, as people, bundlers and minifiers write it.
import { describe, expect, it } from 'vitest'
import { analyseThunk } from './thunk.ts'

/** `key=path` for variables, `key` alone for constants. */
function told(text: string): string {
  const properties = analyseThunk(text)
  if ('fault' in properties)
    return `fault: ${properties.fault} at ${text.slice(properties.at.start, properties.at.end)}`
  return properties.map(({ key, path }) => (path ? `${key}=${path.join('.')}` : key)).join(' ')
}

describe('a function that names variables', () => {
  it.each([
    ['() => ({ prices, round })', 'prices=prices round=round'],
    ['()=>({prices:t,round:n})', 'prices=t round=n'],
    ['() => ({})', ''],
    // Import rewrites: webpack and Rspack, Babel and TypeScript, Vitest.
    ['()=>({prices:t,round:r.A})', 'prices=t round=r.A'],
    ['() => ({ round: (0, _helpers.round) })', 'round=_helpers.round'],
    ['()=>({round:(0,(r.A)).B})', 'round=r.A.B'],
    ['() => ({ round: helpers["default"]["a b"] })', 'round=helpers.default.a b'],
    // Other forms of the same.
    ['function(){return{prices:t}}', 'prices=t'],
    ['function using() { "use strict"; return ({ prices }) }', 'prices=prices'],
    ['using() { return { prices } }', 'prices=prices'],
    ['() => { count.s[0]++; return { prices } }', 'prices=prices'],
    ['()=>(count.s[0]++,{prices:t})', 'prices=t'],
    // Keys of any kind.
    ["() => ({ 'a': x, 1: y, __proto__ })", 'a=x 1=y __proto__=__proto__'],
    ['() => ({ self: this })', 'self=this'],
    // What minifiers put in the place of variables.
    [
      '()=>({rate:.05,yes:!0,none:void 0,most:1/0,text:`a${"b"}`,f:e=>e+1,g:function(){},h:class{}})',
      'rate yes none most text f g h',
    ],
  ])('%s', (text, expected) => expect(told(text)).toBe(expected))
})

describe('what names none is told', () => {
  it.each([
    ['() => ({ a, ...rest })', 'spreads an object, whose variables cannot be known at ...rest'],
    ['() => ({ [a]: b })', 'has a computed key at [a]: b'],
    ['() => ({ a() {} })', "has a method or accessor 'a' at a() {}"],
    ['() => ({ get a() { return 1 } })', "has a method or accessor 'a' at get a() { return 1 }"],
    ['() => ({ __proto__: a })', 'sets a prototype at __proto__: a'],
    ['() => ({ a: b() })', "gives 'a' something that is no variable at a: b()"],
    ['() => ({ a: b + 1 })', "gives 'a' something that is no variable at a: b + 1"],
    ['() => ({ a: b?.c })', "gives 'a' something that is no variable at a: b?.c"],
    ['() => ({ a: b[c] })', "gives 'a' something that is no variable at a: b[c]"],
    ['() => ({ a: this.b })', "gives 'a' something that is no variable at a: this.b"],
    ['function () { return { a: this } }', "gives 'a' something that is no variable at a: this"],
    ['(a) => ({ a })', 'has a parameter at a'],
    ['(a = b) => ({ a })', 'has a parameter at a = b'],
  ])('%s', (text, expected) => expect(told(text)).toBe(`fault: ${expected}`))

  it.each([
    ['() => names', 'does more than to return an object literal'],
    ['() => { const a = 1; return { a } }', 'does more than to return an object literal'],
    ['() => { if (x) return { a } }', 'does more than to return an object literal'],
    ['() => {}', 'does more than to return an object literal'],
    ['async () => ({ a })', 'is asynchronous or a generator'],
    ['function* () { return { a } }', 'is asynchronous or a generator'],
    ['class {}', 'is a class'],
    ['function () { [native code] }', 'is a native or bound function'],
    ['nonsense', 'cannot be parsed: Not the text of exactly one function'],
  ])('%s', (text, expected) => expect(told(text)).toBe(`fault: ${expected} at ${text}`))
})
