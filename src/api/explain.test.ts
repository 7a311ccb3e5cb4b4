import * as Comlink from 'comlink'
import { describe, expect, it } from 'vitest'
import { register, sites } from '../realm/sites.ts'
import { registerType } from '../serialize/register-type.ts'
import type { ExplainedPart } from '../serialize/print-explanation.ts'
import { callback } from './callback.ts'
import { explain } from './explain.ts'
import { serialize } from './serialize.ts'

const fn = (text: string): ((...args: never[]) => unknown) => (0, eval)(`(${text})`) as never

function flat(root: ExplainedPart): ExplainedPart[] {
  const all = [root]
  for (const part of all) all.push(...part.children)
  return all
}

const table = (root: ExplainedPart): string =>
  flat(root)
    .map(({ path, kind, label, see, bytes }) =>
      [path || 'root', kind, ...(label === undefined ? [] : [label]), see ?? `${bytes} B`].join(' | '),
    )
    .join('\n')

describe('a function', () => {
  const rates = new Float64Array(1_000)
  const helper = fn('function round(x) { return Math.round(x * digits) / digits }')
  const price = fn('function price(i) { return round(rates[i]) + word.length }')
  const using = { rates, round: helper, digits: 100, word: 'abc' }

  it('shows what it captured, by variable, with the text of the code', () => {
    const { root, ...totals } = explain(price, { using })
    expect(table(root)).toMatchInlineSnapshot(`
      "root | function | price | 290 B
      .round | function | round | 230 B
      .rates | Float64Array | 16 B
      .word | string | 11 B
      .round.digits | number | 8 B
      .rates.<buffer> | ArrayBuffer | 8008 B"
    `)
    expect(totals).toMatchObject({ parts: 4, codeUnits: 2, problems: [], transferredBytes: 0 })
    expect(totals.bytes).toBeGreaterThan(8_000 + String(price).length + String(helper).length)
    expect(totals.bytes).toBeLessThan(9_000)
  })
  it('prints the largest first', () => {
    expect(String(explain(price, { using }))).toMatchInlineSnapshot(`
      "function price, 8.6 kB, 290 B of its own
        rates: Float64Array, 8 kB, 16 B of its own
          buffer: ArrayBuffer, 8 kB
        round: function round, 238 B, 230 B of its own
          digits: number, 8 B
        word: string, 11 B"
    `)
  })
  it('by `scope`', () => {
    const hidden = { n: 1 }
    const seen = explain(fn('() => hidden'), { scope: ($) => eval($) })
    expect(seen.root.children).toMatchObject([{ path: '.hidden', kind: 'Object' }])
    expect(hidden.n).toBe(1)
  })
  it('that the plugin registered', () => {
    const data = [1, 2]
    const closures = [{ at: 'c0', name: 'sum', length: 0, names: ['data'] }]
    const [site] = sites(['https://app.example/closures.js'], closures, [])
    const seen = explain(
      register(
        () => data.length,
        site!,
        () => [data],
      ),
    )
    expect(table(seen.root)).toMatchInlineSnapshot(`
      "root | function | 63 B
      .data | Array | 2 | 32 B"
    `)
    expect(seen).toMatchObject({ codeUnits: 1, problems: [] })
  })
  it('that is a class, with an instance, its prototype and methods', () => {
    const Point = fn(
      'class Point { x = 1; norm() { return this.x } static origin = new Map() }',
    ) as never as new () => object
    const seen = explain({ point: new Point(), Point })
    expect(table(seen.root)).toMatchInlineSnapshot(`
      "root | Object | 50 B
      .point | Point | 33 B
      .Point | class | Point | .point.<prototype>.<constructor>
      .point.<prototype> | prototype | 16 B
      .point.<prototype>.<constructor> | class | Point | 245 B
      .point.<prototype>.<constructor>.origin | Map | 0 | 8 B"
    `)
  })
})

