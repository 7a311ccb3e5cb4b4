// What calls and pools can be told: priorities, limits, backpressure, retries, how many workers live, dependencies.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { FakeWorker, endAll, makeEngine, run } from '../../e2e/fixtures/fake-workers.ts'
import type { Run } from '../../e2e/fixtures/fake-workers.ts'
import type { CallSettings } from './call.ts'
import type { ThreadedEngine } from './threaded.ts'

declare global {
  var brineOpen: Map<number, () => void>
  var brineOrder: number[]
}

/** A function that notes that it began and waits until the test lets it go. */
const wait = (n: number): Promise<number> => {
  globalThis.brineOrder.push(n)
  return new Promise((resolve) => globalThis.brineOpen.set(n, () => resolve(n)))
}
globalThis.brineOpen = new Map()
globalThis.brineOrder = []

const begun = (...numbers: number[]): Promise<void> =>
  vi.waitFor(() => expect(globalThis.brineOrder).toEqual(numbers))
const letGo = (n: number): void => globalThis.brineOpen.get(n)!()
const start = (engine: ThreadedEngine, n: number, settings: CallSettings = {}): Run =>
  run(engine, wait, [n], settings)
const living = (): FakeWorker[] => FakeWorker.all.filter(({ terminated }) => !terminated)

afterEach(async () => {
  await endAll()
  globalThis.brineOpen.clear()
  globalThis.brineOrder.length = 0
})

describe('priorities', () => {
  it('decide who goes first, until waiting has made up for them', async () => {
    const { engine, clock } = makeEngine()
    const calls = [start(engine, 0)]
    await begun(0)
    calls.push(start(engine, 1), start(engine, 2, { priority: 1 }), start(engine, 3, { priority: -1 }))
    clock.advance(1_500)
    calls.push(start(engine, 4, { priority: 1 }), start(engine, 5, { priority: 2 }))
    for (const n of [0, 2, 5, 1, 4, 3]) {
      await vi.waitFor(() => expect(globalThis.brineOrder.at(-1)).toBe(n))
      letGo(n)
    }
    await Promise.all(calls.map(({ ended }) => ended))
    expect(globalThis.brineOrder).toEqual([0, 2, 5, 1, 4, 3])
  })
})

describe('limits', () => {
  it('hold back calls with a label, and let others pass', async () => {
    const { engine } = makeEngine({ size: 3, limits: { load: 1 } })
    const loads = [1, 2].map((n) => start(engine, n, { label: 'load' }))
    const other = start(engine, 3)
    await vi.waitFor(() => expect(globalThis.brineOrder.toSorted((a, b) => a - b)).toEqual([1, 3]))
    expect(engine.stats()).toMatchObject({ running: 2, queued: 1, workers: 2 })
    letGo(1)
    await loads[0]!.ended
    await vi.waitFor(() => expect(globalThis.brineOrder).toContain(2))
    letGo(2)
    letGo(3)
    expect(await Promise.all([loads[1]!.ended, other.ended])).toEqual([2, 3])
  })

  it('go by the name of the function where there is no label', async () => {
    const { engine } = makeEngine({ size: 2, limits: { wait: 1 } })
    const calls = [start(engine, 1), start(engine, 2)]
    await begun(1)
    calls[0]!.cancel('enough')
    expect(engine.stats()).toMatchObject({ queued: 1, running: 1 })
    letGo(1)
    await begun(1, 2)
    letGo(2)
    expect(await calls[1]!.ended).toBe(2)
  })
})

describe('a queue with a limit', () => {
  it('lets those who wait for room go on one by one', async () => {
    const { engine } = makeEngine({ maxQueue: 1 })
    const log: number[] = []
    const produce = async (from: number): Promise<void> => {
      for (let n = from; n < from + 3; n++) {
        await engine.ready()
        log.push(n)
        start(engine, n).ended.then(
          () => {},
          (error: unknown) => log.push(String(error) as never),
        )
      }
    }
    const producers = [produce(0), produce(10)]
    await vi.waitFor(() => expect(globalThis.brineOrder).toHaveLength(1))
    expect(log).toHaveLength(2)
    for (let count = 1; count <= 6; count++) {
      await vi.waitFor(() => expect(globalThis.brineOrder).toHaveLength(count))
      expect(log.length).toBe(Math.min(6, count + 1))
      letGo(globalThis.brineOrder.at(-1)!)
    }
    await Promise.all(producers)
    expect(log.every((each) => typeof each === 'number')).toBe(true)
  })

  it('makes room when a waiting call is cancelled, and tells of the end of the pool', async () => {
    const { engine } = makeEngine({ maxQueue: 1 })
    const first = start(engine, 1)
    const second = start(engine, 2)
    await expect(start(engine, 3).ended).rejects.toMatchObject({ code: 'QUEUE_FULL' })
    const room = engine.ready()
    second.cancel('enough')
    await room
    const third = start(engine, 3)
    const never = engine.ready()
    await begun(1)
    void engine.close()
    await expect(never).rejects.toMatchObject({ code: 'POOL_CLOSED' })
    await expect(engine.ready()).rejects.toMatchObject({ code: 'POOL_CLOSED' })
    letGo(1)
    await begun(1, 3)
    letGo(3)
    expect(await Promise.all([first.ended, third.ended])).toEqual([1, 3])
  })
})

