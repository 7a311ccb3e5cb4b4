// Generators and streams across real threads, aborts that a busy loop sees, and calls inside of calls.
import { expect } from '@playwright/test'
import type { Page } from '@playwright/test'
import { build, createServer, preview } from 'vite'
import { createApp } from './plugin-app.ts'
import { test as base } from './pool-page.ts'
import { serve } from './server.ts'
import type { Server } from './server.ts'

const mounts = { '/dist/': 'dist', '/node_modules/': 'node_modules' }
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

const test = base.extend<{ isolatedPage: Page }, { isolated: Server }>({
  isolated: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures out of this pattern
    async ({}, use) => {
      const server = await serve('e2e/fixtures/pool', { mounts, headers: isolation })
      await use(server)
      await server.close()
    },
    { scope: 'worker' },
  ],
  isolatedPage: async ({ page, isolated }, use) => {
    await page.goto(`${isolated.url}/index.html`)
    await page.waitForFunction(() => 'brine' in globalThis)
    await use(page)
  },
})

test.describe('a generator', () => {
  test('is read value by value, in order, and returns', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      function* count(n: number) {
        for (let i = 0; i < n; i++) yield i
        return 'end'
      }
      async function* later(n: number) {
        for (let i = 0; i < n; i++) {
          await Promise.resolve()
          yield { i }
        }
        return 'end'
      }
      const run = brine.offload(count, 10_000)
      let inOrder = 0
      for await (const value of run) if (value === inOrder) inOrder++
      const objects: number[] = []
      for await (const { i } of brine.offload(later, 200)) objects.push(i)
      return [inOrder, await run, objects.length, objects.at(-1), await brine.offload(later, 5)]
    })
    expect(result).toEqual([10_000, 'end', 200, 199, 'end'])
  })

  test('that yields for ever waits for its reader, and ends when the reader leaves', async ({
    brinePage,
  }) => {
    const result = await brinePage.evaluate(async () => {
      const pool = brine.createPool({ size: 1 })
      const { task } = brine
      const log: unknown[] = []
      function* forever() {
        let i = 0
        try {
          for (;;) yield i++
        } finally {
          task.progress(`cleaned up after ${i < 1_000_000 ? 'few' : 'many'}`)
        }
      }
      const run = pool
        .with({ using: { task }, onProgress: (value) => typeof value === 'string' && log.push(value) })
        .offload(forever)
      for await (const value of run) if (value === 50_000) break
      await run
      // The worker is free again, and the same.
      log.push(run.state, await pool.offload(() => 'next'), pool.stats().workers)
      await pool.close()
      return log
    })
    expect(result).toEqual(['cleaned up after few', 'done', 'next', 1])
  })

  test('without a pause hears of a cancellation while it is drained', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const pool = brine.createPool({ size: 1 })
      function* forever() {
        for (let i = 0; ; i++) yield i
      }
      const run = pool.with({ grace: 60_000 }).offload(forever)
      const end = run.then(
        () => 'done',
        (error: Error) => error.name,
      )
      await new Promise((resolve) => setTimeout(resolve, 50))
      run.cancel()
      // With a minute of grace, only a generator that has ended by itself leaves its worker to the next call.
      const log = [await end, (await pool.offload(() => 1)) as unknown, run.state]
      await pool.close()
      return log
    })
    expect(result).toEqual(['AbortError', 1, 'cancelled'])
  })

  test('talks with its reader', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      function* adder() {
        let sum = 0
        for (;;) sum += (yield sum) as number
      }
      const sums = brine.offload(adder)[Symbol.asyncIterator]()
      const log: unknown[] = [await sums.next()]
      for (const n of [1, 20, 21]) log.push((await sums.next(n)).value)
      log.push(await sums.return('over' as never))
      return log
    })
    expect(result).toEqual([{ done: false, value: 0 }, 1, 21, 42, { done: true, value: 'over' }])
  })

  test('brings errors and instances with the classes of the page', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      class Odd extends Error {
        declare detail: number
        constructor(message: string, options?: ErrorOptions) {
          super(message, options)
          this.detail = 7
        }
      }
      class Even {
        declare n: number
        constructor() {
          this.n = 2
        }
      }
      function* points() {
        yield new Even()
        throw new Odd('thrown', { cause: new AggregateError([new Odd('inner'), new RangeError('r')], 'all') })
      }
      const log: unknown[] = []
      try {
        for await (const even of brine.pool.with({ using: () => ({ Even, Odd }) }).offload(points)) {
          log.push(even instanceof Even && even.n)
        }
      } catch (error) {
        const { cause, detail, stack } = error as Odd & { cause: AggregateError }
        log.push(error instanceof Odd, detail, cause instanceof AggregateError)
        log.push(cause.errors[0] instanceof Odd, cause.errors[1] instanceof RangeError)
        log.push(stack!.includes('at offload (page)'))
      }
      return log
    })
    expect(result).toEqual([2, true, 7, true, true, true, true])
  })

  test('moves buffers, and refuses what cannot travel', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const { transfer } = Comlink
      function* buffers() {
        for (let n = 1; n < 4; n++) {
          const { buffer } = new Uint8Array(n)
          yield transfer(buffer, [buffer])
          yield buffer.byteLength
        }
        yield new WeakMap()
      }
      const log: unknown[] = []
      try {
        for await (const value of brine.pool.with({ using: { transfer } }).offload(buffers)) {
          log.push(value instanceof ArrayBuffer ? `buffer of ${value.byteLength}` : value)
        }
      } catch (error) {
        log.push((error as { code: string }).code)
      }
      return log
    })
    expect(result).toEqual(['buffer of 1', 0, 'buffer of 2', 0, 'buffer of 3', 0, 'VALUE_UNSUPPORTED'])
  })

  test('ends with its worker, behind what came before', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const pool = brine.createPool({ size: 1 })
      async function* dying() {
        for (let i = 0; i < 100; i++) yield i
        await new Promise((resolve) => setTimeout(resolve, 50))
        globalThis.close()
        await new Promise(() => {})
      }
      const seen: number[] = []
      let code: unknown
      try {
        for await (const value of pool.with({ retries: 3 }).offload(dying)) seen.push(value)
      } catch (error) {
        code = (error as { code: string }).code
      }
      await pool.terminate()
      return [seen.length, code]
    })
    expect(result).toEqual([100, 'WORKER_CRASHED'])
  })
})

