// Tables of hard cases: free variables, lexical uses, and the form, name and length of live functions.

import { describe, expect, test } from 'vitest'
import { analyseFunction } from './analyse.ts'
import type { FunctionSyntax, LexicalUses } from './function-syntax.ts'

/** `name`, then `=` if assigned somewhere, `()` if called somewhere, `?` if only under `typeof`, `{}` if in shorthand somewhere. */
function freeOf({ text, free }: FunctionSyntax): string {
  return free
    .map(({ name, references }) => {
      for (const { start, end } of references) {
        if (!text.includes('\\u')) expect(text.slice(start, end)).toBe(name)
      }
      const marks = [
        references.some(({ assigned }) => assigned) ? '=' : '',
        references.some(({ call }) => call) ? '()' : '',
        references.every(({ typeofOnly }) => typeofOnly) ? '?' : '',
        references.some(({ shorthand }) => shorthand) ? '{}' : '',
      ]
      return name + marks.join('')
    })
    .join(' ')
}

const variables: Record<string, readonly (readonly [text: string, free: string])[]> = {
  'forms of reference': [
    ['x => x + y', 'y'],
    ['() => a.b.c[d].e', 'a d'],
    ['() => a?.b?.[c]?.(d)', 'a c d'],
    ['() => f(x)', 'f() x'],
    ['() => (f)(x)', 'f() x'],
    ['() => f?.(x)', 'f() x'],
    ['() => o.f(x)', 'o x'],
    ['() => new C(x)', 'C x'],
    ['() => tag`a${b}c`', 'tag() b'],
    ['() => `a${`b${c}`}`', 'c'],
    ['() => typeof x', 'x?'],
    ['() => typeof (x)', 'x?'],
    ['() => typeof x.y', 'x'],
    ["() => typeof x === 'undefined' ? 0 : x", 'x'],
    ['() => ({ a, b: c, [d]: e, "f": g, 1: h })', 'a{} c d e g h'],
    ['() => ({ ...a, b() { c }, get d() { return e }, [f]() {} })', 'a c e f'],
    ['() => [a, , ...b]', 'a b'],
    ['() => { x; x; y; x }', 'x y'],
    ['() => undefined', 'undefined'],
    ['() => (void a, -b)', 'a b'],
    ['async () => await a', 'a'],
    ['function* () { yield a; yield* b }', 'a b'],
    ['async function* () { for await (const x of y) yield x }', 'y'],
    ['() => import(a)', 'a'],
    ['() => import(a, { with: b })', 'a b'],
    ['() => import.meta.url', ''],
    ['() => /x/.test(y)', 'y'],
    ['() => { debugger; throw a }', 'a'],
    ['() => #p in o', 'o'],
    ['o => o.#p', ''],
    ['() => \\u0061 + b\\u{63}', 'a bc'],
    ['() => 変数 + $ + _ + 𝒳', '変数 $ _ 𝒳'],
  ],
  'forms of assignment': [
    ['() => { x = 1 }', 'x='],
    ['() => { x += 1 }', 'x='],
    ['() => { x ??= y; z &&= 1; w ||= 1 }', 'x= y z= w='],
    ['() => { x++; --y }', 'x= y='],
    ['() => { (x) = 1; (y)++ }', 'x= y='],
    ['() => { x.y = 1; z[w]++ }', 'x z w'],
    ['() => { [a, b.c, [d], ...e] = f }', 'a= b d= e= f'],
    ['() => { [a = b, c[d] = e] = f }', 'a= b c d e f'],
    ['() => { ({ a, b: c, d: [e], [f]: g, ...h } = i) }', 'a={} c= e= f g= h= i'],
    ['() => { ({ a = b, c: d = e } = f) }', 'a={} b d= e f'],
    ['() => { ({ a: (b), c: (d.e) } = f) }', 'b= d f'],
    ['() => { for (x of y); for (z in w); }', 'x= y z= w'],
    ['() => { for ([a, { b }] of c); for (d.e of f); }', 'a= b={} c d f'],
    ['async () => { for await (x of y); }', 'x= y'],
    ['(a = (x = 1)) => a', 'x='],
    ['() => { delete x.y }', 'x'],
  ],
  'parameters and body': [
    ['(a, { b, c: d, ...e }, [f, , g], ...h) => a + b + c + d + e + f + g + h', 'c'],
    ['({ [k]: v = d } = o) => v', 'k d o'],
    ['(a = b, b) => a', ''],
    ['(a = () => b) => { var b; return a }', 'b'],
    ['(a = () => b) => { let b; return a }', 'b'],
    ['(a = () => { var b; return b }) => b', 'b'],
    ['(a, f = () => a) => { var a; return f }', ''],
    ['(a = eval) => { var eval_; function f() {} return f }', 'eval'],
    ['(f = () => g) => { return f; function g() {} }', 'g'],
    ['function (a = arguments) { return arguments }', ''],
    ['(a) => { var a = b; return a }', 'b'],
    ['async x => x', ''],
    ['async => async', ''],
    ['async (x, y = await_) => x', 'await_'],
    ['(await_) => yield_', 'yield_'],
  ],
  hoisting: [
    ['() => { x = 1; var x }', ''],
    ['() => { return x; { { var x } } }', ''],
    ['() => { f(); function f() {} }', ''],
    ['() => { for (var i = 0; i < n; i++); return i }', 'n'],
    ['() => { for (var k in o); for (var { v } of p); return k + v }', 'o p'],
    ['() => { try {} catch { var x } return x }', ''],
    ['() => { try {} catch (e) { var e = 1 } return e }', ''],
    ['() => { switch (a) { case b: var x } return x }', 'a b'],
    ['() => { if (a) var x; return x }', 'a'],
    ['() => { () => { var x }; return x }', 'x'],
    ['() => { l: for (;;) { var x; break l } return x + l }', 'l'],
    ['() => { while (a) do var x; while (b); return x }', 'a b'],
  ],
  'block scopes': [
    ['() => { { let x } return x }', 'x'],
    ['() => { { const x = 1 } { class x {} } return x }', 'x'],
    ['() => { x; let x }', ''],
    ['() => { for (let i = 0; i < n; i++) i; return i }', 'n i'],
    ['() => { for (let x of x); }', ''],
    ['() => { for (const { a = b } of c) a; a }', 'b c a'],
    ['() => { for (const i in i) { let i } }', ''],
    ['() => { for (let i = () => i; ;) { let i } }', ''],
    ['() => { switch (x) { case y: let x, y } return y }', 'x y'],
    ['() => { try { let a } catch (e) { let b } finally { a + b + e } }', 'a b e'],
    ['() => { try {} catch ({ a, b = c, [d]: e }) { a + b + e } e }', 'c d e'],
    ['() => { try {} catch (e) { let f = e } }', ''],
    ['() => { l: { break l } }', ''],
    ['() => { l: for (;;) continue l }', ''],
    ['() => { using x = y; { using z = x } z }', 'y z'],
    ['async () => { await using x = y; for (await using z of w) z; z }', 'y w z'],
    ['() => { for (using x of y) x; x }', 'y x'],
  ],
  'names of functions and classes': [
    ['function f() { return f }', ''],
    ['function f() { var f; return f }', ''],
    ['function f(a = f) { f = 1 }', ''],
    ['() => { (function g() { g }); g }', 'g'],
    ['() => { (class C { m() { C } }); C }', 'C'],
    ['() => { class C extends C {} }', ''],
    ['() => { (class C extends C {}) }', ''],
    ['class C extends B { m() { return C } }', 'B'],
    ['class { m() { return m } }', 'm'],
    ['class extends (a, b) {}', 'a b'],
    ['foo() { return foo }', 'foo'],
    ['get foo() { return foo }', 'foo'],
    ['[a.b]() { return c }', 'c'],
    ['get [a]() { return b + a }', 'b a'],
    ['async *[Symbol.asyncIterator]() { yield x }', 'x'],
  ],
  classes: [
    ['class { a = b; static c = d; [e] = f; static [g] = h }', 'b d e f g h'],
    ['class { a; b() { a; b } }', 'a b'],
    ['class { static { var x; let y; x; y; z } m() { x; y } }', 'z x y'],
    ['class { static { function f() {} f } static g = f }', 'f'],
    ['class { x = () => y; z = x }', 'y x'],
    ['class { #a = b; m(o) { return #a in o && o.#a + c } }', 'b c'],
    ['class { constructor(a = b) { c = a } }', 'b c='],
    ['class { get [a]() { return b } set [c](d) { d; e } }', 'a b c e'],
    ['class { static async *m() { await a; yield b } }', 'a b'],
    ['class { "constructor"() { x } }', 'x'],
    ['() => { class A { static x = A } return A }', ''],
    ['() => class { static { this; arguments_ } }', 'arguments_'],
    ['() => { { class A {} } return A }', 'A'],
  ],
  'sloppy code': [
    ['() => { with (o) { a; b = c } }', 'o a b= c'],
    ['(o) => { with (o) { var x = 1 } return x }', ''],
    ['function () { return delete x }', 'x'],
    ['function () { await: yield: let + async; static = of }', 'let async static= of'],
    ['() => { var let_ = 010; var yield; return yield + await }', 'await'],
    ['function f(a, a) { return a + b }', 'b'],
    ['function () { eval = arguments }', 'eval='],
    ['function (arguments) { arguments = 1 }', ''],
    ['x => <!-- y\nx', ''],
    ['() => { a\n--> b\n}', 'a'],
    ['() => { { function f() {} } return f }', ''],
    ['() => { if (a) function f() {} return f }', 'a'],
    ['() => { if (a) ; else function f() {} return f }', 'a'],
    ['() => { { let f; if (a) function f() {} } return f }', 'a f'],
    ['() => { switch (0) { default: function f() {} } return f }', ''],
    ['() => { { l: function f() {} } return f }', ''],
    ['() => { { { function f() {} } } return f }', ''],
    ['() => { let f; { function f() {} } return f }', ''],
    ['() => { { let f; { function f() {} } } return f }', 'f'],
    ['() => { { { function f() {} } let f } return f }', 'f'],
    ['() => { { function f() {} { function f() {} } } return f }', ''],
    ['() => { for (let f of a) { { function f() {} } } return f }', 'a f'],
    ['() => { try {} catch (f) { { function f() {} } } return f }', ''],
    ['() => { try {} catch ({ f }) { { function f() {} } } return f }', 'f'],
    ['() => { { async function f() {} } return f }', 'f'],
    ['() => { { function* f() {} } return f }', 'f'],
    ['() => { { class f {} } return f }', 'f'],
    ["() => { 'use strict'; { function f() {} } return f }", 'f'],
    ["() => { { function f() { 'use strict' } } return f }", ''],
    ['class { m() { { function f() {} } return f } }', 'f'],
    ['(g = () => f) => { { function f() {} } return f }', 'f'],
    ['() => { (() => { { function f() {} } }); return f }', 'f'],
  ],
}

