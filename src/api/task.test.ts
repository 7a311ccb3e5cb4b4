// Tasks against a pool that the test plays itself.
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { TaskInfo, CallObserver } from '../pool/call.ts'
import { Task } from './task.ts'

const info: TaskInfo = { queueMs: 1, runMs: 2, worker: 3, attempt: 1, bytes: { sent: 4, received: 5 } }

function make(onProgress?: (value: unknown) => void): {
  task: Task<unknown>
  pool: CallObserver
  cancelled: unknown[]
} {
  let pool!: CallObserver
  const cancelled: unknown[] = []
  const task = new Task<unknown>(
    'label',
    (observer) => {
      pool = observer
      return { id: 'pool-1', cancel: (reason) => void cancelled.push(reason), steer: () => {} }
    },
    onProgress,
  )
  return { task, pool, cancelled }
}

const collect = async (task: AsyncIterable<unknown>): Promise<unknown[]> => {
  const values: unknown[] = []
  for await (const value of task) values.push(value)
  return values
}

/** Runs `act` and waits until Node has reported what nobody handled. */
async function unhandled(act: () => void): Promise<unknown[]> {
  const seen: unknown[] = []
  const listeners = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', (reason) => seen.push(reason))
  try {
    act()
    await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setImmediate(resolve))
    return seen
  } finally {
    process.removeAllListeners('unhandledRejection')
    for (const listener of listeners) process.on('unhandledRejection', listener)
  }
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a task', () => {
  it('is a promise whose descendants are plain promises', async () => {
    const { task, pool } = make()
    expect(task).toBeInstanceOf(Promise)
    expect(Object.prototype.toString.call(task)).toBe('[object Task]')
    const child = task.then(String)
    expect(child.constructor).toBe(Promise)
    expect(task.finally(() => {}).constructor).toBe(Promise)
    pool.fulfil(7, info)
    expect(await task).toBe(7)
    expect(await child).toBe('7')
  })

  it('tells how it stands', async () => {
    const { task, pool } = make()
    expect([task.id, task.label, task.state, task.info.attempt]).toEqual(['pool-1', 'label', 'queued', 0])
    pool.started(info)
    expect([task.state, task.info]).toEqual(['running', info])
    pool.waiting()
    expect(task.state).toBe('waiting')
    pool.queued()
    expect(task.state).toBe('queued')
    pool.started({ ...info, attempt: 2 })
    pool.fulfil(1, { ...info, runMs: 9, attempt: 2 })
    expect([task.state, task.info.runMs, task.info.attempt]).toEqual(['done', 9, 2])
    await task
  })

  it('is failed or cancelled when it rejects', async () => {
    const failed = make()
    failed.pool.fail('why', info, 'failed')
    await expect(failed.task).rejects.toBe('why')
    expect(failed.task.state).toBe('failed')
    const cancelled = make()
    cancelled.pool.fail('stop', info, 'cancelled')
    await expect(cancelled.task).rejects.toBe('stop')
    expect(cancelled.task.state).toBe('cancelled')
  })

  it('asks its pool to cancel, with an AbortError unless told otherwise', () => {
    const { task, cancelled } = make()
    task.cancel()
    task.cancel('reason')
    expect(cancelled).toEqual([expect.objectContaining({ name: 'AbortError' }), 'reason'])
  })

  it('may fail while it is submitted', async () => {
    const task = new Task('label', (observer) => {
      observer.fail('at once', info, 'failed')
      return { id: 'x', cancel: () => {}, steer: () => {} }
    })
    await expect(task).rejects.toBe('at once')
    expect(task.state).toBe('failed')
  })
})

describe('an error that nobody handles', () => {
  it('is reported once', async () => {
    const { pool } = make()
    expect(await unhandled(() => pool.fail('lost', info, 'failed'))).toEqual(['lost'])
  })

  it('is not reported twice when someone iterates and waits', async () => {
    const { task, pool } = make()
    const seen = await unhandled(() => {
      const iteration = collect(task)
      iteration.catch(() => {})
      pool.fail('handled', info, 'failed')
    })
    expect(seen).toEqual([])
  })

  it('is reported once when the iteration is not handled either', async () => {
    const { task, pool } = make()
    const seen = await unhandled(() => {
      void collect(task)
      pool.fail('lost', info, 'failed')
    })
    expect(seen).toEqual(['lost'])
  })
})

describe('progress', () => {
  it('is iterated from its beginning to the end of the task', async () => {
    const { task, pool } = make()
    pool.progress(1)
    const values = collect(task)
    pool.progress(2)
    await Promise.resolve()
    pool.progress(3)
    pool.progress(4)
    pool.fulfil('done', info)
    expect(await values).toEqual([1, 2, 3, 4])
    expect(await task).toBe('done')
  })

  it('goes to every reader, from where each began', async () => {
    const { task, pool } = make()
    const first = collect(task)
    pool.progress(1)
    const second = collect(task)
    await Promise.resolve()
    pool.progress(2)
    pool.fulfil(undefined, info)
    expect(await first).toEqual([1, 2])
    expect(await second).toEqual([2])
  })

  it('ends with the error of the task', async () => {
    const { task, pool } = make()
    const values: unknown[] = []
    const loop = (async () => {
      for await (const value of task) values.push(value)
    })()
    pool.progress(1)
    pool.fail('broken', info, 'failed')
    await expect(loop).rejects.toBe('broken')
    expect(values).toEqual([1])
  })

  it('can be left', async () => {
    const { task, pool } = make()
    pool.progress(1)
    pool.progress(2)
    for await (const value of task) {
      expect(value).toBe(1)
      break
    }
    pool.fulfil('done', info)
    expect(await task).toBe('done')
  })

  it('keeps the newest 1,000 values while nobody reads', async () => {
    const { task, pool } = make()
    for (let n = 0; n < 1_500; n++) pool.progress(n)
    pool.fulfil(undefined, info)
    const values = await collect(task)
    expect([values.length, values[0], values.at(-1)]).toEqual([1_000, 500, 1_499])
  })

  it('does not fail when a listener throws', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { task, pool } = make(() => {
      throw new Error('listener')
    })
    pool.progress(1)
    pool.fulfil('done', info)
    expect(await task).toBe('done')
    expect(error).toHaveBeenCalledWith(expect.objectContaining({ message: 'listener' }))
  })
})
