// The format as it is written: small values, so that a change of the format is seen here.
import { describe, expect, it } from 'vitest'
import { capture } from '../capture/environment.ts'
import { rebuiltCarrier } from '../capture/rebuilt.ts'
import { sourceCarrier } from '../capture/source.ts'
import type { HeapNode, Payload, PayloadData } from '../payload/types.ts'
import { bind } from '../realm/bind.ts'
import type { AnyFunction } from '../realm/registry.ts'
import { snapshot } from './snapshot.ts'
import { writeCall, writePayload } from './write.ts'
import type { WriteOptions } from './write.ts'

const options = { carriers: [rebuiltCarrier, sourceCarrier], action: 'serialize' }
const write = (value: unknown, extra: Partial<WriteOptions> = {}): PayloadData =>
  writePayload(value, { ...options, ...extra }).data
const heap = (value: unknown, using: Record<string, unknown> = {}): readonly HeapNode[] =>
  write(value, { environment: { using } }).heap

/** Evaluated as a script: no tool changes its text. */
const evaluate = (text: string): unknown => (0, eval)(`(${text})`)

/** The root, the nodes and the units, one a line; ids are random. */
const lines = ({ root, heap: nodes, code }: PayloadData): string =>
  [{ root }, ...nodes, ...code]
    .map((each) =>
      JSON.stringify(each)
        .replace(/"id":"[^"]+"/, '"id":"…"')
        .replaceAll('\\n', '\n'),
    )
    .join('\n')

describe('primitives', () => {
  it.each([1, -0, NaN, 'x', '', true, null, undefined, 12n])('%s is the root itself', (value) => {
    expect(write(value)).toEqual({ brine: 1, code: [], heap: [], root: value })
  })
})

describe('data', () => {
  it('is handed over as it is, whole, whatever its shape', () => {
    const cycle: Record<string, unknown> = {
      list: [1, { a: 1 }],
      date: new Date(0),
      map: new Map([[1, new Set([2])]]),
    }
    cycle.self = cycle
    const data = write(cycle)
    expect(data).toMatchObject({ heap: [{ kind: 'plain' }], root: [0] })
    expect((data.heap[0] as { value: unknown }).value).toBe(cycle)
  })

  it('is rebuilt where it reaches something that is not', () => {
    expect(heap({ n: 1, list: [1, Symbol.for('s')], data: { deep: [2] } })).toEqual([
      {
        kind: 'object',
        props: [
          ['n', 1],
          ['list', [1]],
          ['data', [3]],
        ],
      },
      { kind: 'array', length: 2, items: [1, [2]] },
      { kind: 'registered-symbol', key: 's' },
      { kind: 'plain', value: { deep: [2] } },
    ])
  })

  it('shared between what is handed over and what is rebuilt has one node, which both refer to', () => {
    const shared = { s: 1 }
    const data = write([{ plain: { shared } }, { rebuilt: Symbol('s'), shared }])
    const [, plain, , , node] = data.heap as readonly { value: { plain: { shared: unknown } } }[]
    expect(plain!.value.plain.shared).toBe(shared)
    expect(node!.value).toBe(shared)
  })

  it('is rebuilt node by node where nothing is handed over', () => {
    expect(write({ a: [1] }, { byReference: false }).heap).toEqual([
      { kind: 'object', props: [['a', [1]]] },
      { kind: 'array', length: 1, items: [1] },
    ])
  })
})

describe('a node', () => {
  const hidden = Object.defineProperty({}, 'h', { get: evaluate('function () { return 1 }') as () => number })
  const symbol = Symbol('s')
  it.each<[string, unknown, readonly object[]]>([
    ['of a frozen object', Object.freeze({ a: 1 }), [{ kind: 'object', props: [['a', 1, 2]], fixed: true }]],
    ['of a null prototype', Object.create(null), [{ kind: 'object', proto: null }]],
    [
      'of another prototype',
      Object.create(Array.prototype),
      [
        { kind: 'object', proto: [1] },
        { kind: 'global', path: 'Array.prototype' },
      ],
    ],
    [
      'of an accessor',
      hidden,
      [
        { kind: 'object', props: [['h', [1], 8, undefined]] },
        { kind: 'closure', index: 0 },
        { kind: 'scope' },
      ],
    ],
    [
      'of a sparse array',
      Object.assign([1], { 2: symbol }),
      [
        { kind: 'array', length: 3, items: [1], props: [['2', [1]]] },
        { kind: 'symbol', description: 's' },
      ],
    ],
    ['of a symbol without description', Symbol(), [{ kind: 'symbol' }]],
    ['of a well-known symbol', Symbol.iterator, [{ kind: 'global', path: 'Symbol.iterator' }]],
    ['of a map', new Map([[symbol, 1]]), [{ kind: 'map', entries: [[[1], 1]] }, { kind: 'symbol' }]],
    ['of a set', new Set([symbol]), [{ kind: 'set', values: [[1]] }, { kind: 'symbol' }]],
    [
      'of a date with a property',
      Object.assign(new Date(7), { tz: 'x' }),
      [{ kind: 'native', value: new Date(7), props: [['tz', 'x']] }],
    ],
    [
      'of a frozen regular expression',
      Object.freeze(/x/g),
      [{ kind: 'native', props: [['lastIndex', 0, 0]], fixed: true }],
    ],
    ['of a boxed symbol', Object(symbol), [{ kind: 'boxed-symbol', symbol: [1] }, { kind: 'symbol' }]],
    [
      'of an error',
      Object.assign(new Error('m'), { stack: 'at x' }),
      [{ kind: 'error', stack: 'at x', props: [['message', 'm', 5]] }],
    ],
    [
      'of an error of a subclass',
      Object.assign(new TypeError('m'), { stack: '' }),
      [
        { kind: 'error', proto: [1] },
        { kind: 'global', path: 'TypeError.prototype' },
      ],
    ],
    [
      'of arguments',
      (function (..._: unknown[]) {
        return arguments
      })(5),
      [
        {
          kind: 'arguments',
          props: [
            ['0', 5],
            ['length', 1, 5],
            [[1], [2], 5],
          ],
        },
        { path: 'Symbol.iterator' },
        { path: 'Array.prototype.values' },
      ],
    ],
    ['of a global', Math.max, [{ kind: 'global', path: 'Math.max' }]],
  ])('%s', (_, value, nodes) => {
    expect(heap(value)).toMatchObject(nodes)
  })
})

