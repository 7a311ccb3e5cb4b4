// What holds for any value: it comes back the same, with its sharing, and also where built-ins were tampered with.
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { difference, strayClasses } from '../../e2e/fixtures/same.js'
import { isBrineError } from '../errors/brine-error.ts'
import { fromBytes, toBytes } from '../serialize/bytes.ts'
import { deserialize, serialize } from './serialize.ts'

/** What may be drawn: fresh each time, so that every graph has its own. */
type Draw = (index: number) => unknown

class Plain {
  x = 1
  get double(): number {
    return this.x * 2
  }
}
class Sub extends Plain {
  y?: unknown
}
class List extends Array<unknown> {}
class Table extends Map<unknown, unknown> {}
class Failure extends RangeError {
  override name = 'Failure'
}

const captured = { n: 5 }
/** Environment of the functions that are drawn. */
const using = { captured }

const makers: readonly ((rng: number, at: Draw) => object | symbol)[] = [
  (_, at) => ({ a: at(0), b: at(1) }),
  (_, at) => [at(0), at(1), at(2)],
  (rng, at) => Object.assign([], { [rng % 7]: at(0), label: at(1) }),
  (_, at) =>
    new Map([
      [at(0), at(1)],
      [at(2), at(0)],
    ]),
  (_, at) => new Set([at(0), at(1)]),
  (_, at) => Object.assign(Object.create(null) as object, { n: at(0) }),
  (_, at) => Object.assign(new Plain(), { x: at(0) }),
  (_, at) => Object.assign(new Sub(), { y: at(0), [Symbol.for('k')]: at(1) }),
  (_, at) => List.from([at(0), at(1)]),
  (_, at) => new Table([['k', at(0)]]),
  (rng, at) => Object.assign(new Failure(`f${rng}`), { detail: at(0), cause: at(1) }),
  (rng, at) => new Error(`e${rng}`, { cause: at(0) }),
  (_, at) => new AggregateError([at(0), at(1)], 'several'),
  (_, at) => Object.freeze({ a: at(0) }),
  (_, at) => Object.seal([at(0)]),
  (_, at) => Object.preventExtensions({ [Symbol.iterator]: at(0) }),
  (_, at) =>
    Object.defineProperties(
      {},
      { hidden: { value: at(0) }, loose: { value: at(1), configurable: true, enumerable: true } },
    ),
  (_, at) =>
    Object.create(Object.freeze({ inherited: at(0) }), { own: { value: at(1), writable: true } }) as object,
  (rng) => Symbol(`s${rng % 3}`),
  (rng) => Symbol.for(`r${rng % 3}`),
  () => Symbol.asyncIterator,
  (rng) => new Date(rng % 2 ? rng : NaN),
  (rng) => Object.assign(/a(b)/giu, { lastIndex: rng % 5 }),
  (rng) => Object([rng, `${rng}`, true, BigInt(rng)][rng % 4]) as object,
  (rng) => new Uint8Array([rng, rng >> 8]),
  (rng) => {
    const buffer = new ArrayBuffer(8)
    new DataView(buffer).setFloat64(0, rng)
    return { left: new Uint16Array(buffer, 2, 2), right: new DataView(buffer, 4), buffer }
  },
  () => Math.max,
  () => JSON,
  () => Plain,
  () => Sub,
  (rng, at) =>
    Object.assign((0, eval)(`(function f${rng % 3}(x) { return [x, captured.n, ${rng}] })`) as object, {
      own: at(0),
    }),
  (rng) => (0, eval)(`((x = ${rng}, ...rest) => captured.n + x)`) as object,
  (rng) =>
    (0, eval)(
      `({ get v() { return ${rng} + captured.n }, set v(x) { this.w = x }, m() { return super.toString() } })`,
    ) as object,
  (rng) => (0, eval)(`(async function* g(a) { yield ${rng} })`) as object,
]

const primitive = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.bigInt(),
  fc.constantFrom<unknown>(undefined, null, true, false, -0, NaN, '', '__proto__', 'constructor'),
)