for (const [topic, rows] of Object.entries(variables)) {
  test.each(rows)(`${topic}: %s`, (text, free) => {
    expect(freeOf(analyseFunction(text))).toBe(free)
  })
}

test('references come in source order, with their own flags', () => {
  const [x, y] = analyseFunction('(a = x++) => { y = [...x]; ({ x, y: [x] } = typeof x, x()) }').free
  expect(x).toEqual({
    name: 'x',
    references: [
      { start: 5, end: 6, assigned: true, typeofOnly: false, call: false, shorthand: false },
      { start: 23, end: 24, assigned: false, typeofOnly: false, call: false, shorthand: false },
      { start: 30, end: 31, assigned: true, typeofOnly: false, call: false, shorthand: true },
      { start: 37, end: 38, assigned: true, typeofOnly: false, call: false, shorthand: false },
      { start: 51, end: 52, assigned: false, typeofOnly: true, call: false, shorthand: false },
      { start: 54, end: 55, assigned: false, typeofOnly: false, call: true, shorthand: false },
    ],
  })
  expect(y!.references).toHaveLength(1)
})

test('a function said to be strict has no function hoisted out of a block', () => {
  const text = 'function () { { function f() {} } return f }'
  expect(freeOf(analyseFunction(text))).toBe('')
  expect(freeOf(analyseFunction(text, { strict: true }))).toBe('f')
})

