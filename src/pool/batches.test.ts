// Several jobs in one message, several answers in another: what goes together, and what happens when one of them does
// not end as it should.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeWorker, Lab, endAll, makeEngine, run, workerClock } from '../../e2e/fixtures/fake-workers.ts'
import type { Run } from '../../e2e/fixtures/fake-workers.ts'
import { callback } from '../api/callback.ts'
import { task as ambientTask } from '../realm/task.ts'
import type { CallSettings } from './call.ts'
import type { ThreadedEngine } from './threaded.ts'

const task = ambientTask

beforeEach(() => {
  globalThis.brineLab = new Lab()
})
afterEach(async () => {
  await endAll()
  Reflect.deleteProperty(globalThis, 'brineLab')
})

const step = (key: unknown): unknown => globalThis.brineLab.enter(key)
const begun = (key: unknown) => vi.waitFor(() => expect(globalThis.brineLab.begun).toContain(key))
/** The answers that a worker posted, message by message. */
const posts: number[] = []

/** A pool of one worker that knows `step` to be short, with one message of `keys` that begins at once. */
async function together(
  keys: readonly unknown[],
  { shut = [], settings = {} }: { shut?: readonly unknown[]; settings?: CallSettings } = {},
): Promise<{ engine: ThreadedEngine; clock: ReturnType<typeof makeEngine>['clock']; calls: Run[] }> {
  const { engine, clock } = makeEngine()
  await run(engine, step, ['known']).ended
  globalThis.brineLab.shut('before')
  const before = run(engine, step, ['before'])
  await begun('before')
  for (const key of shut) globalThis.brineLab.shut(key)
  const calls = keys.map((key) => run(engine, step, [key], settings))
  posts.length = 0
  FakeWorker.all[0]!.addEventListener('message', (event) => {
    const { answers } = (event as MessageEvent<{ answers?: unknown[] }>).data
    if (answers) posts.push(answers.length)
  })
  globalThis.brineLab.begun.length = 0
  globalThis.brineLab.open('before')
  await before.ended
  posts.shift()
  return { engine, clock, calls }
}

const valuesOf = (calls: readonly Run[]): Promise<unknown[]> => Promise.all(calls.map((call) => call.ended))

describe('a message to a worker', () => {
  it('has all short calls that waited, and their answers come in one', async () => {
    const { calls } = await together([1, 2, 3, 4, 5])
    expect(await valuesOf(calls)).toEqual([1, 2, 3, 4, 5])
    expect(FakeWorker.all[0]?.messages).toEqual([1, 1, 5])
    expect(posts).toEqual([5])
    expect(calls.map(({ log }) => log)).toEqual(calls.map(() => ['started', 'done']))
  })

  it('has the code once', async () => {
    const { engine } = makeEngine()
    const calls = [1, 2, 3].map((n) => run(engine, (m: number) => m + 1, [n]))
    expect(await valuesOf(calls)).toEqual([2, 3, 4])
    expect(engine.stats()).toMatchObject({ codeSent: 1, codeReused: 2 })
  })

  it('has one call of a function that nobody knows, and then of one that took long', async () => {
    const { engine } = makeEngine()
    globalThis.brineLab.on('long', () => void (workerClock.time += 6))
    const first = ['a', 'b', 'c'].map((key) => run(engine, step, [key]))
    await valuesOf(first)
    expect(FakeWorker.all[0]?.messages, 'the first alone, for its time').toEqual([1, 2])
    const second = ['long', 'd', 'e', 'f'].map((key) => run(engine, step, [key]))
    await valuesOf(second)
    expect(FakeWorker.all[0]?.messages).toEqual([1, 2, 1, 1, 1, 1])
  })

  it.each<[string, unknown, CallSettings]>([
    ['has a timeout', 'x', { timeout: 1_000 }],
    ['moves something', new ArrayBuffer(8), { transfer: [] }],
    ['leaves something behind', callback(() => 1), {}],
    ['is large', 'x'.repeat(5_000), {}],
  ])('has one call that %s', async (_, value, settings) => {
    const { engine } = makeEngine()
    await run(engine, step, ['known']).ended
    const own = value instanceof ArrayBuffer ? { transfer: [value] } : settings
    const calls = [
      run(engine, step, [1]),
      run(engine, step, [2]),
      run(engine, (key: unknown) => globalThis.brineLab.enter(key) && 3, [value], own),
      run(engine, step, [4]),
    ]
    expect(await valuesOf(calls)).toEqual([1, 2, 3, 4])
    expect(FakeWorker.all[0]?.messages).toEqual([1, 1, 1, 1, 1])
  })

  it("has no more than a worker's share of the queue", async () => {
    const { engine } = makeEngine({ size: 2 })
    await valuesOf([run(engine, step, ['known']), run(engine, step, ['known'])])
    const calls = Array.from({ length: 14 }, (_, n) => run(engine, step, [n]))
    expect(await valuesOf(calls)).toEqual(calls.map((_, n) => n))
    const sizes = FakeWorker.all.flatMap(({ messages }) => messages.slice(2)).sort((a, b) => b - a)
    expect(sizes).toEqual([6, 3, 2, 1])
  })
})