describe('a call that ends its workers', () => {
  it('is tried again after a while that doubles, and then fails; the pool survives', async () => {
    const { engine, clock } = makeEngine()
    const poison = start(engine, 1, { retries: 2, backoff: 100, label: 'poison' })
    await begun(1)
    living()[0]!.die()
    expect(engine.stats()).toMatchObject({ workers: 0, queued: 0, running: 0 })
    const other = start(engine, 2)
    await begun(1, 2)
    letGo(2)
    expect(await other.ended).toBe(2)
    clock.advance(99)
    expect(globalThis.brineOrder).toEqual([1, 2])
    clock.advance(1)
    await begun(1, 2, 1)
    living()[0]!.die()
    clock.advance(199)
    expect(engine.stats()).toMatchObject({ workers: 0, running: 0 })
    clock.advance(1)
    await begun(1, 2, 1, 1)
    living()[0]!.die()
    await expect(poison.ended).rejects.toMatchObject({ code: 'WORKER_CRASHED' })
    await expect(poison.ended).rejects.toThrow(/'poison'.*as 2 before it/)
    expect(FakeWorker.all, 'none is started for nobody').toHaveLength(3)
    expect(await run(engine, () => 'next').ended).toBe('next')
    expect(clock.timers.size).toBe(0)
  })

  it('can be cancelled while it waits to be tried again', async () => {
    const { engine, clock } = makeEngine()
    const call = start(engine, 1, { retries: 1, backoff: 100 })
    await begun(1)
    living()[0]!.die()
    call.cancel('enough')
    await expect(call.ended).rejects.toBe('enough')
    expect(clock.timers.size).toBe(0)
    expect(call.log).toEqual(['started', 'queued again', 'cancelled'])
  })
})

describe('workers', () => {
  it('end when they are idle for long, but for those that are kept', async () => {
    const { engine, clock } = makeEngine({ size: 3, minSize: 1, idleTimeout: 1_000 })
    const calls = [1, 2, 3].map((n) => start(engine, n))
    await vi.waitFor(() => expect(globalThis.brineOrder).toHaveLength(3))
    for (const n of [1, 2]) letGo(n)
    await Promise.all([calls[0]!.ended, calls[1]!.ended])
    clock.advance(600)
    letGo(3)
    await calls[2]!.ended
    clock.advance(399)
    expect(living()).toHaveLength(3)
    clock.advance(1)
    expect(living()).toHaveLength(1)
    clock.advance(10_000)
    expect(living()).toHaveLength(1)
    expect(engine.stats().workers).toBe(1)
    expect(clock.timers.size).toBe(0)
    expect(await run(engine, () => 'next').ended).toBe('next')
    expect(FakeWorker.all).toHaveLength(3)
  })

  it('are not ended while they work', async () => {
    const { engine, clock } = makeEngine({ idleTimeout: 1_000 })
    await run(engine, () => 'first').ended
    const call = start(engine, 1)
    await begun(1)
    clock.advance(5_000)
    letGo(1)
    expect(await call.ended).toBe(1)
    expect(FakeWorker.all).toHaveLength(1)
    clock.advance(1_000)
    expect(living()).toHaveLength(0)
    expect(await run(engine, () => 'again').ended).toBe('again')
  })

  it('start before they are needed', async () => {
    const { engine } = makeEngine({ size: 3 })
    await engine.warm(2)
    expect(FakeWorker.all).toHaveLength(2)
    await Promise.all([engine.warm(), engine.warm(1)])
    expect(engine.stats()).toMatchObject({ workers: 3, running: 0 })
    const none = makeEngine({
      ways: () => [
        {
          name: 'URL',
          open: () => {
            throw new Error('forbidden')
          },
        },
      ],
    })
    await expect(none.engine.warm()).rejects.toThrow('URL: forbidden')
    const silent = Object.assign(new EventTarget(), { terminate: () => {} })
    const closing = makeEngine({ ways: () => [{ name: 'never', open: () => silent as never }] })
    const warming = closing.engine.warm()
    const refused = expect(warming).rejects.toMatchObject({ code: 'POOL_CLOSED' })
    await closing.engine.close()
    await refused
  })

  it('are replaced after so many tasks, between messages', async () => {
    const { engine } = makeEngine({ recycle: { tasks: 2 } })
    for (const n of [1, 2, 3, 4, 5]) {
      expect(await run(engine, (m: number) => m, [n], { timeout: 1_000 }).ended).toBe(n)
    }
    expect(FakeWorker.all.map(({ messages }) => messages)).toEqual([[1, 1], [1, 1], [1]])
    expect(engine.stats()).toMatchObject({ done: 5, workers: 1, codeSent: 3, codeReused: 2 })
  })

  it('are replaced after so many bytes', async () => {
    const { engine } = makeEngine({ recycle: { bytes: 10_000 } })
    const size = (bytes: Uint8Array): number => bytes.byteLength
    for (const length of [6_000, 6_000, 10, 12_000]) {
      expect(await run(engine, size, [new Uint8Array(length)]).ended).toBe(length)
    }
    expect(FakeWorker.all.map(({ messages }) => messages.length)).toEqual([2, 2])
    const { bytesSent, bytesReceived } = engine.stats()
    expect(bytesSent).toBeGreaterThan(24_010)
    expect(bytesSent).toBeLessThan(26_000)
    expect(bytesReceived).toBeLessThan(200)
  })
})

