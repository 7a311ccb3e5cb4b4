// Failures that other pools of workers have: none of them hangs here, and each call gets its value or a typed error.
import { expect } from '@playwright/test'
import type * as Brine from '../src/index.ts'
import { test } from './pool-page.ts'
import type { Told } from './pool-page.ts'

test.describe('errors', () => {
  test('arrive with class, fields, cause and both stacks', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      class ShopError extends RangeError {
        readonly items: number
        constructor(items: number) {
          super('sold out', { cause: { store: 'main' } })
          this.items = items
        }
      }
      const callTheShop = async (): Promise<unknown> =>
        await brine.pool.with({ using: { ShopError } }).offload(function deepInWorker() {
          throw new ShopError(7)
        })
      const error = (await callTheShop().catch((thrown: unknown) => thrown)) as ShopError
      return {
        known: error instanceof ShopError,
        range: error instanceof RangeError,
        fields: { message: error.message, items: error.items, cause: error.cause },
        stack: error.stack,
      }
    })
    expect(result).toMatchObject({
      known: true,
      range: true,
      fields: { message: 'sold out', items: 7, cause: { store: 'main' } },
    })
    expect(result.stack).toMatch(/deepInWorker[^]*\n {4}at offload \(page\)\n[^]*callTheShop/)
  })

  test('need not be errors', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const thrown = async (fn: () => unknown): Promise<unknown> =>
        await brine.offload(fn).then(
          () => 'fulfilled',
          (error: unknown) => ({ error }),
        )
      return [
        await thrown(() => {
          throw 'text'
        }),
        await thrown(() => {
          throw { code: 7 }
        }),
        await thrown(() => {
          throw null
        }),
        await thrown(() => Promise.reject(0)),
      ]
    })
    expect(result).toEqual([{ error: 'text' }, { error: { code: 7 } }, { error: null }, { error: 0 }])
  })

  test('of a timer in a worker are logged, and the worker works on', async ({ brinePage }) => {
    const logged = brinePage.waitForEvent('console', (message) => message.text().includes('late trouble'))
    await brinePage.evaluate(async () => {
      const pool = brine.createPool({ size: 1 })
      Object.assign(globalThis, { pool })
      await pool.offload(() => {
        setTimeout(() => {
          throw new Error('late trouble')
        })
      })
    })
    expect((await logged).type()).toBe('error')
    const result = await brinePage.evaluate(async () => {
      const { pool } = globalThis as unknown as { pool: Brine.Pool }
      return [await pool.offload(() => 'still here'), pool.stats()]
    })
    expect(result).toEqual(['still here', expect.objectContaining({ done: 2, workers: 1 })])
  })
})

test.describe('functions', () => {
  test('bring back functions that work on the page', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const { offload } = brine
      const add = await offload(
        (a: number) =>
          (b: number): number =>
            a + b,
        2,
      ).catch((error: Told) => error.code)
      const plain = (x: number): number => x + 1
      const echo = await offload((fn: typeof plain) => fn, plain)
      return [typeof add === 'function' ? add(3) : add, echo(1)]
    })
    // A function born in the worker has no text of its own that could be read there; one that came from here has.
    expect(result).toEqual(['CAPTURE_UNKNOWN', 2])
  })

  test('may be new and called twice at once', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const results: unknown[] = []
      for (const size of [1, 2]) {
        const pool = brine.createPool({ size })
        const fresh = (n: number): number => n + 1
        results.push(
          await Promise.all([pool.offload(fresh, 1), pool.offload(fresh, 2), pool.offload(fresh, 3)]),
        )
        await pool.close()
      }
      return results
    })
    expect(result).toEqual([
      [2, 3, 4],
      [2, 3, 4],
    ])
  })

  test('may be arguments that cannot travel, after which the worker works on', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const pool = brine.createPool({ size: 1 })
      const socket = document.body
      const bad = await pool
        .offload(
          (fn: () => unknown) => fn(),
          () => socket,
        )
        .catch((error: Told) => error.code)
      return [bad, await pool.offload(() => 'next'), pool.stats().workers]
    })
    expect(result).toEqual(['CAPTURE_UNRESOLVED', 'next', 1])
  })

  test('that stay on the page are called after garbage was collected in the middle', async ({
    brinePage,
  }) => {
    const result = await brinePage.evaluate(async () => {
      const pool = brine.createPool({ size: 1 })
      const churn = (): number => {
        let sum = 0
        for (let n = 0; n < 300; n++) sum += Array.from({ length: 20_000 }, () => n).length
        return sum
      }
      const slow = brine.callback(async (n: number) => {
        churn()
        await new Promise((resolve) => setTimeout(resolve, 50))
        return n + 1
      })
      return await pool.with({ using: { churn } }).offload(
        async (ask: typeof slow | undefined, n: number) => {
          const answer = ask!(n)
          // Nothing refers to the remote any more but the call.
          ask = undefined
          churn()
          return await answer
        },
        slow,
        41,
      )
    })
    expect(result).toBe(42)
  })
})