/**
 * A graph: each node is made of earlier nodes and primitives, then edges that close cycles are added to whatever takes
 * them.
 */
const graph: fc.Arbitrary<unknown> = fc
  .record({
    nodes: fc.array(
      fc.record({
        maker: fc.nat(makers.length - 1),
        rng: fc.nat(0xffff),
        refs: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
        primitives: fc.array(primitive, { minLength: 3, maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 30 },
    ),
    edges: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(9)), { maxLength: 20 }),
  })
  .map(({ nodes, edges }) => {
    const made: unknown[] = []
    for (const { maker, rng, refs, primitives } of nodes) {
      const at: Draw = (index) => {
        const ref = refs[index]! % (made.length + 2)
        return ref < made.length ? made[ref] : primitives[index]
      }
      made.push(makers[maker]!(rng, at))
    }
    for (const [from, to, key] of edges) {
      const holder = made[from % made.length]
      const isOpen = typeof holder === 'object' && holder !== null && Object.isExtensible(holder)
      if (isOpen && holder !== JSON) Reflect.set(holder, `edge${key}`, made[to % made.length])
    }
    return made.slice(-4)
  })

const runs = { numRuns: 400 }

async function copyOf(value: unknown): Promise<unknown> {
  return await deserialize(structuredClone({ ...serialize(value, { using }) }), { code: 'allow' })
}

function expectSame(value: unknown, copy: unknown): void {
  expect(difference(value, copy)).toBeUndefined()
  expect(strayClasses(copy, value, [Plain, Sub, List, Table, Failure])).toEqual([])
}

describe('any graph', () => {
  it('comes back the same, with cycles and sharing', async () => {
    await fc.assert(
      fc.asyncProperty(graph, async (value) => expectSame(value, await copyOf(value))),
      runs,
    )
  })

  it('comes back the same the second time', async () => {
    await fc.assert(
      fc.asyncProperty(graph, async (value) => expectSame(value, await copyOf(await copyOf(value)))),
      { numRuns: 150 },
    )
  })

  it('is left as it was', async () => {
    await fc.assert(
      fc.asyncProperty(graph, async (value) => {
        const first = serialize(value, { using })
        await deserialize(first, { code: 'allow' })
        const second = serialize(value, { using })
        expect(difference(first.data, second.data)).toBeUndefined()
      }),
      { numRuns: 150 },
    )
  })

  it('comes back the same by way of bytes', async () => {
    await fc.assert(
      fc.asyncProperty(graph, async (value) => {
        const bytes = toBytes(serialize(value, { using }))
        expectSame(value, await deserialize(fromBytes(bytes), { code: 'allow' }))
      }),
      { numRuns: 150 },
    )
  })
})

describe('any plain data', () => {
  const options = {
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
    withNullPrototype: true,
  }
  it('comes back the same, with no leave to run code', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(options), async (value) => {
        expect(difference(value, await deserialize(structuredClone({ ...serialize(value) })))).toBeUndefined()
      }),
      runs,
    )
  })
})

describe('functions that share variables', () => {
  it('share them as before, whatever they do and in whatever order', async () => {
    const step = fc.tuple(fc.nat(3), fc.integer({ min: -9, max: 9 }))
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.integer(), async (steps, start) => {
        const make = () => {
          let n = start
          let log: number[] = []
          const functions = {
            add: (by: number) => (n += by),
            times: (by: number) => (n = n * by),
            note: () => log.push(n),
            reset: (by: number) => ([n, log] = [by, [...log, n]]),
          }
          const read = () => [n, log]
          return { functions, read, scope: ($: string): unknown => eval($) }
        }
        const run = ({ functions, read }: Pick<ReturnType<typeof make>, 'functions' | 'read'>) => {
          const list = Object.values(functions)
          for (const [which, by] of steps) list[which]!(by)
          return read()
        }
        const away = make()
        const { functions, read } = away
        const copy = (await deserialize(serialize({ functions, read }, { scope: away.scope }), {
          code: 'allow',
        })) as typeof away
        expect(run(copy)).toEqual(run(make()))
        expect(away.read()).toEqual([start, []])
      }),
      { numRuns: 150 },
    )
  })
})