test('function hoisting out of blocks is that of the engine', () => {
  const bodies = variables['sloppy code']!.filter(([text]) =>
    /^\(\) => \{.*function.* return f \}$/.test(text),
  ).map(([text, free]) => ({ text, free: free.includes('f') }))
  expect(bodies.length).toBeGreaterThan(14)
  for (const { text, free } of bodies) {
    const probe = text.slice('() => '.length).replace('return f', 'return scope.f === f')
    // When the name is free, the `f` of the `with` object is what the body finds.
    const found = new Function('scope', `with (scope) { return (() => ${probe})() }`)
    const mark = { f: Symbol('outer'), a: [1] }
    expect([text, found(mark)]).toEqual([text, free])
  }
})

// --- Lexical uses ---

const use = (text: string): Record<string, string[]> => {
  const { uses } = analyseFunction(text)
  const entries = Object.entries(uses) as [keyof LexicalUses, FunctionSyntax['uses']['this']][]
  return Object.fromEntries(
    entries
      .filter(([, ranges]) => ranges.length > 0)
      .map(([name, ranges]) => [name, ranges.map(({ start, end }) => text.slice(start, end))]),
  )
}

test.each<[text: string, uses: Record<string, string[]>]>([
  ['() => this', { this: ['this'] }],
  ['() => () => this.x', { this: ['this'] }],
  ['() => function () { return this }', {}],
  ['() => ({ m() { return this }, get x() { return this }, f: () => this })', { this: ['this'] }],
  ['function () { return this }', {}],
  ['function (a = this) { return () => this }', {}],
  ['() => arguments[0]', { arguments: ['arguments'] }],
  ['(a = arguments) => function () { arguments }', { arguments: ['arguments'] }],
  ['() => { var arguments; return arguments }', {}],
  ['(arguments) => arguments', {}],
  ['foo(a = arguments) { return () => arguments }', {}],
  ['() => new.target', { newTarget: ['new.target'] }],
  ['function () { return () => new.target }', {}],
  ['() => super.x', { superProperty: ['super.x'] }],
  ['() => super[x](super.y)', { superProperty: ['super[x]', 'super.y'] }],
  ['foo() { return () => super.x() }', { superProperty: ['super.x'] }],
  ['get foo() { super.x = 1; return { m() { super.y } } }', { superProperty: ['super.x'] }],
  [
    'foo() { return class extends super.x { [super.y]; z = super.z; static { super.w } } }',
    { superProperty: ['super.x', 'super.y'] },
  ],
  ['foo(a = super.x) {}', { superProperty: ['super.x'] }],
  ['function() { return super.x }', { superProperty: ['super.x'] }],
  ['#foo() { super.x }', { superProperty: ['super.x'] }],
  ['() => super(1, ...a)', { superCall: ['super(1, ...a)'] }],
  ['() => class extends A { constructor() { super() } }', {}],
  ['class extends A { constructor() { super(); this.x = super.y; new.target; arguments } }', {}],
  [
    'class extends this.A { [arguments[0]] = this; static { this } static [super.k] = super.x }',
    { this: ['this'], arguments: ['arguments'], superProperty: ['super.k'] },
  ],
  ['class { [new.target] = new.target }', { newTarget: ['new.target'] }],
  ['class { static [import.meta.x]() { import.meta } }', { importMeta: ['import.meta', 'import.meta'] }],
  ['function () { return () => import.meta.url }', { importMeta: ['import.meta'] }],
  ['() => () => import("x")', { dynamicImport: ['import("x")'] }],
  [
    'function () { with (import.meta) import(x) }',
    { importMeta: ['import.meta'], dynamicImport: ['import(x)'] },
  ],
  ['() => eval("x")', { directEval: ['eval("x")'] }],
  ['() => function () { (eval)("x") }', { directEval: ['(eval)("x")'] }],
  ['() => eval("x")?.y', { directEval: ['eval("x")'] }],
  ['() => eval?.("x")', {}],
  ['() => (0, eval)("x")', {}],
  ['() => [window.eval("x"), new eval("x"), eval`x`]', {}],
  ['(eval) => eval("x")', {}],
  ['() => { eval("x"); { let eval } }', { directEval: ['eval("x")'] }],
  ['() => { eval("x"); { var eval } }', {}],
  // A scope on its way to brine, which is read before the function travels.
  ['() => pool.with({ scope: ($) => eval($) })', {}],
  ['class { m() { return [n => eval(n), (n) => (eval((n))), function (n) { return eval(n) }] } }', {}],
  ['() => (n) => { return eval(n) }', {}],
  ['() => (n) => { eval(n) }', { directEval: ['eval(n)'] }],
  ['() => (n) => eval(m)', { directEval: ['eval(m)'] }],
  ['() => (n) => eval(n, 1)', { directEval: ['eval(n, 1)'] }],
  ['() => (n) => eval(n + 1)', { directEval: ['eval(n + 1)'] }],
  ['() => (n) => eval(n).x', { directEval: ['eval(n)'] }],
  ['() => (n, m) => eval(n)', { directEval: ['eval(n)'] }],
  ['() => (n = 1) => eval(n)', { directEval: ['eval(n)'] }],
  ['() => async (n) => eval(n)', { directEval: ['eval(n)'] }],
  // The function that travels would itself be called.
  ['(n) => eval(n)', { directEval: ['eval(n)'] }],
  ['m(n) { return eval(n) }', { directEval: ['eval(n)'] }],
  ['[this.x]() { return 1 }', {}],
])('uses: %s', (text, uses) => {
  expect(use(text)).toEqual(uses)
})