test.describe('streams and ports of the platform', () => {
  test('move both ways', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const { transfer } = Comlink
      const text = async (stream: ReadableStream<unknown>) => {
        const reader = stream.getReader()
        let all = ''
        for (let step = await reader.read(); !step.done; step = await reader.read()) all += String(step.value)
        return all
      }
      const source = () =>
        new ReadableStream<string>({
          start(controller) {
            for (const part of ['a', 'b', 'c']) controller.enqueue(part)
            controller.close()
          },
        })
      const log: Record<string, unknown> = {}
      const given = source()
      log['readable to the worker'] = await brine.pool
        .with({ using: { text }, transfer: [given] })
        .offload((stream) => text(stream), given)
      log['readable to the page'] = await text(
        await brine.pool.with({ using: { source, transfer } }).offload(() => {
          const made = source()
          return transfer(made, [made])
        }),
      )
      let written = ''
      let close = (): void => {}
      const closed = new Promise<void>((resolve) => {
        close = resolve
      })
      const sink = new WritableStream<string>({ write: (chunk) => void (written += chunk), close })
      await brine.offload(
        async (stream) => {
          const writer = stream.getWriter()
          await writer.write('x')
          await writer.write('y')
          await writer.close()
        },
        transfer(sink, [sink]),
      )
      // The writer's end may hear of the close before the sink.
      await closed
      log['writable to the worker'] = written
      const { port1, port2 } = new MessageChannel()
      const answer = new Promise((resolve) => {
        port1.onmessage = ({ data }) => resolve(data)
      })
      await brine.offload((port) => port.postMessage('hello'), transfer(port2, [port2]))
      log['port to the worker'] = await answer
      const port = await brine.pool.with({ using: { transfer } }).offload(() => {
        const channel = new MessageChannel()
        channel.port1.onmessage = ({ data }) => channel.port1.postMessage(data * 2)
        return transfer(channel.port2, [channel.port2])
      })
      log['port to the page'] = await new Promise((resolve) => {
        port.onmessage = ({ data }) => resolve(data)
        port.postMessage(21)
      })
      const upper = await brine.pool.with({ using: { transfer } }).offload(() => {
        const made = new TransformStream<string, string>({
          transform: (chunk, controller) => controller.enqueue(chunk.toUpperCase()),
        })
        return transfer(made, [made])
      })
      log['transform to the page'] = await text(source().pipeThrough(upper))
      return log
    })
    expect(result).toEqual({
      'readable to the worker': 'abc',
      'readable to the page': 'abc',
      'writable to the worker': 'xy',
      'port to the worker': 'hello',
      'port to the page': 42,
      'transform to the page': 'ABC',
    })
  })
})