describe('problems', () => {
  it('are collected, with the path, code and hint of the errors', () => {
    const tick = fn('(x) => missing + socket + x + other + fine')
    const value = { tick, list: [new WeakSet(), { port: new MessageChannel().port1 }] }
    const seen = explain(value, { using: { socket: new WeakMap(), fine: 1 } })
    expect(seen.problems.map(({ code, path }) => `${code} at ${path}`)).toEqual([
      'CAPTURE_UNRESOLVED at .tick',
      'CAPTURE_UNRESOLVED at .tick',
      'VALUE_UNSUPPORTED at .tick.socket',
      'VALUE_UNSUPPORTED at .list[0]',
      'VALUE_NOT_TRANSFERRED at .list[1].port',
    ])
    for (const { message, hint } of seen.problems) expect(message).toContain(hint)
    expect(seen.problems[0]!.message).toContain("free variable 'missing'")
    expect(seen.problems[1]!.message).toContain("free variable 'other'")
    expect(String(seen)).toMatchInlineSnapshot(`
      "Object, 368 B, 48 B of its own
        tick: function, 260 B, 252 B of its own
          ! CAPTURE_UNRESOLVED: Cannot offload a value: property 'tick' (at .tick) uses the free variable 'missing', which nobody supplies. Name it in \`using: { … }\`, or hand over the scope with \`scope: (name) => eval(name)\`.
          ! CAPTURE_UNRESOLVED: Cannot offload a value: property 'tick' (at .tick) uses the free variable 'other', which nobody supplies. Name it in \`using: { … }\`, or hand over the scope with \`scope: (name) => eval(name)\`.
          socket: WeakMap, 0 B
            ! VALUE_UNSUPPORTED: Cannot offload a value: variable 'socket' (captured at .tick.socket) is a WeakMap. Leave it on the page: pass the data it holds, wrap its use in \`callback(…)\`, or teach brine with \`registerType\`.
          fine: number, 8 B
        list: Array(2), 60 B, 32 B of its own
          1: Object, 28 B
            port: MessagePort, 0 B
              ! VALUE_NOT_TRANSFERRED: Cannot offload a value: property 'port' (at .list[1].port) is a MessagePort which is not in the transfer list. Add it to \`transfer: […]\`.
          0: WeakSet, 0 B
            ! VALUE_UNSUPPORTED: Cannot offload a value: property '0' (at .list[0]) is a WeakSet. Leave it on the page: pass the data it holds, wrap its use in \`callback(…)\`, or teach brine with \`registerType\`."
    `)
  })
  it('of a class are told once, and shown at each instance', () => {
    const Broken = fn('class Broken { run() { return eval("1") } }') as never as new () => object
    const seen = explain([new Broken(), new Broken(), Broken])
    expect(seen.problems.map(({ code }) => code)).toEqual(['CAPTURE_EVAL'])
    expect(seen.root.children.map(({ problems }) => problems?.length)).toEqual([1, 1, 1])
  })
  it('of private state do not hide what else the instance holds', () => {
    class Account {
      #balance = 1
      log = new WeakMap()
      read = (): number => this.#balance
    }
    const seen = explain(new Account())
    expect(seen.problems.map(({ code, path }) => `${code} at ${path}`)).toEqual(
      expect.arrayContaining(['VALUE_PRIVATE_STATE at ', 'VALUE_UNSUPPORTED at .log']),
    )
  })
  it.each([
    ['a proxy that throws', new Proxy({}, { ownKeys: () => expect.unreachable() })],
    ['a promise', Promise.resolve()],
    ['a native function', fn('() => {}').bind(undefined)],
    ['an event target', new EventTarget()],
  ])('are those of serialize: %s', (_, value) => {
    const seen = explain({ deep: [value] })
    expect(seen.problems.length).toBeGreaterThan(0)
    let refusal: unknown
    try {
      serialize({ deep: [value] })
    } catch (error) {
      refusal = error
    }
    const { code, path, hint } = refusal as { code: string; path: string; hint: string }
    expect(seen.problems[0]).toMatchObject({ code, path, hint })
  })
  it('there are none where serialize has none', () => {
    class Money {
      cents = 1
    }
    registerType(Money, { name: 'explain/Money', encode: ({ cents }) => cents, decode: () => new Money() })
    const value = [
      new Money(),
      new Date(),
      /x/g,
      new Map([[{}, new Set([1n])]]),
      Symbol.iterator,
      new Error('e'),
      Math.max,
    ]
    serialize(value)
    const seen = explain(value)
    expect(seen.problems).toEqual([])
    expect(seen.root.children.map(({ kind, label }) => [kind, label])).toEqual([
      ['Money', undefined],
      ['Date', undefined],
      ['RegExp', undefined],
      ['Map', '1'],
      ['global', 'Symbol.iterator'],
      ['Error', undefined],
      ['global', 'Math.max'],
    ])
  })
})

