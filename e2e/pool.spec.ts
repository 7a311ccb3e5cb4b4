// The pool in a real browser: what runs, what comes back, and what happens when something ends early.
import { expect } from '@playwright/test'
import { test } from './pool-page.ts'
import type { Told } from './pool-page.ts'

test.describe('calls', () => {
  test('run elsewhere and bring back what functions return', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const { offload, pool } = brine
      const rate = 3
      return [
        await offload((a: number, b: number) => a + b, 1, 2),
        await pool.with({ using: { rate } }).offload((x: number) => x * rate, 14),
        await pool.with({ scope: (name) => eval(name) }).offload(async (x: number) => x * rate, 14),
        await offload(() => typeof document),
        await offload(() => new Map([[1, new Set(['a'])]])).then((map) => map.get(1)?.has('a')),
      ]
    })
    expect(result).toEqual([3, 42, 42, 'undefined', true])
  })

  test('take proxies of plain data, as reactive frameworks make them', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const pool = brine.createPool({ size: 1 })
      const state = new Proxy({ user: new Proxy({ n: 1 }, {}) }, {})
      const read = (given: typeof state) => given.user.n
      // The first waits for the worker to start; the others are posted at once.
      const waiting = pool.offload(read, state)
      state.user.n = 2
      const results = [await waiting]
      const posted = pool.offload(read, state)
      state.user.n = 3
      results.push(await posted)
      results.push(await pool.with({ using: { state } }).offload(() => state.user.n))
      const shown = await pool.offload(() => [new Proxy({ n: 4 }, {})])
      results.push(shown[0]!.n)
      const ask = brine.callback((given: { n: number }) => new Proxy({ n: given.n + 1 }, {}))
      const answer = await pool.offload((ask) => ask(new Proxy({ n: 4 }, {})), ask)
      results.push(answer.n)
      await pool.close()
      return results
    })
    expect(result).toEqual([1, 2, 3, 4, 5])
  })

  test('carry the state at the call, warm or queued', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const pool = brine.createPool({ size: 1 })
      const data = { n: 1, list: [1] }
      const read = (d: typeof data): string => `${d.n} ${d.list.length}`
      const cold = pool.offload(read, data)
      data.n = 2
      data.list.push(2)
      await cold
      const warm = pool.offload(read, data)
      data.n = 3
      data.list.push(3)
      const queued = pool.with({ using: { data } }).offload(() => `${data.n} ${data.list.length}`)
      data.n = 4
      data.list.push(4)
      const results = [await cold, await warm, await queued]
      await pool.close()
      return results
    })
    expect(result).toEqual(['1 1', '2 2', '3 3'])
  })
})

test.describe('errors', () => {
  test('name what cannot travel, either way', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const tell = (error: Told): Told => ({ code: error.code!, message: error.message! })
      const { offload } = brine
      return [
        await offload((x: unknown) => x, { button: document.body }).catch(tell),
        await offload(() => ({ port: new WeakMap() })).catch(tell),
        await offload(() => {
          throw Object.assign(new TypeError('broken'), { pending: Promise.resolve() })
        }).catch((error: Error) => ({ code: error.name, message: error.message })),
      ] as Told[]
    })
    expect(result[0]).toMatchObject({ code: 'VALUE_UNSUPPORTED' })
    expect(result[0]?.message).toMatch(/^Cannot offload .*\[0\]\.button/)
    expect(result[1]).toMatchObject({ code: 'VALUE_UNSUPPORTED' })
    expect(result[1]?.message).toMatch(/^Cannot return .*port/)
    expect(result[2]).toMatchObject({ code: 'TypeError' })
    expect(result[2]?.message).toMatch(/^broken \(/)
  })
})