test('private names that nothing inside declares', () => {
  const text =
    '(o) => [o.#a, #b in o] + class extends o.#c { #c; #d; [o.#d] = o.#e; static { class X { #e; f = o.#e + o.#d } } }'
  const { privateNames } = analyseFunction(text)
  expect(privateNames.map(({ name }) => name)).toEqual(['#a', '#b', '#c', '#e'])
  for (const { name, range } of privateNames) expect(text.slice(range.start, range.end)).toBe(name)
  expect(analyseFunction('#p() { return this.#p }').privateNames).toHaveLength(1)
})

// --- Form, name and length, compared with live functions ---

const key = 'computed'
// Made by `new Function`, as the sloppy ones among them are no legal TypeScript, and a build would change the others' text.
const liveFunctions: Record<
  string,
  [expression: string, kind: FunctionSyntax['kind'], name?: string | null]
> = {
  arrow: ['(a, b) => 1', 'arrow', null],
  'arrow without parentheses': ['a => 1', 'arrow', null],
  'arrow with comments': ['(/* , b */ a /* ) */) /* => */ => /* { */ 1', 'arrow', null],
  'async arrow': ['async a => 1', 'arrow', null],
  'async arrow with line comment': ['async (a, // b, c\n) => { }', 'arrow', null],
  'arrow to object': ['() => ({})', 'arrow', null],
  function: ['(function f(a, b = 1, c) { })', 'function', 'f'],
  'anonymous function': ['(function(...a) {})', 'function', null],
  'async generator': ['(async function* /* g */ f ( [ a ] , { b } ) { })', 'function', 'f'],
  'function with comments': ['(function /* a */ f /* b */ ( /* c */ ) /* d */ { })', 'function', 'f'],
  method: ['({ foo(a, b) { } }).foo', 'method', 'foo'],
  'async method': ['({ async foo(a, b) { } }).foo', 'method', 'foo'],
  'generator method': ['({ * foo(a) { } }).foo', 'method', 'foo'],
  'async generator method': ['({ async * foo() { } }).foo', 'method', 'foo'],
  'quoted method': ['({ "a b"() { } })["a b"]', 'method', 'a b'],
  'numeric method': ['({ 0x10() { } })[16]', 'method', '16'],
  'big numeric method': ['({ 1e3(a) { } })[1000]', 'method', '1000'],
  'bigint method': ['({ 1_6n() { } })[16]', 'method', '16'],
  'method get': ['({ get(a) { } }).get', 'method', 'get'],
  'method set': ['({ set() { } }).set', 'method', 'set'],
  'method async': ['({ async(a) { } }).async', 'method', 'async'],
  'async method async': ['({ async async() { } }).async', 'method', 'async'],
  'method static': ['({ static() { } }).static', 'method', 'static'],
  'static method static': ['(class { static static() { } }).static', 'method', 'static'],
  'method class': ['({ class() { } }).class', 'method', 'class'],
  'method constructor': ['({ constructor(a) { } }).constructor', 'method', 'constructor'],
  'method with escape': ['({ \\u0066oo() { } }).foo', 'method', 'foo'],
  'method function with super': ['({ function() { super.x } }).function', 'method', 'function'],
  'computed method': ['({ [key]() { } }).computed', 'method', null],
  'computed method of sequence': ['({ async *[(0, key)]() { } }).computed', 'method', null],
  getter: ['Object.getOwnPropertyDescriptor({ get x() { return 1 } }, "x").get', 'getter', 'x'],
  setter: ['Object.getOwnPropertyDescriptor({ set x(v) { } }, "x").set', 'setter', 'x'],
  'getter get': ['Object.getOwnPropertyDescriptor({ get get() { return 1 } }, "get").get', 'getter', 'get'],
  'quoted setter': [
    'Object.getOwnPropertyDescriptor({ set "x y"([a] = []) { } }, "x y").set',
    'setter',
    'x y',
  ],
  'static method': ['(class { static foo() { } }).foo', 'method', 'foo'],
  'static async method with comment': ['(class { static /* s */ async foo() { } }).foo', 'method', 'foo'],
  'static getter': [
    'Object.getOwnPropertyDescriptor(class { static get x() { return 1 } }, "x").get',
    'getter',
    'x',
  ],
  'private method': ['(class { #p(a) { } static get = new this().#p }).get', 'method', '#p'],
  'static private method': ['(class { static async *#p(a) { } static get = this.#p }).get', 'method', '#p'],
  class: ['(class A { })', 'class', 'A'],
  'anonymous class': ['(class{constructor(a, b){}})', 'class', null],
  'class with defaults': ['(class A { constructor(a, b = 1) { } })', 'class', 'A'],
  'derived class': ['(class A extends Object { })', 'class', 'A'],
  'derived class with constructor': [
    '(class A extends (null, Object) { static x() {} constructor(a, ...b) { super() } })',
    'class',
    'A',
  ],
  'class with static constructor': ['(class A { static constructor(a) { } })', 'class', 'A'],
  'class with method before constructor': [
    '(class A { m(a, b) { } constructor(a) { } n() { } })',
    'class',
    'A',
  ],
  'class with quoted constructor': ['(class A { "constructor"(a, b) { } })', 'class', 'A'],
  'class with computed constructor': ['(class A { ["constructor"](a, b) { } })', 'class', 'A'],
  'class with comment': ['(class/* a */{ })', 'class', null],
  push: ['[].push', 'native', null],
  'bound function': ['(function f() {}).bind()', 'native', null],
  'native class': ['Map', 'native', null],
  'native getter': ['Object.getOwnPropertyDescriptor(Map.prototype, "size").get', 'native', null],
  'native with symbol': ['[][Symbol.iterator]', 'native', null],
  'native by symbol': ['Symbol.prototype[Symbol.toPrimitive]', 'native', null],
  'proxy of a function': ['new Proxy(() => 1, {})', 'native', null],
  'no native': ['(function f() { return "{ [native code] }" })', 'function', 'f'],
  'no native by comment': ['(function f() {// { [native code]\n})', 'function', 'f'],
  'sloppy method': ['({ foo(a) { with (a); } }).foo', 'method', 'foo'],
  'sloppy function': ['(function yield(a, a) { return 010 })', 'function', 'yield'],
  'sloppy arrow': ['(static, let_) => delete let_', 'arrow', null],
  'sloppy await': ['(await) => await', 'arrow', null],
  'await in strict code': [
    '(await) => { "use strict"; return await }'.replace('(await)', '()'),
    'arrow',
    null,
  ],
  'strict function': ['(function (a) { "x"; "use strict"; return a })', 'function', null],
}

