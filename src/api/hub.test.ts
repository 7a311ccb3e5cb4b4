import { afterEach, describe, expect, it, vi } from 'vitest'
import { FakeWorker, TestClock, endAll } from '../../e2e/fixtures/fake-workers.ts'
import { task as ambientTask } from '../realm/task.ts'
import type { PoolEvents, TaskEvent, WorkerEvent } from './events.ts'
import { Hub } from './hub.ts'
import { createPool } from './pool.ts'
import type { Pool } from './pool-types.ts'

// Vitest rewrites the uses of imported names: functions that travel need names of this module.
const task = ambientTask

const pools: Pool[] = []
function makePool(size = 1): Pool {
  const pool = createPool({ name: 'p', size, worker: () => new FakeWorker() as unknown as Worker })
  pools.push(pool)
  return pool
}
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.terminate()))
  await endAll()
})

function record<Type extends keyof PoolEvents>(pool: Pool, type: Type): PoolEvents[Type][] {
  const seen: PoolEvents[Type][] = []
  pool.on(type, (event) => seen.push(event))
  return seen
}
const typesOf = (seen: readonly (TaskEvent | WorkerEvent)[]): string[] => seen.map(({ type }) => type)
/** All that waits in microtasks has been told. */
const told = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve))

describe('of tasks', () => {
  it('tell the way of each, with its id, label, worker and times', async () => {
    const pool = makePool()
    const seen = record(pool, 'task')
    const first = pool.with({ label: 'sum' }).offload((a: number, b: number) => a + b, 1, 2)
    expect(seen).toEqual([])
    expect(await first).toBe(3)
    await told()
    expect(typesOf(seen)).toEqual(['queued', 'started', 'done'])
    for (const { id, label } of seen) expect([id, label]).toEqual([first.id, 'sum'])
    expect(seen.map(({ info }) => info.worker)).toEqual([0, 1, 1])
    expect(seen[2]!.info).toBe(first.info)
    const times = seen.map(({ time }) => time)
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })
  it('tell progress, errors and cancels', async () => {
    const pool = makePool()
    const seen = record(pool, 'task')
    const view = pool.with({ using: { task } })
    await view.offload(() => task.progress('half'))
    const wrong = await view
      .offload(() => Promise.reject(new RangeError('no')))
      .catch((error: unknown) => error)
    const endless = view.offload(() => new Promise(() => {}))
    endless.cancel('enough')
    await endless.catch(() => {})
    await told()
    expect(typesOf(seen)).toEqual(
      ['queued started progress done', 'queued started failed', 'queued started cancelled']
        .join(' ')
        .split(' '),
    )
    expect(seen[2]!.value).toBe('half')
    expect(seen[6]!.error).toBe(wrong)
    expect(seen[9]!.error).toBe('enough')
  })
  it('tell who waits, stalls, and runs again', async () => {
    const pool = makePool()
    await pool.offload(() => 0)
    const seen = record(pool, 'task')
    const killed = pool.with({ label: 'killed', retries: 1 }).offload(async () => {
      await new Promise((resolve) => void setTimeout(resolve, 1))
      return 1
    })
    FakeWorker.all[0]!.scope.close()
    const after = pool.with({ label: 'after', dependsOn: [killed] }).offload((n: number) => n + 1)
    expect(await after).toBe(2)
    const fails = pool.with({ label: 'fails' }).offload(() => Promise.reject(new Error('no')))
    const stalled = pool.with({ label: 'stalled', dependsOn: [fails] }).offload(() => 1)
    await expect(stalled).rejects.toMatchObject({ code: 'TASK_STALLED' })
    await told()
    const of = (name: string): string[] => typesOf(seen.filter(({ label }) => label === name))
    expect(of('killed')).toEqual(['queued', 'started', 'retried', 'started', 'done'])
    expect(of('after')).toEqual(['waiting', 'queued', 'started', 'done'])
    expect(of('stalled')).toEqual(['waiting', 'stalled'])
    expect(seen.findLast(({ label }) => label === 'killed')!.info.attempt).toBe(2)
  })
  it('that ended their worker name it', async () => {
    const pool = makePool()
    const seen = record(pool, 'task')
    const task = pool.offload(() => new Promise(() => {}))
    pool.on('task', ({ type }) => type === 'started' && FakeWorker.all[0]!.scope.close())
    await expect(task).rejects.toMatchObject({ code: 'WORKER_CRASHED' })
    await told()
    expect(seen.at(-1)).toMatchObject({ type: 'failed', info: { worker: 1, attempt: 1 } })
    expect(task.info.worker).toBe(1)
  })
  it('that are refused at once begin and end as all others do', async () => {
    const pool = makePool()
    const seen = record(pool, 'task')
    await pool.offload((key: object) => key, new WeakMap()).catch(() => {})
    await told()
    expect(typesOf(seen)).toEqual(['queued', 'failed'])
    expect(seen[0]!.id).toBe('p-1')
  })
  it('come from the pool and all its views, and where there are no workers', async () => {
    const pool = createPool({ name: 'inline' })
    const seen = record(pool.with({ label: 'view' }), 'task')
    await pool.offload(() => 1)
    await told()
    expect(typesOf(seen)).toEqual(['queued', 'started', 'done'])
  })
})