test.describe('the end before the end', () => {
  test('a signal cancels with its reason: before, in the queue, while running', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const { createPool, task } = brine
      const pool = createPool({ size: 1 })
      const early = await pool
        .with({ signal: AbortSignal.abort('early') })
        .offload(() => 1)
        .catch(String)
      const running = new AbortController()
      const polite = pool
        .with({ signal: running.signal, using: { task }, onProgress: start })
        .offload(async () => {
          task.progress('started')
          await new Promise((resolve) => task.signal.addEventListener('abort', resolve))
        })
      function start(): void {
        running.abort('running')
      }
      const waiting = new AbortController()
      const queued = pool.with({ signal: waiting.signal }).offload(() => 1)
      waiting.abort('queued')
      const reasons = [early, await queued.catch(String), await polite.catch(String)]
      return [...reasons, await pool.offload(() => 'next'), pool.stats().workers]
    })
    expect(result).toEqual(['early', 'queued', 'running', 'next', 1])
  })

  test('one of several signals cancels', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const pool = brine.createPool({ size: 1 })
      const user = new AbortController()
      const joined = AbortSignal.any([user.signal, AbortSignal.timeout(60_000)])
      const calls = [1, 2].map(() => pool.with({ signal: joined }).offload(() => new Promise(() => {})))
      user.abort('user')
      return [
        ...(await Promise.all(calls.map((call) => call.catch(String)))),
        await pool.offload(() => 'next'),
      ]
    })
    expect(result).toEqual(['user', 'user', 'next'])
  })

  test('a timeout ends a busy loop', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const pool = brine.createPool({ size: 1 })
      const busy = pool.with({ timeout: 20 }).offload(() => {
        for (;;);
      })
      const name = await busy.catch((error: DOMException) => `${error instanceof DOMException} ${error.name}`)
      return [name, await pool.offload(() => 'next')]
    })
    expect(result).toEqual(['true TimeoutError', 'next'])
  })

  test('a worker that dies without a word is noticed, and its task tried again', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const { createPool, task } = brine
      let worker: Worker
      const pool = createPool({
        size: 1,
        worker: () => (worker = new Worker('/dist/worker.js', { type: 'module' })),
      })
      const view = pool.with({ using: { task }, onProgress: () => worker.terminate() })
      const fn = (): Promise<never> | string => {
        if (task.attempt === 3) return `attempt ${task.attempt}`
        task.progress('kill me')
        return new Promise<never>(() => {})
      }
      const again = view.with({ retries: 2 }).offload(fn)
      const once = view.with({ retries: 1 }).offload(fn)
      return [await again, again.info.attempt, await once.catch((error: Error) => error.name)]
    })
    expect(result).toEqual(['attempt 3', 3, 'WorkerCrashError'])
  })

  test('a pool that is closed finishes its queue', async ({ brinePage }) => {
    const result = await brinePage.evaluate(`(async () => {
      const { createPool } = brine
      const tasks = []
      let pool
      {
        await using own = createPool({ size: 1, name: 'own' })
        pool = own
        for (let n = 0; n < 5; n++) tasks.push(own.offload((x) => x, n))
      }
      const states = tasks.map((task) => task.state)
      const late = await pool.offload(() => 1).catch((error) => error.code)
      return [states, late, pool.stats().workers]
    })()`)
    expect(result).toEqual([['done', 'done', 'done', 'done', 'done'], 'POOL_CLOSED', 0])
  })

  test('a pool that is terminated rejects its tasks', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const pool = brine.createPool({ size: 1 })
      const tasks = [1, 2].map(() =>
        pool.offload(() => {
          for (;;);
        }),
      )
      const ends = Promise.all(tasks.map((task) => task.catch((error: Told) => error.code)))
      await pool.terminate()
      return [await ends, pool.stats()]
    })
    expect(result).toEqual([
      ['POOL_CLOSED', 'POOL_CLOSED'],
      expect.objectContaining({ queued: 0, running: 0, workers: 0, cancelled: 2 }),
    ])
  })
})

test.describe('what stays and what moves', () => {
  test('callbacks run on the page', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const { callback, offload, pool } = brine
      const seen: unknown[] = []
      const note = callback((value: unknown) => {
        seen.push(value, typeof document)
        if (value === 'bad') throw new SyntaxError('bad note', { cause: 1 })
        return new Set([value])
      })
      const asArgument = await offload(async (say: typeof note) => [...(await say('a'))], note)
      const captured = await pool.with({ using: { note } }).offload(async () => {
        const error = (await note('bad').catch((reason: unknown) => reason)) as Error
        return `${error instanceof SyntaxError} ${error.message} ${String(error.cause)}`
      })
      return { asArgument, captured, seen, here: [...(await note('here'))] }
    })
    expect(result).toEqual({
      asArgument: ['a'],
      captured: 'true bad note 1',
      seen: ['a', 'object', 'bad', 'object', 'here', 'object'],
      here: ['here'],
    })
  })

  test('Comlink.proxy is honoured both ways', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const { offload, pool } = brine
      class Counter {
        n: number
        constructor() {
          this.n = 0
        }
        add(by: number): number {
          return (this.n += by)
        }
      }
      const counter = new Counter()
      const remote = Comlink.proxy(counter)
      type Remote = { add(by: number): Promise<number> }
      const fn = async (c: Remote): Promise<number[]> => [await c.add(2), await c.add(3)]
      const there = await offload(fn, remote as unknown as Remote)
      const { proxy } = Comlink
      const stays = await pool
        .with({ using: { proxy } })
        .offload(() => proxy({ double: (n: number) => n * 2 }))
      const double = stays.double as unknown as (n: number) => Promise<number>
      return [there, counter.add(0), await double(21)]
    })
    expect(result).toEqual([[2, 5], 5, 42])
  })

  test('Comlink.transfer is honoured both ways', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const { pool } = brine
      const { transfer } = Comlink
      const bytes = new Uint8Array([1, 2, 3])
      const captured = new Uint8Array([4])
      const fn = (own: Uint8Array): unknown => {
        const all = Uint8Array.of(...own, ...captured)
        return transfer(all, [all.buffer])
      }
      const call = pool
        .with({ using: { transfer, captured: transfer(captured, [captured.buffer]) } })
        .offload(fn, transfer(bytes, [bytes.buffer]))
      const lengths = [bytes.length, captured.length]
      return [[...((await call) as Uint8Array)], lengths]
    })
    expect(result).toEqual([
      [1, 2, 3, 4],
      [0, 0],
    ])
  })
})