test.describe('workers', () => {
  test('a worker that closes itself rejects its task', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const pool = brine.createPool({ size: 1 })
      const tell = (error: Told): string =>
        `${error.name} ${error.code} ${error instanceof brine.WorkerCrashError}`
      const closing = pool.offload(() => {
        self.close()
        return 'too late'
      })
      const next = pool.offload(() => 'next')
      return [await closing.catch(tell), await next]
    })
    expect(result).toEqual(['WorkerCrashError WORKER_CRASHED true', 'next'])
  })

  test('a script that is not there rejects the tasks', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const pool = brine.createPool({ size: 2, workerUrl: '/missing.js' })
      const tasks = [1, 2, 3].map((n) => pool.offload((x: number) => x, n).catch((error: Told) => error))
      return (await Promise.all(tasks)).map((error) => `${(error as Told).code} ${(error as Told).message}`)
    })
    for (const text of result) expect(text).toMatch(/^WORKER_UNAVAILABLE Cannot start .*URL: .*; blob: /)
  })

  test('a busy loop can be cancelled, and its worker is replaced', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const pool = brine.createPool({ size: 1 })
      await pool.offload(() => 'warm')
      const busy = pool.offload(() => {
        for (;;);
      })
      const next = pool.offload(() => 'next')
      busy.cancel()
      const error = await busy.catch((reason: Error) => reason.name)
      return [error, busy.state, await next, next.info.worker, pool.stats()]
    })
    expect(result).toEqual([
      'AbortError',
      'cancelled',
      'next',
      2,
      expect.objectContaining({ done: 2, cancelled: 1, workers: 1 }),
    ])
  })

  test('that crash on every start of a task do not take the pool with them', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      let started = 0
      const pool = brine.createPool({
        size: 1,
        worker: () => {
          started++
          return new Worker('/dist/worker.js', { type: 'module' })
        },
      })
      const view = pool.with({ retries: 2, backoff: 1 })
      const poison = view.offload(function poison() {
        self.close()
      })
      const tell = (error: Told): string => `${error.code} ${/'poison'/.test(error.message!)}`
      return [await poison.catch(tell), poison.info.attempt, await pool.offload(() => 'next'), started]
    })
    expect(result).toEqual(['WORKER_CRASHED true', 3, 'next', 4])
  })
})

test.describe('many calls at once', () => {
  test('take 10,000 at once', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const pool = brine.createPool({ size: 2 })
      const tasks = Array.from({ length: 10_000 }, (_, n) => pool.offload((x: number) => x * 2, n))
      const results = await Promise.all(tasks)
      return { right: results.every((value, n) => value === n * 2), stats: pool.stats() }
    })
    expect(result.right).toBe(true)
    expect(result.stats).toMatchObject({ done: 10_000, failed: 0, queued: 0, running: 0 })
    expect(result.stats.codeSent).toBe(result.stats.workers)
    expect(result.stats.codeReused).toBe(10_000 - result.stats.workers)
  })

  for (const count of [70_000, 100_000]) {
    test(`settle, all ${count} of them`, async ({ brinePage }) => {
      // A few seconds where the work grows with the number of calls, hours where it grows with its square.
      test.setTimeout(120_000)
      const result = await brinePage.evaluate(async (count) => {
        const pool = brine.createPool({ size: 2 })
        const tasks = Array.from({ length: count }, (_, n) => pool.offload((x: number) => x + 1, n))
        // From the middle of the queue, one by one.
        for (let n = count / 2; n < count / 2 + 1_000; n++) tasks[n]!.cancel('enough')
        let right = 0
        for (const [n, end] of (await Promise.allSettled(tasks)).entries()) {
          const cancelled = n >= count / 2 && n < count / 2 + 1_000
          if (
            end.status === 'fulfilled'
              ? end.value === n + 1 && !cancelled
              : end.reason === 'enough' && cancelled
          )
            right++
        }
        const { done, cancelled, failed, queued, running } = pool.stats()
        await pool.close()
        return { right, done, cancelled, failed, queued, running }
      }, count)
      expect(result).toEqual({
        right: count,
        done: count - 1_000,
        cancelled: 1_000,
        failed: 0,
        queued: 0,
        running: 0,
      })
    })
  }
})