const hostKinds = {
  Function: '',
  AsyncFunction: 'async',
  GeneratorFunction: 'generator',
  AsyncGeneratorFunction: 'async generator',
}

describe('live functions', () => {
  test.each(Object.entries(liveFunctions))('%s', (_, [expression, kind, name]) => {
    const live = new Function('key', `return ${expression}`)(key) as Function
    const text = Function.prototype.toString.call(live)
    const syntax = analyseFunction(text)
    expect(syntax).toMatchObject({ text, kind, name })
    if (kind === 'native') return
    expect(syntax.length).toBe(live.length)
    const host = Object.getPrototypeOf(live).constructor.name
    expect([syntax.async ? 'async' : '', syntax.generator ? 'generator' : ''].filter(Boolean).join(' ')).toBe(
      hostKinds[host as keyof typeof hostKinds] ?? '',
    )
    const { computedKey } = syntax
    if (computedKey)
      expect(new Function('key', `return ${text.slice(computedKey.start, computedKey.end)}`)(key)).toBe(
        live.name,
      )
    else expect(live.name.replace(/^[gs]et /, '')).toBe(name ?? '')
    expect(syntax.id).toBe(name !== null && (kind === 'function' || kind === 'class'))
    // Only sloppy functions, and of them only those of the `function` keyword, have a property `caller` of their own.
    if (kind === 'function' && !syntax.async && !syntax.generator)
      expect(syntax.strict).toBe(!Object.hasOwn(live, 'caller'))
  })
})