test.describe('tasks', () => {
  test('show what they do', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const { createPool, task } = brine
      const pool = createPool({ size: 1, name: 'shown' })
      const seen: unknown[] = []
      const view = pool.with({ using: { task }, onProgress: (value) => seen.push(value), label: 'steps' })
      const run = view.offload((n: number) => {
        for (let i = 1; i <= n; i++) task.progress({ step: i })
        return [task.id, task.attempt]
      }, 3)
      const before = [
        run.state,
        run.label,
        run.id,
        Object.prototype.toString.call(run),
        run instanceof Promise,
      ]
      const iterated: unknown[] = []
      for await (const value of run) iterated.push(value)
      const { queueMs, runMs, transferMs, worker, attempt } = run.info
      const numbers = [queueMs, runMs, transferMs].every((ms) => typeof ms === 'number' && ms >= 0)
      return { before, iterated, seen, value: await run, state: run.state, numbers, worker, attempt }
    })
    const steps = [{ step: 1 }, { step: 2 }, { step: 3 }]
    expect(result).toEqual({
      before: ['queued', 'steps', 'shown-1', '[object Task]', true],
      iterated: steps,
      seen: steps,
      value: ['shown-1', 1],
      state: 'done',
      numbers: true,
      worker: 1,
      attempt: 1,
    })
  })
})

test.describe('workers start', () => {
  test('from another origin, as from a CDN', async ({ brinePage, server }) => {
    const elsewhere = server.url.replace('localhost', '127.0.0.1')
    const result = await brinePage.evaluate(`(async () => {
      const { offload } = await import('${elsewhere}/dist/brine.min.js')
      return [await offload((x) => x * 2, 21), document.URL.startsWith('${elsewhere}')]
    })()`)
    expect(result).toEqual([42, false])
  })

  test('under Trusted Types', async ({ page, server, browserName }) => {
    await page.goto(`${server.url}/trusted.html`)
    await expect(page).toHaveTitle(/ 42 42 WORKER_UNAVAILABLE$/)
    // Else the policy was not needed, and nothing was tested.
    if (browserName === 'chromium') await expect(page).toHaveTitle(/^TypeError /)
  })

  test('by a function of the app', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const pool = brine.createPool({ worker: () => new Worker('/dist/worker.js', { type: 'module' }) })
      return await pool.offload((x: number) => x * 2, 21)
    })
    expect(result).toBe(42)
  })

  test('before they are needed, and end when they are idle', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const pool = brine.createPool({ size: 2, minSize: 1, idleTimeout: 0 })
      await pool.warm()
      const counts = [pool.stats().workers]
      await Promise.all([pool.offload(() => 1), pool.offload(() => 2)])
      while (pool.stats().workers > 1) await new Promise((resolve) => setTimeout(resolve))
      return [...counts, await pool.offload(() => 'kept'), pool.stats().workers]
    })
    expect(result[1]).toBe('kept')
    expect(result[2]).toBe(1)
  })

  test('afresh after so many tasks, and tasks tell what they weigh', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const pool = brine.createPool({ size: 1, recycle: { tasks: 2 } })
      const workers: number[] = []
      for (let n = 0; n < 5; n++) {
        const task = pool
          .with({ retries: 1 })
          .offload((bytes: Uint8Array) => bytes.slice(0, 5_000), new Uint8Array(10_000))
        await task
        workers.push(task.info.worker)
        const { sent, received } = task.info.bytes
        if (sent < 10_000 || sent > 11_000 || received < 5_000 || received > 6_000)
          throw new Error(`${sent} ${received}`)
      }
      return workers
    })
    expect(result).toEqual([1, 1, 2, 2, 3])
  })
})
