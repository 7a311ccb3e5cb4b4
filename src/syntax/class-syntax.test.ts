// Classes: the table of members, private names, and texts compared with those of the live methods.

import { describe, expect, test } from 'vitest'
import { analyseFunction } from './analyse.ts'
import type { ClassSyntax, MemberSyntax, Range } from './function-syntax.ts'

const sample = `class Sample extends (a, Base) /* { */ {
  constructor(a, b = 1) { super(); this.#field = b }
  method(x) { return this.#field }
  static   /* get */ async   *  stream ( ) { yield this.#count }
  get value() { return super.value }
  static get 'quoted key'() { return 1 }
  set value(v) { this.#accessor = v }
  'quoted'() { }
  0x10() { }
  static 1e3() { }
  8_1n() { }
  static() { }
  get() { }
  static static() { }
  async set() { }
  [key(1)]() { }
  static async [(key, 'two')]() { }
  get [ /* c */ 'three' ]() { return 1 }
  field
  #field = #field in this
  static count = 1;
  'quoted field' = () => this.#method()
  static #count = 0
  static [key('four')] = Sample.#count
  #method() { return this.outer.#other }
  static async #staticMethod() { }
  get #accessor() { return 1 }
  set #accessor(v) { class Inner { #field; m(o) { o.#field; o.#method() } } }
  static { this.#staticMethod(); { let x } }
  static async = 1;
  get = 1
  set;
  constructorLike() { }
  ;static 'constructor'() { }
}`

const syntax = analyseFunction(sample)
const shape = syntax.class!
const slice = (range: Range | null): string | null => (range ? sample.slice(range.start, range.end) : null)

// kind, static, computed, key, text of the key's range, private name, private uses
const members: [
  MemberSyntax['kind'],
  boolean,
  boolean,
  string | null,
  string | null,
  string | null,
  string[],
][] = [
  ['constructor', false, false, 'constructor', 'constructor', null, ['#field']],
  ['method', false, false, 'method', 'method', null, ['#field']],
  ['method', true, false, 'stream', 'stream', null, ['#count']],
  ['getter', false, false, 'value', 'value', null, []],
  ['getter', true, false, 'quoted key', "'quoted key'", null, []],
  ['setter', false, false, 'value', 'value', null, ['#accessor']],
  ['method', false, false, 'quoted', "'quoted'", null, []],
  ['method', false, false, '16', '0x10', null, []],
  ['method', true, false, '1000', '1e3', null, []],
  ['method', false, false, '81', '8_1n', null, []],
  ['method', false, false, 'static', 'static', null, []],
  ['method', false, false, 'get', 'get', null, []],
  ['method', true, false, 'static', 'static', null, []],
  ['method', false, false, 'set', 'set', null, []],
  ['method', false, true, null, 'key(1)', null, []],
  ['method', true, true, null, "(key, 'two')", null, []],
  ['getter', false, true, null, "'three'", null, []],
  ['field', false, false, 'field', 'field', null, []],
  ['field', false, false, null, '#field', '#field', ['#field']],
  ['field', true, false, 'count', 'count', null, []],
  ['field', false, false, 'quoted field', "'quoted field'", null, ['#method']],
  ['field', true, false, null, '#count', '#count', []],
  ['field', true, true, null, "key('four')", null, ['#count']],
  ['method', false, false, null, '#method', '#method', ['#other']],
  ['method', true, false, null, '#staticMethod', '#staticMethod', []],
  ['getter', false, false, null, '#accessor', '#accessor', []],
  ['setter', false, false, null, '#accessor', '#accessor', ['#method']],
  ['static-block', true, false, null, null, null, ['#staticMethod']],
  ['field', true, false, 'async', 'async', null, []],
  ['field', false, false, 'get', 'get', null, []],
  ['field', false, false, 'set', 'set', null, []],
  ['method', false, false, 'constructorLike', 'constructorLike', null, []],
  ['method', true, false, 'constructor', "'constructor'", null, []],
]

test('members, in source order', () => {
  const found = shape.members.map((m) => [
    m.kind,
    m.static,
    m.computed,
    m.key,
    slice(m.keyRange),
    m.privateName,
    m.privateUses,
  ])
  expect(found).toEqual(members)
})

test('members cover what they are made of', () => {
  expect(slice(shape.members[17]!)).toBe('field')
  expect(slice(shape.members[19]!)).toBe('static count = 1;')
  expect(slice(shape.members[27]!)).toBe('static { this.#staticMethod(); { let x } }')
})

test('the class around the members', () => {
  expect(syntax).toMatchObject({ kind: 'class', name: 'Sample', id: true, length: 1, strict: true })
  expect(shape).toMatchObject({ id: 'Sample', extendsNull: false })
  expect(slice(shape.heritage)).toBe('(a, Base)')
  expect(sample.slice(0, shape.bodyStart)).toBe('class Sample extends (a, Base) /* { */ {')
  expect(shape.privateInstance).toEqual(['#field', '#method', '#accessor'])
  expect(shape.privateStatic).toEqual(['#count', '#staticMethod'])
  expect(syntax.privateNames.map(({ name }) => name)).toEqual(['#other'])
  expect(syntax.free.map(({ name }) => name)).toEqual(['a', 'Base', 'key'])
})

