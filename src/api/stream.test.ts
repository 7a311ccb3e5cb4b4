// Generators across threads, over workers that share this thread, and inline.
import * as Comlink from 'comlink'
import { afterEach, describe, expect, it } from 'vitest'
import { FakeWorker, endAll, makeEngine, workerClock } from '../../e2e/fixtures/fake-workers.ts'
import { takeCallSite } from '../pool/call-site.ts'
import type { CallSettings, Engine } from '../pool/call.ts'
import { InlineEngine } from '../pool/inline.ts'
import type { AnyFunction } from '../realm/registry.ts'
import { task as ambientTask } from '../realm/task.ts'
import { isGeneratorFunction } from '../stream/command.ts'
import { Task } from './task.ts'
import type { StreamTask } from './task.ts'

const task = ambientTask
const { transfer } = Comlink

afterEach(endAll)

interface Settings extends CallSettings {
  readonly onProgress?: (value: unknown) => void
}

function start<Yielded, Result>(
  engine: Engine,
  fn: (...args: never[]) => Generator<Yielded, Result> | AsyncGenerator<Yielded, Result>,
  args: readonly unknown[] = [],
  { onProgress, ...settings }: Settings = {},
): StreamTask<Yielded, Result> {
  return new Task<Result, Yielded, Result, unknown>(
    fn.name,
    (observer) =>
      engine.submit({
        fn: fn as AnyFunction,
        args,
        settings,
        label: fn.name,
        site: takeCallSite(start),
        observer,
      }),
    onProgress,
    { isStream: isGeneratorFunction(fn) },
  )
}

async function collect<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const seen: Value[] = []
  for await (const value of values) seen.push(value)
  return seen
}

