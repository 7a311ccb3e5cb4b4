// Shared values over workers that share this thread: how often they are sent, how long they are kept.
import { afterEach, describe, expect, it } from 'vitest'
import { FakeWorker, endAll, makeEngine, run } from '../../e2e/fixtures/fake-workers.ts'
import { callback } from '../api/callback.ts'
import { deserialize, serialize } from '../api/serialize.ts'
import { toModule } from '../api/to-module.ts'
import { realm } from '../realm/registry.ts'
import { makeShared, stateOf } from '../realm/shared.ts'
import type { Shared } from '../realm/shared.ts'
import { fromBytes, toBytes } from '../serialize/bytes.ts'
import { shareValue } from './shares.ts'

afterEach(endAll)
afterEach(() => realm().shares.clear())

const share = <Value>(
  value: Value,
  using: Record<string, unknown> = {},
  sharedMemory = false,
): Shared<Value> => shareValue(value, { action: 'share', environment: { using }, sharedMemory })

describe('a shared value', () => {
  it('goes to each worker once, for any number of calls, and is the value on the page', async () => {
    const { engine } = makeEngine({ size: 2 })
    const array = Float64Array.from({ length: 1000 }, (_, at) => at)
    const table = share(array)
    expect(table.value).toBe(array)
    const read = (at: number): number => table.value[at]!
    const runs = Array.from({ length: 100 }, (_, at) => run(engine, read, [at], { using: { table } }))
    expect(await Promise.all(runs.map(({ ended }) => ended))).toEqual(
      Array.from({ length: 100 }, (_, at) => at),
    )
    const { sharesSent, sharesReused, workers } = engine.stats()
    expect(workers).toBe(2)
    expect({ sharesSent, sharesReused }).toEqual({ sharesSent: 2, sharesReused: 98 })
  })

  it('is what it was when it was shared', async () => {
    const { engine } = makeEngine()
    const state = { n: 1, bytes: new Uint8Array([1]) }
    const shared = share(state)
    state.n = 2
    state.bytes[0] = 2
    const read = (handle: typeof shared): number[] => [handle.value.n, handle.value.bytes[0]!]
    expect(await run(engine, read, [shared]).ended).toEqual([1, 1])
    expect(shared.value).toBe(state)
  })

  it('is rebuilt once in a worker', async () => {
    const { engine } = makeEngine()
    const shared = share({ seen: 0 })
    const count = (handle: typeof shared): number => ++handle.value.seen
    expect([await run(engine, count, [shared]).ended, await run(engine, count, [shared]).ended]).toEqual([
      1, 2,
    ])
  })

  it('may be a function, with what it captured and what stays on the page', async () => {
    const { engine } = makeEngine({ size: 1 })
    const seen: unknown[] = []
    const note = callback((n: number) => seen.push(n))
    const rate = 3
    const scale = share(async (x: number) => (await note(x), x * rate), { note, rate })
    const use = (handle: typeof scale): Promise<number> => handle.value(2)
    expect([await run(engine, use, [scale]).ended, await run(engine, use, [scale]).ended]).toEqual([6, 6])
    expect(seen).toEqual([2, 2])
  })

  it('comes back as the handle of the page, from a result and from inside one', async () => {
    const { engine } = makeEngine()
    const shared = share([1])
    const echo = (value: unknown): unknown => value
    expect(await run(engine, echo, [shared]).ended).toBe(shared)
    expect(await run(engine, echo, [{ deep: [shared] }]).ended).toEqual({ deep: [shared] })
  })

  it('may hold another, which goes ahead of it', async () => {
    const { engine } = makeEngine()
    const inner = share([1])
    const outer = share({ inner })
    inner.release()
    const read = (handle: typeof outer): number => handle.value.inner.value[0]!
    expect(await run(engine, read, [outer]).ended).toBe(1)
    expect(engine.stats().sharesSent).toBe(2)
  })

  it('goes to the worker that replaces one that died', async () => {
    const { engine } = makeEngine()
    const shared = share(7)
    const read = (handle: Shared<number>): number => handle.value
    expect(await run(engine, read, [shared]).ended).toBe(7)
    FakeWorker.all[0]!.die()
    expect(await run(engine, read, [shared]).ended).toBe(7)
    expect(engine.stats().sharesSent).toBe(2)
    shared.release()
    expect(realm().shares.size).toBe(0)
  })
})