test.each([
  ['function push() { [native code] }'],
  ['function push() {\n    [native code]\n}'],
  ['function () { [native code] }'],
  ['function() {\n    [native code]\n}'],
  ['function get size() { [native code] }'],
  ['function [Symbol.iterator]() { [native code] }'],
  ['function get [Symbol.species]() { [native code] }'],
  ['function bound f() {\n    [native code]\n}'],
  ['function bound () { [ native code ] }\n'],
  ['function 0() { [native code] }'],
])('native in some engine: %j', (text) => {
  expect(analyseFunction(text)).toMatchObject({ kind: 'native', free: [], class: null, text })
})

test.each<[text: string, strict: boolean, sloppyOnly: boolean]>([
  ['() => 1', false, false],
  ["() => { 'use strict' }", true, false],
  ['() => { \'a\'; "use strict"; x }', true, false],
  ["() => { ('use strict') }", false, false],
  ["() => { x; 'use strict' }", false, false],
  ["() => { 'use\\x20strict' }", false, false],
  ["() => () => { 'use strict' }", false, false],
  ['class {}', true, false],
  ['() => { with (a); }', false, true],
  ['() => 010', false, true],
  ['() => "\\01"', false, true],
  ['() => delete a', false, true],
  ['() => { arguments = 1 }', false, true],
  ['(let_, static) => 1', false, true],
  ['function (a, a) {}', false, true],
  ['function eval() {}', false, true],
  ['foo() { with (a); }', false, true],
  ['get foo() { return 010 }', false, true],
  ['() => { var yield; }', false, true],
  ['() => await + async', false, false],
])('strictness: %s', (text, strict, sloppyOnly) => {
  expect(analyseFunction(text)).toMatchObject({ strict, sloppyOnly })
  if (sloppyOnly) expect(() => analyseFunction(text, { strict: true })).toThrow(SyntaxError)
})

