// Maps over workers that share this thread.
import { afterEach, describe, expect, it, vi } from 'vitest'
import fc from 'fast-check'
import { FakeWorker, endAll, makeEngine } from '../../e2e/fixtures/fake-workers.ts'
import type { CallOptions } from './options.ts'
import { startMap } from './map.ts'
import type { TaskMap } from './task-map.ts'
import { InlineEngine } from '../pool/inline.ts'
import type { Engine } from '../pool/call.ts'

afterEach(endAll)

// oxlint-disable-next-line typescript/no-explicit-any -- items and results are of many kinds here
type AnyMap = TaskMap<any>

/** A map on fake workers. */
function map(items: unknown, fn: unknown, options: CallOptions = {}, size = 2): AnyMap {
  const { engine } = makeEngine({ size })
  return mapOn(engine, items, fn, options, size)
}
const mapOn = (engine: Engine, items: unknown, fn: unknown, options: CallOptions = {}, size = 2): AnyMap =>
  startMap({ id: 'test-map-1', size, engine }, options, items, fn) as AnyMap

const upTo = (n: number): number[] => Array.from({ length: n }, (_, at) => at)
async function* later<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  for (const item of items) yield await Promise.resolve(item)
}
const listOf = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}

describe('map', () => {
  const double = (n: number): number => n * 2
  const doubled = upTo(100).map(double)

  it.each([
    ['a count', 100],
    ['an array', upTo(100)],
    ['a set', new Set(upTo(100))],
    ['a typed array', Int32Array.from(upTo(100))],
    ['an async generator', later(upTo(100))],
  ])('takes %s', async (_, items) => {
    expect(await map(items, double)).toEqual(doubled)
  })

  it.each([1, 7, 1000, undefined])('gives the results in order, in chunks of %s', async (chunk) => {
    const options = chunk === undefined ? {} : { chunk }
    expect(await map(upTo(100), double, options)).toEqual(doubled)
    expect(await listOf(map(upTo(100), double, options))).toEqual(doubled)
    const any = await listOf(map(upTo(100), double, options).unordered())
    expect(any.sort((a: number, b: number) => a - b)).toEqual(doubled)
  })

  it('hands on the index, and keeps any kind of result', async () => {
    expect(await map(['a', 'b'], (text: string, index: number) => [text, index])).toEqual([
      ['a', 0],
      ['b', 1],
    ])
    expect(await map([0, -0, NaN], (n: number) => n)).toEqual([0, -0, NaN])
    expect(await map(2, async (n: number) => new Map([[n, 1n]]))).toEqual([
      new Map([[0, 1n]]),
      new Map([[1, 1n]]),
    ])
    expect(await map(0, double)).toEqual([])
    expect(await map([], double)).toEqual([])
  })

  it('sends the function once to a worker', async () => {
    const { engine } = makeEngine({ size: 2 })
    const rate = 3
    const using = () => ({ rate })
    const results = await mapOn(engine, 50, (n: number) => n * rate, { chunk: 1, using })
    expect(results).toEqual(upTo(50).map((n) => n * 3))
    expect(engine.stats()).toMatchObject({ codeSent: 2, sharesSent: 2, sharesReused: 48 })
    expect(FakeWorker.all.map(({ calls }) => calls.at(-1))).toEqual(['forget', 'forget'])
  })

  it('tells how far it is', async () => {
    const seen: unknown[] = []
    const run = map(upTo(4), double, { chunk: 2, label: 'work', onProgress: (value) => seen.push(value) })
    expect([run.state, run.label, run.id]).toEqual(['queued', 'work', 'test-map-1'])
    await run
    expect(run.state).toBe('done')
    expect(run.info).toEqual({ done: 4, total: 4, chunks: 2, failedIndex: undefined })
    expect(seen).toEqual([
      { done: 2, total: 4 },
      { done: 4, total: 4 },
    ])
  })

  it('runs on the thread itself where there are no workers', async () => {
    const seen: number[] = []
    const results = await mapOn(new InlineEngine('inline'), upTo(40), (n: number) => seen.push(n))
    expect(results).toEqual(upTo(40).map((n) => n + 1))
  })
})