/** Lets all messages that are under way arrive. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

function* count(n: number): Generator<number, string> {
  for (let i = 0; i < n; i++) yield i
  return 'end'
}
async function* countLater(n: number): AsyncGenerator<number, string> {
  for (let i = 0; i < n; i++) {
    await Promise.resolve()
    yield i
  }
  return 'end'
}
const first = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

describe.each([
  ['in a worker', (): Engine => makeEngine().engine],
  ['inline', (): Engine => new InlineEngine('inline')],
])('a generator %s', (_, make) => {
  it.each([0, 1, 2, 63, 64, 65, 5_000])('is read to its end: %i values', async (n) => {
    const engine = make()
    expect(await collect(start(engine, count, [n]))).toEqual(first(n))
    expect(await collect(start(engine, countLater, [n]))).toEqual(first(n))
  })

  it('may come of a function that is none', async () => {
    const engine = make()
    const fn = (n: number): Generator<number, string> =>
      (function* () {
        for (let i = 0; i < n; i++) yield i
        return 'end'
      })()
    for (let round = 0; round < 3; round++) {
      const run = start(engine, fn, [100])
      expect(await collect(run)).toEqual(first(100))
      expect(await run).toBe('end')
    }
  })

  it('gives what it returns to who awaits it', async () => {
    const engine = make()
    expect(await start(engine, count, [5_000])).toBe('end')
    expect(await start(engine, countLater, [5_000])).toBe('end')
    const iterator = start(engine, count, [1])[Symbol.asyncIterator]()
    expect(await iterator.next()).toEqual({ done: false, value: 0 })
    expect(await iterator.next()).toEqual({ done: true, value: 'end' })
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
    expect(await iterator.return('x')).toEqual({ done: true, value: 'x' })
    await expect(iterator.throw('y')).rejects.toBe('y')
  })

  it('reports what it yields as progress', async () => {
    const seen: unknown[] = []
    const run = start(make(), count, [2_000], { onProgress: (value) => seen.push(value) })
    expect(await run).toBe('end')
    expect(seen).toEqual(first(2_000))
  })

  it('is read and reported at once', async () => {
    const seen: unknown[] = []
    const run = start(make(), count, [2_000], { onProgress: (value) => seen.push(value) })
    expect(await Promise.all([collect(run), run])).toEqual([first(2_000), 'end'])
    expect(seen).toEqual(first(2_000))
  })

  it('waits for its reader', async () => {
    const engine = make()
    const run = start(engine, count, [1_000_000])
    const iterator = run[Symbol.asyncIterator]()
    await iterator.next()
    await iterator.next()
    await settle()
    expect(run.state).toBe('running')
    run.cancel('enough')
    await expect(collect({ [Symbol.asyncIterator]: () => iterator })).rejects.toBe('enough')
  })

  it('ends as its reader leaves', async () => {
    const ended: unknown[] = []
    async function* forever(): AsyncGenerator<number, string> {
      try {
        for (let i = 0; ; i++) yield i
      } finally {
        await Promise.resolve()
        task.progress('cleaned up')
      }
    }
    const run = start(make(), forever, [], { using: { task }, onProgress: (value) => ended.push(value) })
    const seen: number[] = []
    for await (const value of run) {
      seen.push(value)
      if (value === 100) break
    }
    expect(seen).toEqual(first(101))
    expect(ended.at(-1)).toBe('cleaned up')
    expect(await run).toBe(undefined)
    expect(run.state).toBe('done')
  })

  it('takes return and throw', async () => {
    function* stubborn(): Generator<unknown, unknown> {
      try {
        yield 'ready'
      } catch (error) {
        yield `caught ${String(error)}`
      } finally {
        yield 'last words'
      }
      return 'not reached after return'
    }
    const engine = make()
    const thrown = start(engine, stubborn)[Symbol.asyncIterator]()
    expect(await thrown.next()).toEqual({ done: false, value: 'ready' })
    expect(await thrown.throw('it')).toEqual({ done: false, value: 'caught it' })
    expect(await thrown.return('over')).toEqual({ done: false, value: 'last words' })
    expect(await thrown.next()).toEqual({ done: true, value: 'over' })
    const uncaught = start(engine, count, [10])[Symbol.asyncIterator]()
    await uncaught.next()
    await expect(uncaught.throw(new RangeError('not caught'))).rejects.toBeInstanceOf(RangeError)
    expect(await uncaught.next()).toEqual({ done: true, value: undefined })
    // Before the first value was asked for.
    expect(await start(engine, count, [10])[Symbol.asyncIterator]().return('early')).toEqual({
      done: true,
      value: 'early',
    })
  })

  it('takes values, one at each yield', async () => {
    function* echo(): Generator<unknown, unknown, unknown> {
      const got: unknown[] = []
      while (got.length < 3) got.push(yield { got: [...got] })
      return got
    }
    const run = start(make(), echo)
    const iterator = run[Symbol.asyncIterator]()
    expect(await iterator.next('ignored')).toEqual({ done: false, value: { got: [] } })
    expect(await iterator.next('a')).toEqual({ done: false, value: { got: ['a'] } })
    const both = [iterator.next(new Map([[1, 2]])), iterator.next(null)]
    expect(await both[0]).toEqual({ done: false, value: { got: ['a', new Map([[1, 2]])] } })
    expect(await both[1]).toEqual({ done: true, value: ['a', new Map([[1, 2]]), null] })
  })

  it('takes no value once it runs ahead', async () => {
    const iterator = start(make(), count, [1_000_000])[Symbol.asyncIterator]()
    for (let i = 0; i < 3; i++) await iterator.next()
    const refused = Promise.all(first(5_000).map(() => iterator.next('late')))
    await expect(refused).rejects.toMatchObject({ code: 'STREAM_AHEAD' })
    expect(await iterator.return('over')).toEqual({ done: true, value: 'over' })
  })

  it('brings its error behind its values, to the reader and the task', async () => {
    function* failing(n: number): Generator<number, string> {
      for (let i = 0; i < n; i++) yield i
      throw new RangeError('thrown', { cause: new AggregateError([new TypeError('inner')], 'all') })
    }
    const run = start(make(), failing, [100])
    const seen: number[] = []
    const reading = (async () => {
      for await (const value of run) seen.push(value)
    })()
    await expect(reading).rejects.toBeInstanceOf(RangeError)
    await expect(run).rejects.toMatchObject({ cause: { errors: [expect.any(TypeError)] } })
    expect(seen).toEqual(first(100))
  })

  it('awaits what a function* yields and returns', async () => {
    function* promising(): Generator<Promise<number>, Promise<string>> {
      yield Promise.resolve(1)
      yield Promise.resolve(2)
      return Promise.resolve('end')
    }
    const run = start(make(), promising)
    expect(await collect(run)).toEqual([1, 2])
    expect(await run).toBe('end')
    function* broken(): Generator<unknown, void> {
      yield 1
      yield Promise.reject(new RangeError('broken promise'))
    }
    await expect(collect(start(make(), broken))).rejects.toBeInstanceOf(RangeError)
  })

  it('ends when it is cancelled, with its own cleaning up', async () => {
    const engine = make()
    const run = start(engine, count, [1_000_000])
    const iterator = run[Symbol.asyncIterator]()
    await iterator.next()
    await iterator.next()
    run.cancel('reason')
    const rest: unknown[] = []
    await expect(
      (async () => {
        for (;;) rest.push((await iterator.next()).value)
      })(),
    ).rejects.toBe('reason')
    // All that had come is given first.
    expect(rest).toEqual(first(rest.length).map((i) => i + 2))
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
    expect(run.state).toBe('cancelled')
    // The thread is free for others.
    expect(await start(engine, count, [3])).toBe('end')
  })

  it('gives progress and yields as one to who reads progress already', async () => {
    const fn = (n: number): Generator<number, string> => {
      task.progress('first')
      return (function* () {
        for (let i = 0; i < n; i++) yield i
        return 'end'
      })()
    }
    const run = start(make(), fn, [200], { using: { task } })
    expect(await collect(run)).toEqual(['first', ...first(200)])
  })

  it('is shared by the iterators of its task', async () => {
    const run = start(make(), count, [300])
    const [a, b] = await Promise.all([collect(run), collect(run)])
    expect([...a, ...b].sort((x, y) => x - y)).toEqual(first(300))
  })
})

describe('a generator in a worker', () => {
  it('yields snapshots, with all that values keep', async () => {
    const { engine } = makeEngine()
    function* points(): Generator<unknown, void> {
      const one = { n: 0, at: new Map([[1, 2]]) }
      for (; one.n < 3; one.n++) yield one
      yield [Symbol.iterator, 1n, undefined, null, -0, 'text']
      yield Symbol.asyncIterator
    }
    const seen = await collect(start(engine, points))
    expect(seen.slice(0, 3)).toEqual([0, 1, 2].map((n) => ({ n, at: new Map([[1, 2]]) })))
    expect(seen[3]).toEqual([Symbol.iterator, 1n, undefined, null, -0, 'text'])
    expect(seen[4]).toBe(Symbol.asyncIterator)
  })

  it('moves what Comlink.transfer marks, at the yield', async () => {
    const { engine } = makeEngine()
    function* buffers(): Generator<unknown, void> {
      for (let n = 1; n <= 3; n++) {
        const { buffer } = new Uint8Array(n)
        yield transfer({ buffer }, [buffer])
        yield buffer.byteLength
      }
    }
    const seen = await collect(start(engine, buffers, [], { using: { transfer } }))
    expect(
      seen.map((value) =>
        typeof value === 'number' ? value : (value as { buffer: ArrayBuffer }).buffer.byteLength,
      ),
    ).toEqual([1, 0, 2, 0, 3, 0])
  })

  it('fails when a value cannot travel, behind those that can, and cleans up', async () => {
    const { engine } = makeEngine()
    const seen: unknown[] = []
    function* odd(): Generator<unknown, void> {
      try {
        yield 1
        yield new WeakMap()
      } finally {
        task.progress('cleaned up')
      }
    }
    const run = start(engine, odd, [], { using: { task }, onProgress: (value) => seen.push(value) })
    await expect(run).rejects.toMatchObject({ code: 'VALUE_UNSUPPORTED' })
    expect(seen).toEqual([1, 'cleaned up'])
  })

  it('refuses a value for it that cannot travel, and goes on', async () => {
    const { engine } = makeEngine()
    const iterator = start(engine, count, [3])[Symbol.asyncIterator]()
    await iterator.next()
    await expect(iterator.next(new WeakMap())).rejects.toMatchObject({ code: 'VALUE_UNSUPPORTED' })
  })

  it('delivers what came before its worker died, and is not run again', async () => {
    const { engine } = makeEngine()
    const run = start(engine, count, [1_000_000])
    const iterator = run[Symbol.asyncIterator]()
    await iterator.next()
    await iterator.next()
    await settle()
    FakeWorker.all[0]?.die()
    let last: unknown
    await expect(
      (async () => {
        for (let step = await iterator.next(); !step.done; step = await iterator.next()) last = step.value
      })(),
    ).rejects.toMatchObject({ code: 'WORKER_CRASHED' })
    expect(last).toBeGreaterThan(10)
    expect(engine.stats()).toMatchObject({ failed: 1 })
  })

  it('is not started twice once it has begun, whatever its retries are', async () => {
    const { engine } = makeEngine()
    const run = start(engine, count, [1_000_000], { retries: 3 })
    const iterator = run[Symbol.asyncIterator]()
    await iterator.next()
    FakeWorker.all[0]?.die()
    await expect(run).rejects.toMatchObject({ code: 'WORKER_CRASHED' })
  })

  it('is out of time while its reader waits', async () => {
    const { engine, clock } = makeEngine()
    const run = start(engine, count, [1_000_000], { timeout: 100 })
    const iterator = run[Symbol.asyncIterator]()
    await iterator.next()
    clock.advance(100)
    await expect(run).rejects.toMatchObject({ name: 'TimeoutError' })
    await expect(iterator.next()).rejects.toMatchObject({ name: 'TimeoutError' })
    // It ended by itself: its worker is kept.
    await settle()
    clock.advance(1_000)
    expect(await start(engine, count, [3])).toBe('end')
    expect(FakeWorker.all).toHaveLength(1)
  })

  it('sends no more than its credit allows', async () => {
    const { engine } = makeEngine()
    let seen = 0
    function* watched(): Generator<number, void> {
      for (let i = 0; ; i++) yield i
    }
    const run = start(engine, watched)
    const iterator = run[Symbol.asyncIterator]()
    await iterator.next()
    seen = ((await iterator.next()).value as number) + 1
    await settle()
    // Whatever came by now is read without a command, up to the window.
    expect(run.info.bytes.received).toBeLessThan(16 * 64 * 8 * 3)
    expect(seen).toBe(2)
    expect(await iterator.return(undefined)).toEqual({ done: true, value: undefined })
  })

  it('holds nothing up when it waits for something', async () => {
    const { engine } = makeEngine()
    async function* slow(): AsyncGenerator<number, void> {
      yield 1
      yield 2
      yield 3
      await new Promise(() => {})
    }
    const run = start(engine, slow)
    const iterator = run[Symbol.asyncIterator]()
    for (const value of [1, 2, 3]) expect(await iterator.next()).toEqual({ done: false, value })
    run.cancel('over')
    await expect(iterator.next()).rejects.toBe('over')
    expect(workerClock.time).toBe(0)
  })
})