test('positions refer to the text as given, whatever stands around it', () => {
  const { free, text } = analyseFunction('\n  foo() { return bar }  ')
  expect(text.slice(free[0]!.references[0]!.start)).toBe('bar }  ')
  const staticMethod = analyseFunction('static async foo() { return bar }')
  expect(staticMethod).toMatchObject({ kind: 'method', name: 'foo', async: true })
  expect(staticMethod.text.slice(staticMethod.free[0]!.references[0]!.start)).toBe('bar }')
})

test.each<[text: string, position: number]>([
  ['', 0],
  ['x', 0],
  ['a => b, c => d', 0],
  ['a => 1}}), (b => 2', 18],
  ['a() {} , b() {}', 0],
  ['a => 1}}); (class extends A{constructor(){return b => 2', 0],
  ['a: function () {}', 0],
  ['a = function () {}', 0],
  ['x() {}; y() {}', 0],
  ['() => { let a; let a }', 19],
  ['  () => { a b }', 12],
  ['function f() { super() }', 15],
  ['foo() { super() }', 8],
  ['() => { import x from "y" }', 8],
  ['() => { export const x = 1 }', 8],
  ['() => { return { [native code] } }', 25],
  ['foo() { [native code] }', 16],
  ['class { static { await } }', 17],
])('not the text of one function: %j', (text, position) => {
  const attempt = (): unknown => analyseFunction(text)
  expect(attempt).toThrow(SyntaxError)
  let error: unknown
  try {
    attempt()
  } catch (caught) {
    error = caught
  }
  expect(error).toMatchObject({ pos: position })
  expect(String(error)).not.toMatch(/\(\d+:\d+\)$/)
})

test('code that is nested too deep for the stack is refused with a place too', () => {
  const text = `() => ${'['.repeat(50_000)}${']'.repeat(50_000)}`
  let error: unknown
  try {
    analyseFunction(text)
  } catch (caught) {
    error = caught
  }
  expect(error).toBeInstanceOf(SyntaxError)
  expect(error).toMatchObject({ message: expect.stringContaining('stack'), pos: expect.any(Number) })
})