describe('a call that depends on others', () => {
  const gather = (...values: unknown[]): unknown[] => values

  it('gets their results before its own arguments, which are as they were at the call', async () => {
    const { engine } = makeEngine({ size: 2 })
    const own = { n: 1 }
    const state = { k: 1 }
    const a = start(engine, 1)
    const b = run(engine, () => new Map([[1, { two: 2 }]]))
    const read = (...values: unknown[]): unknown => [...values, state.k]
    const both = run(engine, read, [own], { dependsOn: [a.ended, b.ended], using: { state } })
    own.n = state.k = 2
    expect(both.log).toEqual(['waiting'])
    expect(engine.stats(), 'the two that wait for workers').toMatchObject({ queued: 2 })
    await begun(1)
    letGo(1)
    expect(await both.ended).toEqual([1, new Map([[1, { two: 2 }]]), { n: 1 }, 1])
    expect(both.log).toEqual(['waiting', 'queued again', 'started', 'done'])
  })

  it('starts again with the same results', async () => {
    const { engine } = makeEngine()
    const first = run(engine, () => [7])
    const again = (given: number[], n: number): unknown => (given[0] === 7 ? wait(n) : 'not given')
    const call = run(engine, again, [1], { dependsOn: [first.ended], retries: 1, using: { wait } })
    await begun(1)
    living()[0]!.die()
    await begun(1, 1)
    letGo(1)
    expect(await call.ended).toBe(1)
  })

  it('is stalled by one that fails or is cancelled, and by one that is stalled', async () => {
    const { engine } = makeEngine()
    const cause = new RangeError('first')
    const failed = Promise.reject(cause)
    const stalled = run(engine, gather, [], { dependsOn: [failed, start(engine, 1).ended], label: 'second' })
    const third = run(engine, gather, [], { dependsOn: [stalled.ended] })
    await expect(stalled.ended).rejects.toMatchObject({ code: 'TASK_STALLED', cause })
    await expect(stalled.ended).rejects.toThrow("Cannot start the task 'second'")
    await expect(third.ended).rejects.toMatchObject({ code: 'TASK_STALLED', cause: { code: 'TASK_STALLED' } })
    expect([stalled.log, third.log]).toEqual([
      ['waiting', 'stalled'],
      ['waiting', 'stalled'],
    ])
    expect(engine.stats()).toMatchObject({ failed: 2 })
  })

  it('can be cancelled meanwhile, by itself, its signal or the end of the pool', async () => {
    const { engine } = makeEngine()
    const never = new Promise(() => {})
    const own = new AbortController()
    const signal = AbortSignal.any([own.signal, new AbortController().signal])
    const calls = [{}, { signal }, {}].map((settings) =>
      run(engine, gather, [], { dependsOn: [never], ...settings }),
    )
    calls[0]!.cancel('enough')
    own.abort('signal')
    await expect(calls[0]!.ended).rejects.toBe('enough')
    await expect(calls[1]!.ended).rejects.toBe('signal')
    await engine.terminate()
    await expect(calls[2]!.ended).rejects.toMatchObject({ code: 'POOL_CLOSED' })
    expect(calls.map(({ log }) => log)).toEqual(calls.map(() => ['waiting', 'cancelled']))
    expect(FakeWorker.all).toHaveLength(0)
  })

  it('is refused at once if it cannot travel, and later if a result cannot', async () => {
    const { engine } = makeEngine()
    const call = run(engine, gather, [new WeakMap()], { dependsOn: [new Promise(() => {})] })
    await expect(call.ended).rejects.toMatchObject({ code: 'VALUE_UNSUPPORTED' })
    const later = run(engine, gather, [], { dependsOn: [Promise.resolve(new WeakMap())] })
    await expect(later.ended).rejects.toMatchObject({ code: 'VALUE_UNSUPPORTED' })
  })

  it('is finished by a pool that closes', async () => {
    const { engine } = makeEngine()
    const first = start(engine, 1)
    const second = run(engine, gather, [2], { dependsOn: [first.ended] })
    const closed = engine.close()
    await begun(1)
    letGo(1)
    await closed
    expect(await second.ended).toEqual([1, 2])
  })
})