describe('an error', () => {
  const fail = (n: number): number => {
    if (n >= 5) throw Object.assign(new RangeError(`no ${n}`), { n })
    return n
  }

  it.each([1, 3, undefined])('is that of the first item in order, in chunks of %s', async (chunk) => {
    const run = map(100, fail, chunk === undefined ? {} : { chunk })
    const error = await run.then(String, (thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(RangeError)
    expect(error).toMatchObject({ message: 'no 5', n: 5 })
    expect((error as Error).stack).toContain('at item 5 of the map')
    expect(run.state).toBe('failed')
    expect(run.info.failedIndex).toBe(5)
  })

  it('comes behind the results before it', async () => {
    const seen: unknown[] = []
    const read = async (): Promise<void> => {
      for await (const n of map(100, fail, { chunk: 3 })) seen.push(n)
    }
    await expect(read()).rejects.toThrow('no 5')
    expect(seen).toEqual([0, 1, 2, 3, 4])
  })

  it('is a result with settle', async () => {
    const results = await map(6, fail, { settle: true })
    expect(results.slice(0, 5)).toEqual(upTo(5).map((value) => ({ status: 'fulfilled', value })))
    expect(results[5]).toMatchObject({ status: 'rejected', reason: { message: 'no 5' } })
  })

  it('of a result that cannot travel names the item', async () => {
    const run = map(10, (n: number) => (n === 4 ? [Promise.resolve()] : n))
    await expect(run).rejects.toMatchObject({ code: 'VALUE_UNSUPPORTED' })
    expect(run.info.failedIndex).toBe(4)
    const settled = await map(10, (n: number) => (n === 4 ? [Promise.resolve()] : n), { settle: true })
    expect(settled.map(({ status }: { status: string }) => status)).toEqual(
      upTo(10).map((n) => (n === 4 ? 'rejected' : 'fulfilled')),
    )
  })

  it('of the source is the error of the map', async () => {
    const items = function* (): Generator<number> {
      yield 1
      throw new Error('no more')
    }
    await expect(map(items(), (n: number) => n)).rejects.toThrow('no more')
    await expect(map(later(items()), (n: number) => n)).rejects.toThrow('no more')
  })

  it('of a capture is told before anything runs', async () => {
    const { engine } = makeEngine()
    const missing = 1
    await expect(mapOn(engine, 3, (n: number) => n + missing)).rejects.toMatchObject({
      code: 'CAPTURE_UNRESOLVED',
    })
    expect(engine.stats().workers).toBe(0)
  })

  it.each([
    ['no items', [undefined, (): number => 1], 'the first argument'],
    ['a negative count', [-1, (): number => 1], 'the first argument'],
    ['a broken count', [1.5, (): number => 1], 'the first argument'],
    ['an object', [{}, (): number => 1], 'the first argument'],
    ['no function', [[1], 5], 'the second argument'],
  ])('tells of %s', async (_, [items, fn], culprit) => {
    await expect(map(items, fn)).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
      message: expect.stringContaining(culprit) as string,
    })
  })
})

describe('endless items', () => {
  it('are pulled as they are needed, and closed by break', async () => {
    let pulled = 0
    let closed = 0
    async function* endless(): AsyncGenerator<number> {
      try {
        for (;;) yield pulled++
      } finally {
        closed++
      }
    }
    const seen: number[] = []
    const run = map(endless(), (n: number) => n, { chunk: 4 })
    for await (const n of run) {
      seen.push(n as number)
      if (seen.length === 10) break
    }
    expect(seen).toEqual(upTo(10))
    expect(closed).toBe(1)
    expect(run.state).toBe('cancelled')
    expect(pulled).toBeLessThan(4 * 2 * 16 * 2)
  })

  it('wait while nobody takes results', async () => {
    let pulled = 0
    const items = function* (): Generator<number> {
      for (;;) yield pulled++
    }
    const { engine } = makeEngine({ size: 1 })
    const run = mapOn(engine, items(), (n: number) => n, { chunk: 1 }, 1)
    await vi.waitFor(() => {
      const { running, queued, done } = engine.stats()
      expect([running + queued, done >= 16]).toEqual([0, true])
    })
    expect(pulled).toBeLessThanOrEqual(18)
    run.cancel()
  })
})