describe('code', () => {
  it('of a function: its text by scope, what it captured, and where it differs from what the text makes', () => {
    const fn = evaluate('(x) => x * rate') as AnyFunction
    expect(lines(write(fn, { environment: { using: { rate: 3 } } }))).toMatchInlineSnapshot(`
      "{"root":[0]}
      {"kind":"closure","scope":[1],"index":0,"name":""}
      {"kind":"scope","code":0,"env":[3]}
      {"hash":"25ewmieh1ms.1vmnsgh6z5o","text":"var rate
      return {
      make: [
      function ($brine) { \\"use strict\\"; return ((x) => x * rate
      ) }
      ],
      read() { return [rate] },
      write($values) { rate = $values[0] },
      }","names":["rate"]}"
    `)
  })

  it('of two functions that share a variable is one scope', () => {
    const [inc, get] = [evaluate('() => ++n'), evaluate('() => n')]
    expect(heap([inc, get], { n: 5 })).toMatchObject([
      { kind: 'array', items: [[1], [2]] },
      { kind: 'closure', scope: [3], index: 0 },
      { kind: 'closure', scope: [3], index: 1 },
      { kind: 'scope', env: [5] },
    ])
    expect(heap([get, evaluate('() => n')], { n: 5 }).filter(({ kind }) => kind === 'scope')).toHaveLength(2)
  })

  it('of a class: parent, keys, members that were decorated, prototype where it differs', () => {
    const Base = evaluate('class Base {}')
    const make = evaluate(
      '(Base, k) => class A extends Base { static s = 1; [k]() {} m() { return free } }',
    ) as AnyFunction
    const target = make(...([Base, 'computed'] as never[])) as { prototype: { m: object } }
    Object.assign(target.prototype.m, { tag: 1 })
    Object.assign(target.prototype, { extra: 2 })
    const using = { free: 'f' }
    expect(lines(write(target, { environment: { using } }))).toMatchInlineSnapshot(`
      "{"root":[0]}
      {"kind":"closure","scope":[4],"index":0,"name":"A","id":"…","parent":[1],"keys":["computed"],"props":[["s",1]]}
      {"kind":"closure","scope":[5],"index":0,"name":"Base","id":"…"}
      {"kind":"member","of":[0],"static":false,"key":"m","part":"value","props":[["tag",1]]}
      {"kind":"prototype","of":[0],"props":[["extra",2]]}
      {"kind":"scope","code":0,"env":["f"]}
      {"kind":"scope","code":1,"env":[]}
      {"hash":"m369jweplg.1girsjvhmvw","text":"var free
      return {
      make: [
      function ($brine) { \\"use strict\\"; return (class A extends ($brine.parent) { ; [$brine.keys[0]]() {} m() { return free } }
      ) }
      ],
      read() { return [free] },
      write($values) { free = $values[0] },
      }","names":["free"]}
      {"hash":"24snxwym31s.13y5j1fwsak","text":"return {
      make: [
      function ($brine) { \\"use strict\\"; return (class Base {}
      ) }
      ],
      read() { return [] },
      write($values) {  },
      }","names":[]}"
    `)
  })

  it('of a bound function: its parts', () => {
    const target = evaluate('function f(a, b) {}') as AnyFunction
    expect(heap(bind(target, { self: 1 } as never, ...([2] as never[])))).toMatchObject([
      { kind: 'bound', target: [1], self: [2], args: [2] },
      { kind: 'closure', name: 'f' },
      { kind: 'plain', value: { self: 1 } },
      { kind: 'scope' },
    ])
  })

  it('of an arrow: what it has of the place around', () => {
    const [self, args, target] = [{ t: 1 }, [1, 2], Math.max]
    const using = { this: self, arguments: args, 'new.target': target }
    expect(heap(evaluate('() => [this, arguments]'), using)[0]).toMatchObject({ self: [1], args })
    expect(
      heap((evaluate('function () { return () => new.target }') as AnyFunction)(), using)[0],
    ).toMatchObject({ newTarget: [1] })
  })

  it('of a text that came twice is one unit', () => {
    const pair = [1, 2].map((k) => capture(evaluate('() => k') as AnyFunction, { using: { k } }))
    const data = write(pair)
    expect(data.code).toHaveLength(1)
    expect(data.heap.filter(({ kind }) => kind === 'scope')).toEqual([
      { kind: 'scope', code: 0, env: [1] },
      { kind: 'scope', code: 0, env: [2] },
    ])
  })
})

