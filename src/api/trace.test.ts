import { afterEach, describe, expect, it, vi } from 'vitest'
import { FakeWorker, endAll } from '../../e2e/fixtures/fake-workers.ts'
import { createPool } from './pool.ts'
import type { PoolOptions } from './options.ts'
import type { Pool } from './pool-types.ts'
import { createTrace } from './trace.ts'
import type { Ran } from './trace.ts'

const pools: Pool[] = []
function makePool(options: PoolOptions = {}): Pool {
  const worker = (): Worker => new FakeWorker() as unknown as Worker
  const pool = createPool({ name: 'p', size: 1, worker, ...options })
  pools.push(pool)
  return pool
}
afterEach(async () => {
  vi.unstubAllGlobals()
  await Promise.all(pools.splice(0).map((pool) => pool.terminate()))
  await endAll()
})

/** Not every environment has it. */
function spyOnTimeStamp() {
  const spy = vi.fn<(...bar: unknown[]) => void>()
  vi.stubGlobal('console', { ...console, timeStamp: spy })
  return spy
}

describe('a task that ran', () => {
  it('is a bar on the track of its worker', async () => {
    const bars = spyOnTimeStamp()
    const pool = makePool()
    const before = performance.now()
    await pool.with({ label: 'sum' }).offload(() => 1)
    await pool.offload(() => Promise.reject(new Error('no'))).catch(() => {})
    expect(bars.mock.calls).toEqual([
      ['sum', expect.any(Number), expect.any(Number), 'p 1', 'brine', 'primary'],
      ['anonymous', expect.any(Number), expect.any(Number), 'p 1', 'brine', 'error'],
    ])
    let last = before
    for (const [, start, end] of bars.mock.calls as unknown as [string, number, number][]) {
      expect(start).toBeGreaterThanOrEqual(last)
      expect(end).toBeGreaterThanOrEqual(start)
      last = end
    }
    expect(performance.now()).toBeGreaterThanOrEqual(last)
  })
  it('is none if it never ran', async () => {
    const bars = spyOnTimeStamp()
    const pool = makePool()
    const task = pool.offload(() => 1)
    task.cancel()
    await task.catch(() => {})
    await pool.offload((key: object) => key, new WeakMap()).catch(() => {})
    expect(bars).not.toHaveBeenCalled()
  })
  it('is drawn on the page where there are no workers', async () => {
    const bars = spyOnTimeStamp()
    await createPool({ name: 'here' }).offload(() => 1)
    expect(bars.mock.calls[0]!.slice(3)).toEqual(['here (page)', 'brine', 'primary'])
  })
  it('is none where nobody wants it', async () => {
    const bars = spyOnTimeStamp()
    expect(await makePool({ trace: false }).offload(() => 1)).toBe(1)
    expect(bars).not.toHaveBeenCalled()
  })
  it('is a measure with properties where that is wanted', async () => {
    const bars = spyOnTimeStamp()
    const task = makePool({ trace: 'measure' })
      .with({ label: 'measured' })
      .offload(() => 1)
    await task
    expect(bars).not.toHaveBeenCalled()
    const [entry] = performance.getEntriesByName(`measured (${task.id})`)
    const { devtools } = (entry as PerformanceMeasure).detail as { devtools: Record<string, unknown> }
    expect(devtools).toMatchObject({
      dataType: 'track-entry',
      track: 'p 1',
      trackGroup: 'brine',
      color: 'primary',
    })
    expect(devtools['properties']).toContainEqual(['id', task.id])
    performance.clearMeasures(entry!.name)
  })
})

describe('bars', () => {
  const ran = (more: Partial<Ran>, worker = 1, runMs = 1): Ran => ({
    id: 'p-1',
    label: 'f',
    state: 'done',
    started: 10,
    ended: 20,
    ...more,
    info: { queueMs: 0, runMs, worker, attempt: 1, bytes: { sent: 0, received: 0 } },
  })
  it('of tasks that go together follow each other, worker by worker', () => {
    const bars = spyOnTimeStamp()
    const trace = createTrace('p', true)!
    trace(ran({}, 1, 4))
    trace(ran({}, 1, 4))
    trace(ran({}, 2, 4))
    trace(ran({}, 1, 4))
    trace(ran({ state: 'cancelled', started: 30, ended: 90 }))
    const times = bars.mock.calls.map((bar) => bar.slice(1, 4))
    expect(times).toEqual([
      [10, 14, 'p 1'],
      [14, 18, 'p 1'],
      [10, 14, 'p 2'],
      [18, 20, 'p 1'],
      [30, 90, 'p 1'],
    ])
  })
  it('are not drawn where the console cannot', () => {
    vi.stubGlobal('console', {})
    expect(createTrace('p', true)).toBeUndefined()
    expect(createTrace('p', 'measure')).toBeTypeOf('function')
    expect(createTrace('p', false)).toBeUndefined()
  })
})