describe('cancel', () => {
  it('rejects with the reason and closes the source', async () => {
    let closed = 0
    const items = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => {}),
        return: async () => {
          closed++
          return { done: true as const, value: undefined }
        },
      }),
    }
    const run = map(items, (n: number) => n)
    const list = run.then(
      () => 'done',
      (error: unknown) => error,
    )
    await Promise.resolve()
    run.cancel('enough')
    expect(await list).toBe('enough')
    expect([closed, run.state]).toEqual([1, 'cancelled'])
  })

  it('follows the signal', async () => {
    const control = new AbortController()
    const run = map(10, () => new Promise(() => {}), { signal: control.signal })
    const list = run.then(
      () => 'done',
      (error: unknown) => error,
    )
    await Promise.resolve()
    control.abort('aborted')
    expect(await list).toBe('aborted')
  })
})

describe('reduce', () => {
  const values = upTo(200).map((n) => Math.sin(n) * 10 ** (n % 17))
  /** The tree as it is documented. */
  const tree = (list: readonly number[], merge: (a: number, b: number) => number): number => {
    let size = 1
    while (size * 2 <= list.length) size *= 2
    if (list.length === 1) return list[0]!
    if (size === list.length)
      return merge(tree(list.slice(0, size / 2), merge), tree(list.slice(size / 2), merge))
    return merge(tree(list.slice(0, size), merge), tree(list.slice(size), merge))
  }
  const add = (a: number, b: number): number => a + b

  it('gives the same bits for any chunks, workers and deaths', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 200 }),
        fc.constantFrom(1, 7, 64, undefined),
        fc.constantFrom(1, 2, 4),
        fc.boolean(),
        async (count, chunk, size, dies) => {
          const { engine } = makeEngine({ size })
          const options = { retries: 3, ...(chunk !== undefined && { chunk }) }
          const list = values.slice(0, count)
          const run = mapOn(engine, list, (n: number) => n / 3, options, size).reduce(add, 0.1)
          if (dies) {
            await vi.waitFor(() => expect(FakeWorker.all.length).toBeGreaterThan(0)).catch(() => {})
            FakeWorker.all.at(-1)?.die()
          }
          const expected =
            count === 0
              ? 0.1
              : 0.1 +
                tree(
                  list.map((n) => n / 3),
                  add,
                )
          expect(Object.is(await run, expected)).toBe(true)
          await endAll()
        },
      ),
      { numRuns: 60 },
    )
  })

  it('folds what came before it was asked for', async () => {
    const run = map(values, (n: number) => n, { chunk: 8 })
    await vi.waitFor(() => expect(run.info.done).toBeGreaterThan(0))
    expect(await run.reduce(add, 0)).toBe(0 + tree(values, add))
  })

  it('refuses a merge that takes time, and one that throws', async () => {
    for (const items of [2, 3]) {
      await expect(map(items, (n: number) => n, { chunk: 1 }).reduce(async () => 1, 0)).rejects.toMatchObject(
        {
          code: 'ARGUMENT_INVALID',
        },
      )
    }
    const fail = (): never => {
      throw new Error('cannot merge')
    }
    await expect(map(4, (n: number) => n).reduce(fail, 0)).rejects.toThrow('cannot merge')
    await expect(map(4, (n: number) => n, { settle: true }).reduce(add, 0)).rejects.toThrow("option 'settle'")
    await expect(map(4, (n: number) => n).reduce(5 as never, 0)).rejects.toThrow('the first argument')
  })

  it('is one way of reading, of which there is one', async () => {
    const run = map(3, (n: number) => n)
    expect(await run.reduce(add, 0)).toBe(3)
    await expect(run).rejects.toThrow('it is read as a fold')
    expect(() => run.unordered()).toThrow('it is read as a fold')
  })
})