describe('what stays behind or moves', () => {
  it('is a port, in the transfer list', () => {
    const port = { a: 'port' }
    const stays = (): void => {}
    const payload = writePayload([stays], {
      ...options,
      remote: (value) => (value === stays ? port : undefined),
    })
    expect(payload.data.heap[1]).toEqual({ kind: 'remote', port })
    expect(payload.transfer).toEqual([port])
  })

  it('is handed over as it is, whatever it is', () => {
    const { port1 } = new MessageChannel()
    const payload = writePayload({ port1, fn: evaluate('() => 1') }, { ...options, transfer: [port1] })
    expect(payload.data.heap).toContainEqual({ kind: 'plain', value: port1 })
    expect(payload.transfer).toEqual([port1])
  })
})

describe('a call', () => {
  it('has the function and its arguments as its root, which share what they share', () => {
    const shared = { n: 1 }
    const fn = evaluate('(x) => x === shared') as AnyFunction
    const { data } = writeCall(fn, [shared, 2], { ...options, environment: { using: { shared } } })
    expect(data.heap).toMatchObject([
      { kind: 'array', items: [[1], [3]] },
      { kind: 'closure' },
      { kind: 'plain', value: shared },
      { kind: 'plain', value: [shared, 2] },
      { kind: 'scope', env: [[2]] },
    ])
  })

  it.each<[string, unknown[], path: string]>([
    ['an argument', [1, Promise.resolve()], '[1]'],
    ['a part of an argument', [{ a: [new WeakSet()] }], '[0].a[0]'],
    ['an argument of a map', [new Map([['k', new WeakSet()]])], '[0].<value 0>'],
  ])('names %s by its path', (_, args, path) => {
    expect(() => writeCall(evaluate('() => 1') as AnyFunction, args, options)).toThrow(
      expect.objectContaining({ path }) as Error,
    )
  })

  it('names a variable by its path, as if the function were the root', () => {
    const using = { opts: { socket: new WeakMap() } }
    const fn = evaluate('function onTick() { return opts }') as AnyFunction
    expect(() => writeCall(fn, [], { ...options, action: 'offload', environment: { using } })).toThrow(
      "Cannot offload 'onTick': property 'socket' (captured at .opts.socket) is a WeakMap",
    )
  })

  it('names what lies 200,000 levels deep', () => {
    let list: object = { culprit: new WeakSet() }
    for (let depth = 0; depth < 200_000; depth++) list = { next: list }
    expect(() => writeCall(evaluate('() => 1') as AnyFunction, [list], options)).toThrow(
      expect.objectContaining({
        path: expect.stringMatching(/^\[0\]\.next.* … \d+ steps … .*\.culprit$/) as string,
      }) as Error,
    )
  })
})

describe('snapshot', () => {
  const payloadOf = (value: unknown, transfer: readonly unknown[] = []): Payload =>
    writePayload(value, { ...options, transfer })

  it('is independent of the value', () => {
    const value = { list: [1] }
    const payload = payloadOf([value, evaluate('() => 1')])
    const copy = snapshot(payload)
    value.list.push(2)
    expect(JSON.stringify(payload.data)).toContain('[1,2]')
    expect(JSON.stringify(copy.data)).not.toContain('[1,2]')
  })

  it('is the payload itself where nothing can change', () => {
    const payload = payloadOf(evaluate('() => 1'))
    expect(snapshot(payload)).toBe(payload)
  })

  it('moves what is in the transfer list, and keeps it shared', () => {
    const buffer = new Uint8Array([1, 2, 3]).buffer
    const copy = snapshot(payloadOf({ buffer, view: new Uint8Array(buffer, 1) }, [buffer]))
    expect(buffer.byteLength).toBe(0)
    const [node] = copy.data.heap as readonly { value: { buffer: ArrayBuffer; view: Uint8Array } }[]
    expect([...node!.value.view]).toEqual([2, 3])
    expect(node!.value.view.buffer).toBe(node!.value.buffer)
    expect(copy.transfer).toEqual([node!.value.buffer])
  })
})