describe('of workers', () => {
  it('tell how they start, die and retire', async () => {
    const pool = makePool()
    const seen = record(pool, 'worker')
    await pool.offload(() => 1)
    const died = new Promise<void>((resolve) => {
      pool.on('worker', ({ type }) => type === 'died' && resolve())
    })
    FakeWorker.all[0]!.scope.close()
    await died
    await pool.offload(() => 1)
    await pool.close()
    await told()
    expect(seen.map(({ type, worker, reason }) => [type, worker, typeof reason])).toEqual([
      ['starting', 1, 'undefined'],
      ['ready', 1, 'undefined'],
      ['died', 1, 'string'],
      ['starting', 2, 'undefined'],
      ['ready', 2, 'undefined'],
      ['retired', 2, 'undefined'],
    ])
  })
  it('tell why one cannot be started', async () => {
    const worker = (): Worker => {
      throw new TypeError('no worker today')
    }
    const pool = createPool({ worker })
    const seen = record(pool, 'worker')
    await expect(pool.offload(() => 1)).rejects.toMatchObject({ code: 'WORKER_UNAVAILABLE' })
    await told()
    expect(seen).toMatchObject([{ type: 'starting' }, { type: 'unavailable' }])
    expect(seen[1]!.reason).toContain('no worker today')
  })
})

describe('of counts', () => {
  const event = (): TaskEvent => expect.unreachable('nobody listens to tasks')
  it('come together, 100 ms after a change, and not without one', () => {
    const clock = new TestClock()
    let done = 0
    const hub = new Hub(() => ({ done }) as never, clock)
    const seen: unknown[] = []
    const off = hub.on('stats', (stats) => seen.push(stats))
    expect(clock.timers.size).toBe(0)
    for (; done < 5; done++) hub.task(event)
    expect(clock.timers.size).toBe(1)
    clock.advance(99)
    expect(seen).toEqual([])
    clock.advance(1)
    expect(seen).toEqual([{ done: 5 }])
    expect(clock.timers.size).toBe(0)
    hub.task(event)
    off()
    clock.advance(1_000)
    expect(seen).toHaveLength(1)
    expect(hub.watchesTasks || hub.watchesWorkers).toBe(false)
  })
  it('are those of the pool', async () => {
    const pool = makePool()
    const stats = new Promise((resolve) => void pool.on('stats', resolve))
    await pool.offload(() => 1)
    expect(await stats).toMatchObject({ done: 1, workers: 1, running: 0 })
  })
})

describe('listeners', () => {
  it('hear nothing after they left, and twice if they came twice', async () => {
    const pool = makePool()
    let count = 0
    const listener = (): void => void count++
    const [off] = [pool.on('task', listener), pool.on('task', listener)]
    await pool.offload(() => 1)
    await told()
    expect(count).toBe(6)
    off()
    off()
    await pool.offload(() => 1)
    await told()
    expect(count).toBe(9)
  })
  it('that throw are reported, and break neither the pool nor each other', async () => {
    const report = vi.spyOn(console, 'error').mockReturnValue()
    const pool = makePool()
    const error = new Error('not my day')
    pool.on('task', () => {
      throw error
    })
    const seen = record(pool, 'task')
    expect(await pool.offload(() => 1)).toBe(1)
    await told()
    expect(seen).toHaveLength(3)
    expect(report.mock.calls).toEqual([[error], [error], [error]])
    report.mockRestore()
  })
  it('may use the pool, and listen anew', async () => {
    const pool = makePool()
    const results: Promise<number>[] = []
    const again = (): void => {
      off()
      off = pool.on('task', again)
      if (results.length < 3) results.push(pool.offload(() => 2))
    }
    let off = pool.on('task', again)
    await pool.offload(() => 1)
    await told()
    expect(await Promise.all(results)).toEqual([2, 2, 2])
    off()
  })
  it('are checked', () => {
    const pool = makePool()
    expect(() => pool.on('tasks' as never, () => {})).toThrow(
      `Cannot listen to the pool as the event is not 'task', 'worker' or 'stats': "tasks"`,
    )
    expect(() => pool.on('task', 5 as never)).toThrow('as the listener is not a function: 5')
  })
  it('start no worker', () => {
    const pool = makePool()
    pool.on('task', () => {})
    expect(FakeWorker.all).toEqual([])
  })
})