// Evaluates the class and asks each function for its text.
describe('texts of methods and accessors are those of the live functions', () => {
  // Private ones are handed out by a static block that is put in front, `outer.#other` is undeclared.
  const declared = sample.replace('this.outer.#other', 'this.outer.#field')
  const live = analyseFunction(declared).class!
  const handOut = `static { this.privates = [this.prototype, this, () => new Sample().#method, () => this.#staticMethod] }`
  const source = declared.slice(0, live.bodyStart) + handOut + declared.slice(live.bodyStart)
  const key = (name: string | number): string => `key ${name}`
  const Sample = new Function('a', 'Base', 'key', `return ${source}`)(1, class {}, key) as Function & {
    privates: unknown[]
  }
  const computedKeys = ['key 1', 'two', 'three', 'key four']
  const [, , method, staticMethod] = Sample.privates as (() => Function)[]

  function liveText(member: MemberSyntax, index: number): string {
    if (member.privateName === '#method') return String(method!())
    if (member.privateName === '#staticMethod') return String(staticMethod!())
    const computed = live.members.filter((m, i) => m.computed && i < index).length
    const name = member.key ?? computedKeys[computed]!
    const holder = member.static ? Sample : (Sample.prototype as object)
    const descriptor = Object.getOwnPropertyDescriptor(holder, name)!
    return String(
      member.kind === 'getter'
        ? descriptor.get
        : member.kind === 'setter'
          ? descriptor.set
          : descriptor.value,
    )
  }

  test.each(
    live.members.map((member, index) => ({
      member,
      index,
      title: `${index} ${member.key ?? member.privateName}`,
    })),
  )('$title', ({ member, index }) => {
    expect(computedKeys).toHaveLength(live.members.filter((m) => m.computed).length)
    const { functionText } = member
    if (!/method|[gs]etter/.test(member.kind)) return expect(functionText).toBeNull()
    // Private accessors cannot be taken out of their class.
    const expected = member.privateName === '#accessor' ? null : liveText(member, index)
    const text = declared.slice(functionText!.start, functionText!.end)
    // V8 takes the name of an instance method `static` for the modifier and leaves it out, so that the text is no function.
    if (member.key === 'static' && expected?.startsWith('(')) expect(text).toBe(`static${expected}`)
    else if (expected !== null) expect(text).toBe(expected)
    // Each is the text of a function of its own, of the same kind and name.
    expect(analyseFunction(text)).toMatchObject({ kind: member.kind, name: member.key ?? member.privateName })
  })
})

const classOf = (text: string): ClassSyntax => analyseFunction(text).class!

test.each<[text: string, heritage: string | null, extendsNull: boolean]>([
  ['class {}', null, false],
  ['class A extends null {}', 'null', true],
  ['class extends (null) {}', '(null)', true],
  ['class extends nullish {}', 'nullish', false],
  ["class extends 'null' {}", "'null'", false],
  ['class extends mixin(A, class { x = 1 }) { y }', 'mixin(A, class { x = 1 })', false],
  ['class extends class { #a } { #b }', 'class { #a }', false],
  ['class extends { A }.A {}', '{ A }.A', false],
])('heritage of %s', (text, heritage, extendsNull) => {
  const found = classOf(text)
  expect(found.heritage && text.slice(found.heritage.start, found.heritage.end)).toBe(heritage)
  expect(found.extendsNull).toBe(extendsNull)
  expect(text.slice(0, found.bodyStart)).toMatch(/\{$/)
  expect(text.slice(found.bodyStart)).not.toMatch(/\{/)
})

test('an empty body, and members without keys of their own', () => {
  expect(classOf('class { ; ; }').members).toEqual([])
  expect(classOf('class { static {} }').members).toMatchObject([
    { kind: 'static-block', static: true, key: null, keyRange: null, start: 8, end: 17 },
  ])
})

test('positions refer to the text as given', () => {
  const text = '  class A { foo() {} }'
  const { members } = classOf(text)
  expect(text.slice(members[0]!.start, members[0]!.end)).toBe('foo() {}')
})

test('private names of an inner class are its own, those of an outer one are shared', () => {
  const text = `class {
    #a; #b
    m() { return class { #a; n(o) { return o.#a + o.#b } } }
    [class { #c; static x = (o) => o.#c }]; #c
    k = class extends f(o => o.#c) { #c }
  }`
  const { members, privateInstance } = classOf(text)
  expect(members.map(({ privateUses }) => privateUses)).toEqual([[], [], ['#b'], [], [], ['#c']])
  expect(privateInstance).toEqual(['#a', '#b', '#c'])
})