describe('answers', () => {
  it('come when a call took long, and do not wait for the next', async () => {
    globalThis.brineLab.on(2, () => void (workerClock.time += 3))
    const { calls } = await together([1, 2, 3], { shut: [3] })
    await valuesOf(calls.slice(0, 2))
    expect(posts).toEqual([2])
    globalThis.brineLab.open(3)
    expect(await calls[2]!.ended).toBe(3)
  })

  it('come when a later call waits for something', async () => {
    const { calls } = await together([1, 2, 3], { shut: [3] })
    await begun(3)
    expect(calls[1]?.log).toEqual(['started'])
    workerClock.advance(2)
    expect(await valuesOf(calls.slice(0, 2))).toEqual([1, 2])
    globalThis.brineLab.open(3)
    await calls[2]!.ended
    expect(workerClock.timers.size).toBe(0)
  })

  it('tell what was returned, whatever happens to it afterwards', async () => {
    const state: { n: unknown; list: { n: unknown }[] } = { n: 0, list: [{ n: 0 }] }
    for (const key of [1, 2, 3]) {
      globalThis.brineLab.on(key, () => {
        state.n = state.list[0]!.n = key
        return state
      })
    }
    const { calls } = await together([1, 2, 3])
    expect(await valuesOf(calls)).toEqual([1, 2, 3].map((n) => ({ n, list: [{ n }] })))
    expect(posts).toEqual([3])
  })

  it('are refused one by one', async () => {
    globalThis.brineLab.on(2, () => new WeakMap())
    globalThis.brineLab.on(3, () => {
      throw new RangeError('three')
    })
    globalThis.brineLab.on(4, () => new Proxy({ n: 4 }, {}))
    globalThis.brineLab.on(5, () => [new Proxy({ n: 5 }, {})])
    const { calls } = await together([1, 2, 3, 4, 5])
    const ends = await Promise.allSettled(calls.map(({ ended }) => ended))
    expect(
      ends.map((end) => (end.status === 'fulfilled' ? end.value : String(end.reason).slice(0, 40))),
    ).toEqual([1, 'BrineError: Cannot return a value: it is', 'RangeError: three', { n: 4 }, [{ n: 5 }]])
  })

  it('keep their order with progress', async () => {
    const { engine } = makeEngine()
    const report = (n: number): number => {
      task.progress(n)
      return n
    }
    const settings = { using: { task } }
    await run(engine, report, [0], settings).ended
    const order: string[] = []
    const calls = [1, 2, 3].map((n) => run(engine, report, [n], settings))
    for (const [n, call] of calls.entries())
      void call.ended.then(() => order.push(`${n} ${call.progress.join()}`))
    await valuesOf(calls)
    expect(order).toEqual(['0 1', '1 2', '2 3'])
    expect(FakeWorker.all[0]?.messages).toEqual([1, 1, 2])
  })
})