describe('in a realm that was tampered with', () => {
  const undo: (() => void)[] = []
  const tamper = (target: object, key: PropertyKey, value: unknown, enumerable = false) => {
    const before = Object.getOwnPropertyDescriptor(target, key)
    Object.defineProperty(target, key, { value, enumerable, configurable: true, writable: true })
    undo.push(() =>
      before ? Object.defineProperty(target, key, before) : Reflect.deleteProperty(target, key),
    )
  }
  let hits = 0
  const spy = (): never => {
    hits++
    throw new Error('foreign code ran')
  }
  beforeEach(() => (hits = 0))
  afterEach(() => {
    while (undo.length > 0) undo.pop()!()
  })

  const value = () => {
    const shared = { n: 1, list: [1, undefined, { deep: new Map([[Symbol.for('k'), new Set([1])]]) }] }
    const f = (0, eval)('((x) => captured.n + x)') as (x: number) => number
    return {
      shared,
      again: [shared],
      frozen: Object.freeze({ shared }),
      date: new Date(5),
      plain: new Plain(),
      f,
      error: new Error('e'),
    }
  }
  /** Comparing uses built-ins itself: it waits until they are mended. */
  const expectToSurvive = async (poison: () => void): Promise<void> => {
    const original = value()
    poison()
    let copy: unknown
    let refused: unknown
    try {
      copy = await copyOf(original)
    } catch (error) {
      refused = error
    }
    while (undo.length > 0) undo.pop()!()
    expect(refused).toBeUndefined()
    expect(difference(original, copy)).toBeUndefined()
    expect((copy as typeof original).f(1)).toBe(6)
  }

  it.each([
    ['an enumerable property of Object.prototype', () => tamper(Object.prototype, 'polluted', 'yes', true)],
    [
      'setters for the names of what travels',
      () => {
        for (const key of ['n', 'list', 'shared', 'x', 'message', 'heap', 'root', 'data']) {
          Object.defineProperty(Object.prototype, key, { set: spy, configurable: true })
          undo.push(() => Reflect.deleteProperty(Object.prototype, key))
        }
      },
    ],
    ['an enumerable property of Array.prototype', () => tamper(Array.prototype, 'extra', 1, true)],
    ['an index of Array.prototype', () => tamper(Array.prototype, '1', 'from the prototype')],
    [
      'toJSON and valueOf that throw',
      () => [tamper(Object.prototype, 'toJSON', spy), tamper(Date.prototype, 'toJSON', spy)],
    ],
    ['Function.prototype.call that throws', () => tamper(Function.prototype, 'custom', spy, true)],
    [
      'constructors that lie',
      () => [tamper(Plain.prototype, 'constructor', Plain), tamper(Date.prototype, 'extra', 1, true)],
    ],
    ['Symbol.toStringTag of Object.prototype', () => tamper(Object.prototype, Symbol.toStringTag, 'Forged')],
    ['then of Object.prototype as data', () => tamper(Object.prototype, 'then', 'no function')],
  ])('with %s, values come back the same and nothing foreign runs', async (_, poison) => {
    await expectToSurvive(poison)
    expect(hits).toBe(0)
  })

  it('with values for what payloads may leave out, is refused with an error that says so, if at all', async () => {
    const payload = serialize(value(), { using })
    const fields = 'self args newTarget parent keys home eager fixed deleted id props proto code'.split(' ')
    for (const key of fields) {
      tamper(Object.prototype, key, [0])
      const told = await deserialize(payload, { code: 'allow' }).catch((error: unknown) => error)
      undo.pop()!()
      expect(told instanceof Error ? isBrineError(told) : true, key).toBe(true)
    }
  })
})