describe('a released value', () => {
  it('is kept by the jobs under way, and gone when they are done', async () => {
    const { engine } = makeEngine()
    const shared = share({ n: 1 })
    const id = stateOf(shared)!.id!
    const read = (handle: typeof shared): number => handle.value.n
    const first = run(engine, read, [shared])
    const second = run(engine, read, [shared])
    shared.release()
    shared.release()
    expect(realm().shares.has(id)).toBe(true)
    expect([await first.ended, await second.ended]).toEqual([1, 1])
    expect(realm().shares.has(id)).toBe(false)
  })

  it('is refused by name from then on', async () => {
    const { engine } = makeEngine()
    const table = share([1])
    table.release()
    await expect(run(engine, () => table.value, [], { using: { table } }).ended).rejects.toMatchObject({
      code: 'SHARE_RELEASED',
      message: expect.stringContaining("variable 'table' (captured at .table) was released") as string,
    })
    expect(() => table.value).toThrow(expect.objectContaining({ code: 'SHARE_RELEASED' }) as Error)
    expect(() => serialize(table)).toThrow(expect.objectContaining({ code: 'SHARE_RELEASED' }) as Error)
  })

  it('is forgotten by the worker', async () => {
    const { engine } = makeEngine()
    const shared = share([1])
    const id = stateOf(shared)!.id!
    await run(engine, (handle: typeof shared) => handle.value[0], [shared]).ended
    shared.release()
    expect(FakeWorker.all[0]!.calls).toEqual(['share', 'run', 'forget'])
    // This thread has no value to send under that id: it goes in place.
    const lent = makeShared({ value: [2], id })
    expect(await run(engine, (handle: typeof shared) => handle.value[0], [lent]).ended).toBe(2)
    expect(engine.stats().sharesSent).toBe(1)
  })

  it('lets go of what it held', () => {
    const inner = share([1])
    const outer = share({ inner })
    inner.release()
    expect(realm().shares.size).toBe(2)
    outer.release()
    expect(realm().shares.size).toBe(0)
  })

  it('is released at the end of a block by `using`', () => {
    const shared = share(1)
    const dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose')
    ;(shared as unknown as Record<symbol, () => void>)[dispose]!()
    expect(() => shared.value).toThrow('was released')
  })
})

describe('in place', () => {
  it('a handle is written by serialize, as bytes and as a module', async () => {
    const shared = share({ list: [1, 2] })
    const read = async (payload: ReturnType<typeof serialize>) =>
      (await deserialize(payload)) as { a: typeof shared; b: typeof shared }
    const value = { a: shared, b: shared }
    for (const found of [await read(serialize(value)), await read(fromBytes(toBytes(serialize(value))))]) {
      expect(found.a.value).toEqual({ list: [1, 2] })
      expect(found.a).toBe(found.b)
      expect(found.a).not.toBe(shared)
    }
    const text = await toModule(() => shared.value.list[1], { using: { shared } })
    const module = (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(text)}`)) as {
      default: () => number
    }
    expect(module.default()).toBe(2)
  })

  it('a name alone is refused', async () => {
    const payload = {
      data: { brine: 1, code: [], heap: [{ kind: 'shared', id: 'x' }], root: [0] },
      transfer: [],
    }
    await expect(deserialize(payload as never)).rejects.toMatchObject({ code: 'SHARE_UNKNOWN' })
  })
})

describe('shared memory', () => {
  it('is one copy for all workers, in which views of one buffer stay views of one', async () => {
    const { engine } = makeEngine()
    const buffer = new Float64Array([1, 2, 3, 4]).buffer
    const views = {
      buffer,
      all: new Float64Array(buffer),
      tail: new Float64Array(buffer, 16),
      date: new Date(0),
    }
    const shared = share(views, {}, true)
    views.all[3] = 0
    const probe = ({ value }: typeof shared): unknown[] => {
      value.tail[0] = 30
      return [value.all[2], value.all[3], value.buffer instanceof SharedArrayBuffer, value.date.getTime()]
    }
    expect(await run(engine, probe, [shared]).ended).toEqual([30, 4, true, 0])
    const second = makeEngine()
    expect(await run(second.engine, (handle: typeof shared) => handle.value.all[2], [shared]).ended).toBe(30)
  })
})