describe('cancelling one call of a message', () => {
  it('drops it if it has not begun', async () => {
    const { engine, clock, calls } = await together([1, 2, 3], { shut: [1] })
    await begun(1)
    calls[1]!.cancel('enough')
    await expect(calls[1]!.ended).rejects.toBe('enough')
    await vi.waitFor(() => expect(posts).toEqual([1]))
    globalThis.brineLab.open(1)
    expect(await valuesOf([calls[0]!, calls[2]!])).toEqual([1, 3])
    expect(globalThis.brineLab.begun).toEqual([1, 3])
    expect(await run(engine, step, ['next']).ended).toBe('next')
    expect(FakeWorker.all).toHaveLength(1)
    expect(clock.timers.size).toBe(0)
  })

  it('does so between calls that do not wait, once some time has passed', async () => {
    globalThis.brineLab.on(1, () => {
      calls[2]!.cancel('enough')
      workerClock.time += 5
      return 1
    })
    const { calls } = await together([1, 2, 3, 4])
    expect(await valuesOf([calls[0]!, calls[1]!, calls[3]!])).toEqual([1, 2, 4])
    await expect(calls[2]!.ended).rejects.toBe('enough')
    expect(globalThis.brineLab.begun).toEqual([1, 2, 4])
  })

  it('ignores what comes of it if it was quick', async () => {
    const { engine, clock, calls } = await together([1, 2, 3], { shut: [2] })
    await begun(2)
    calls[1]!.cancel('enough')
    globalThis.brineLab.open(2)
    expect(await valuesOf([calls[0]!, calls[2]!])).toEqual([1, 3])
    expect(calls[1]!.log).toEqual(['started', 'cancelled'])
    expect(FakeWorker.all).toHaveLength(1)
    expect(engine.stats()).toMatchObject({ done: 4, cancelled: 1 })
    expect(clock.timers.size).toBe(0)
  })

  it('aborts the signal that the function sees', async () => {
    const { engine } = makeEngine()
    const wait = (how: string): unknown =>
      how === 'wait'
        ? new Promise((resolve) => task.signal.addEventListener('abort', () => resolve(task.signal.reason)))
        : how
    const settings = { using: { task } }
    await run(engine, wait, ['known'], settings).ended
    const calls = ['quick', 'wait', 'last'].map((how) => run(engine, wait, [how], settings))
    await calls[1]!.started
    workerClock.advance(2)
    await calls[0]!.ended
    calls[1]!.cancel('enough')
    expect(await calls[2]!.ended).toBe('last')
    expect(FakeWorker.all).toHaveLength(1)
  })

  it('costs the others a second run where the worker has to end', async () => {
    const { clock, calls } = await together([1, 2, 3, 4], { shut: [2] })
    await begun(2)
    workerClock.advance(2)
    await calls[0]!.ended
    calls[1]!.cancel('enough')
    clock.advance(50)
    expect(FakeWorker.all[0]?.terminated).toBe(true)
    expect(await valuesOf(calls.slice(2))).toEqual([3, 4])
    expect(globalThis.brineLab.begun).toEqual([1, 2, 3, 4])
    expect(calls[2]?.log).toEqual(['started', 'queued again', 'started', 'done'])
    expect(calls[2]?.info).toMatchObject({ attempt: 1, worker: 2 })
    expect(FakeWorker.all[1]?.messages, 'one by one').toEqual([1, 1])
    expect(clock.timers.size).toBe(0)
  })
})

describe('the death of a worker that has several calls', () => {
  const kill = (key: unknown): void =>
    globalThis.brineLab.on(key, () => {
      FakeWorker.all.find(({ terminated }) => !terminated)?.die()
      return new Promise(() => {})
    })

  it('runs each that has no answer alone, and finds the one that it was', async () => {
    kill(3)
    const { engine, calls } = await together([1, 2, 3, 4, 5])
    expect(await valuesOf([0, 1, 3, 4].map((at) => calls[at]!))).toEqual([1, 2, 4, 5])
    await expect(calls[2]!.ended).rejects.toMatchObject({ code: 'WORKER_CRASHED' })
    expect(globalThis.brineLab.begun).toEqual([1, 2, 3, 1, 2, 3, 4, 5])
    expect(calls.map(({ info }) => info?.attempt)).toEqual([1, 1, 1, 1, 1])
    expect(FakeWorker.all.map(({ messages }) => messages)).toEqual([
      [1, 1, 5],
      [1, 1, 1],
      [1, 1],
    ])
    expect(engine.stats()).toMatchObject({ done: 6, failed: 1, running: 0, queued: 0 })
  })

  it('leaves alone what was answered, and counts where only one is left', async () => {
    const { calls } = await together([1, 2], { shut: [2], settings: { retries: 1 } })
    await begun(2)
    workerClock.advance(2)
    await calls[0]!.ended
    FakeWorker.all[0]?.die()
    await vi.waitFor(() => expect(globalThis.brineLab.begun).toEqual([1, 2, 2]))
    FakeWorker.all[1]?.die()
    await expect(calls[1]!.ended).rejects.toMatchObject({ code: 'WORKER_CRASHED' })
    expect(calls[1]!.info?.attempt).toBe(2)
  })

  it('comes after the answers of those that ran before one that closes it', async () => {
    globalThis.brineLab.on(2, () => FakeWorker.all.find(({ terminated }) => !terminated)?.scope.close())
    const { calls } = await together([1, 2, 3])
    expect(await valuesOf([calls[0]!, calls[2]!])).toEqual([1, 3])
    await expect(calls[1]!.ended).rejects.toThrow('it closed itself')
    expect(globalThis.brineLab.begun.filter((key) => key === 1)).toHaveLength(1)
  })

  it('is assumed where answers cannot be read', async () => {
    const { calls } = await together([1, 2, 3], { shut: [2] })
    await begun(2)
    globalThis.brineLab.open(2)
    globalThis.brineLab.shut(2)
    FakeWorker.all[0]?.dispatchEvent(new Event('messageerror'))
    await vi.waitFor(() => expect(globalThis.brineLab.begun.filter((key) => key === 2)).toHaveLength(2))
    globalThis.brineLab.open(2)
    expect(await valuesOf(calls)).toEqual([1, 2, 3])
    expect(FakeWorker.all.map(({ terminated }) => terminated)).toEqual([true, false])
  })
})