describe('data', () => {
  it('that is shared is met once and referred to', () => {
    const shared = { big: new Uint8Array(5_000) }
    const value: Record<string, unknown> = { a: shared, b: [shared] }
    value['self'] = value
    const { root, bytes, parts } = explain(value)
    const seen = flat(root).filter(({ see }) => see !== undefined)
    expect(seen.map(({ path, see, totalBytes }) => [path, see, totalBytes])).toEqual([
      ['.self', '', 0],
      ['.b[0]', '.a', 0],
    ])
    expect(bytes).toBeGreaterThan(5_000)
    expect(bytes).toBeLessThan(6_000)
    expect(parts).toBe(5)
  })
  it('of a view is its whole buffer, once', () => {
    const buffer = new ArrayBuffer(10_000)
    const { bytes } = explain([new Uint8Array(buffer, 0, 10), new Uint8Array(buffer, 10, 10)])
    expect(bytes).toBeGreaterThan(10_000)
    expect(bytes).toBeLessThan(11_000)
  })
  it('that moves is not copied, and stays here', () => {
    const buffer = new ArrayBuffer(10_000)
    const { port1 } = new MessageChannel()
    const seen = explain({ buffer, port1 }, { transfer: [buffer, port1] })
    expect(seen.problems).toEqual([])
    expect(seen.bytes).toBeLessThan(1_000)
    expect(seen.transferredBytes).toBeGreaterThanOrEqual(10_000)
    expect(seen.root.children.map(({ transferred }) => transferred)).toEqual([true, true])
    expect(buffer.byteLength).toBe(10_000)
    port1.close()
  })
  it('that stays behind is a callback', () => {
    const seen = explain([callback(() => 1), Comlink.proxy({ n: 1 })])
    expect(seen.root.children.map(({ kind }) => kind)).toEqual(['callback', 'callback'])
    expect(seen.problems).toEqual([])
  })
  it('counts strings by their characters', () => {
    expect(explain({ a: 'x'.repeat(1_000) }).bytes).toBeLessThan(1_100)
    expect(explain({ a: 'ж'.repeat(1_000) }).bytes).toBeGreaterThan(2_000)
  })
  it('sums up what it has below', () => {
    for (const part of flat(explain({ a: { b: ['x', { c: new Map([[1, { d: 1 }]]) }] } }).root)) {
      const below = part.children.reduce((sum, { totalBytes }) => sum + totalBytes, 0)
      expect(part.totalBytes).toBe(part.bytes + below)
    }
  })
  it.each([undefined, null, 1, 'text'])('of no identity: %s', (value) => {
    const seen = explain(value)
    expect(seen).toMatchObject({ parts: 0, problems: [] })
    expect(seen.bytes).toBeGreaterThan(0)
  })
})

describe('at scale', () => {
  it('takes a list of 100,000 links and prints what it is asked for', () => {
    let list: object | null = null
    for (let i = 0; i < 100_000; i++) list = { next: list }
    const seen = explain(list)
    expect(seen.parts).toBe(100_000)
    expect(String(seen).split('\n')).toHaveLength(10)
    expect(seen.toString({ depth: 1 })).toMatchInlineSnapshot(`
      "Object, 2.8 MB, 28 B of its own
        next: Object, 2.8 MB, 28 B of its own
          … 1 more, 2.8 MB"
    `)
  })
  it('sums up what is too wide to print', () => {
    const seen = explain(Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`k${at}`, [at]])))
    expect(seen.toString({ width: 2 })).toMatchInlineSnapshot(`
      "Object, 2.1 kB, 948 B of its own
        k0: Array(1), 24 B
        k1: Array(1), 24 B
        … 48 more, 1.2 kB"
    `)
  })
})