test.describe('a busy loop that asks task.signal', () => {
  const run = (page: Page): Promise<unknown> =>
    page.evaluate(async () => {
      const pool = brine.createPool({ size: 1 })
      const { task } = brine
      const mark = await pool.offload(() => ((globalThis as { mark?: number }).mark = Math.random()))
      const busy = () => {
        let n = 0
        while (!task.signal.aborted) n++
        return n
      }
      const log: unknown[] = [crossOriginIsolated]
      for (const settings of [{ timeout: 50 }, {}]) {
        const run = pool.with({ using: { task }, grace: 2_000, ...settings }).offload(busy)
        const end = run.then(
          () => 'done',
          (error: Error) => error.name,
        )
        await new Promise((resolve) => setTimeout(resolve, 100))
        run.cancel()
        log.push(await end)
      }
      const after = await pool.offload(() => (globalThis as { mark?: number }).mark)
      log.push(after === mark)
      const reason = pool.with({ using: { task }, grace: 2_000, timeout: 50 }).offload(() => {
        try {
          for (;;) task.signal.throwIfAborted()
        } catch (error) {
          ;(globalThis as { reason?: string }).reason = (error as Error).name
          throw error
        }
      })
      await reason.catch(() => {})
      log.push(await pool.offload(() => (globalThis as { reason?: string }).reason))
      await pool.terminate()
      return log
    })

  test('ends by itself and keeps its worker, where memory is shared', async ({ isolatedPage }) => {
    expect(await run(isolatedPage)).toEqual([true, 'TimeoutError', 'AbortError', true, 'TimeoutError'])
  })

  test('is ended with its worker elsewhere', async ({ brinePage }) => {
    expect(await run(brinePage)).toEqual([false, 'TimeoutError', 'AbortError', false, undefined])
  })
})

test.describe('calls inside of calls', () => {
  test('run in the same worker, and never wait for another', async ({ brinePage }) => {
    const result = await brinePage.evaluate(async () => {
      const pool = brine.createPool({ size: 1 })
      const { offload, task } = brine
      const seen: unknown[] = []
      const nested = async (depth: number): Promise<number> => {
        task.progress(depth)
        if (depth === 0) return 1
        const parts = await Promise.all(Array.from({ length: 4 }, () => offload(nested, depth - 1)))
        return parts.reduce((sum, part) => sum + part, 0)
      }
      const using = { offload, task, brinePool: brine.pool, createPool: brine.createPool }
      const calls = pool.with({ using: { ...using, nested }, onProgress: (value) => seen.push(value) })
      const leaves = await Promise.all([1, 2, 3].map(() => calls.offload(nested, 3)))
      const { brinePool, createPool } = using
      const size = await calls.offload(async () => {
        const own = createPool({ size: 8 })
        return [brinePool.size, own.size, await own.offload(() => task.id === undefined)]
      })
      const streamed = await calls.offload(async () => {
        const values: unknown[] = []
        for await (const value of offload(function* () {
          yield 1
          yield 2
        }))
          values.push(value)
        return values
      })
      await pool.close()
      return [leaves, seen.length, size, streamed]
    })
    expect(result).toEqual([[64, 64, 64], 3 * 85, [1, 1, false], [1, 2]])
  })
})

test.describe('by the plugin', () => {
  for (const variant of ['dev', 'build'] as const) {
    test(`generators and calls inside of calls: ${variant}`, async ({ page }) => {
      test.setTimeout(120_000)
      const app = createApp({
        'index.html': '<!doctype html><title>streams</title><script type="module" src="/main.js"></script>',
        'main.js': `
          import { createPool, offload, task } from 'brine'
          class Point { constructor(x) { this.x = x } }
          const start = 10
          function* count(n) { for (let i = 0; i < n; i++) yield new Point(start + i); return 'end' }
          const nested = async (depth) => depth === 0 ? 1 : (await offload(nested, depth - 1)) + 1
          const values = async (iterable) => { const all = []; for await (const v of iterable) all.push(v); return all }
          ;(async () => {
            const pool = createPool({ size: 1 })
            const run = pool.offload(count, 300)
            const all = await values(run)
            const arrow = await values(pool.offload(() => count(3)))
            globalThis.outcome = [
              all.length, all[299].x, all.every((p) => p instanceof Point), await run, arrow.map((p) => p.x),
              await pool.offload(nested, 3),
              await pool.offload(async () => { let sum = 0; for await (const p of offload(count, 4)) sum += p.x; return sum }),
            ]
            await pool.close()
          })().catch((error) => { globalThis.outcome = String(error.stack) })
        `,
      })
      try {
        const config = await app.config()
        let server
        if (variant === 'dev') server = await (await createServer(config)).listen()
        else {
          await build(config)
          server = await preview(config)
        }
        await page.goto(server.resolvedUrls!.local[0]!)
        await page.waitForFunction(() => globalThis.outcome !== undefined)
        expect(await page.evaluate(() => globalThis.outcome)).toEqual([
          300,
          309,
          true,
          'end',
          [10, 11, 12],
          4,
          46,
        ])
        await server.close()
      } finally {
        app.remove()
      }
    })
  }
})
