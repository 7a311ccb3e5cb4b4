// Maps and shared values in real workers: the same bits whatever the pool, one copy for each worker, all workers busy.
import { expect, test as base } from '@playwright/test'
import type { Page } from '@playwright/test'
import type * as Brine from '../src/index.ts'
import type * as Random from '../src/random.ts'
import { serve } from './server.ts'

declare global {
  var brine: typeof Brine
  var random: typeof Random
}

const mounts = { '/dist/': 'dist', '/node_modules/': 'node_modules' }
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

async function open(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/index.html`)
  await page.waitForFunction(() => 'brine' in globalThis)
  await page.evaluate(async () => {
    const path = '/dist/random.js'
    globalThis.random = (await import(path)) as typeof Random
  })
}

const test = base.extend<{ isolated: boolean; brinePage: Page }>({
  isolated: [false, { option: true }],
  brinePage: async ({ page, isolated }, use) => {
    const server = await serve('e2e/fixtures/pool', { mounts, headers: isolated ? isolation : {} })
    await open(page, server.url)
    await use(page)
    await server.close()
  },
})

test('a Monte Carlo run has the same bits for any workers and chunks', async ({ brinePage }) => {
  const results = await brinePage.evaluate(async () => {
    const { createPool } = brine
    const { stream, summarize, merge } = random
    const simulate = (_: number, index: number) => {
      const numbers = stream(42, index)
      return summarize(200, () => Math.exp(numbers.normal() / 3))
    }
    const bitsOf = (value: object): string =>
      Object.values(value)
        .map((each) =>
          typeof each === 'number' ? new BigUint64Array(new Float64Array([each]).buffer)[0] : each,
        )
        .join()
    const seen: string[] = []
    for (const size of [1, 2, 4]) {
      const pool = createPool({ size })
      for (const chunk of [1, 7, undefined]) {
        const here = pool.with({ using: () => ({ stream, summarize, merge }), ...(chunk && { chunk }) })
        const partials = await here.map(101, simulate)
        const total = await here.map(101, simulate).reduce(
          merge,
          summarize(0, () => 0),
        )
        seen.push([...partials, total].map(bitsOf).join('\n'))
      }
      await pool.terminate()
    }
    return { runs: seen.length, different: new Set(seen).size, length: seen[0]!.length }
  })
  expect(results).toMatchObject({ runs: 9, different: 1 })
  expect(results.length).toBeGreaterThan(101 * 20)
})

test('10,000 items of mixed length keep two workers busy', async ({ brinePage }, info) => {
  const seen = await brinePage.evaluate(async () => {
    const pool = brine.createPool({ size: 2 })
    const work = (ms: number) => {
      const start = performance.timeOrigin + performance.now()
      const end = start + ms
      while (performance.timeOrigin + performance.now() < end);
      return end
    }
    const mark = () => performance.timeOrigin + performance.now()
    // Most take next to nothing, some a hundred times as long.
    const lengths = Array.from({ length: 10_000 }, (_, at) =>
      at % 500 === 7 ? 5 : at % 25 === 3 ? 0.5 : 0.02,
    )
    await pool.map(4, () => 0)
    const before = pool.stats().busyMs
    const start = mark()
    const run = pool.map(lengths, work)
    const ends = await run
    const wall = mark() - start
    const { busyMs, workers } = pool.stats()
    const { info } = run
    await pool.terminate()
    return { count: ends.length, info, wall, busy: busyMs - before, workers }
  })
  expect(seen).toMatchObject({ count: 10_000, workers: 2, info: { done: 10_000, total: 10_000 } })
  // Many chunks towards the end: none holds much that another worker could do.
  expect(seen.info.chunks).toBeGreaterThan(20)
  const idle = 2 * seen.wall - seen.busy
  info.annotations.push({
    type: 'idle',
    description: `${idle.toFixed(1)} of ${(2 * seen.wall).toFixed(1)} worker-ms, ${seen.info.chunks} chunks`,
  })
})

test('an endless generator is left with break', async ({ brinePage }) => {
  const seen = await brinePage.evaluate(async () => {
    const pool = brine.createPool({ size: 2 })
    let pulled = 0
    let closed = false
    async function* endless() {
      try {
        for (;;) yield pulled++
      } finally {
        closed = true
      }
    }
    let sum = 0
    for await (const square of pool.map(endless(), (n) => n * n)) {
      sum += square
      if (square >= 81) break
    }
    await pool.close()
    return { sum, closed, bounded: pulled < 2_000_000 }
  })
  expect(seen).toEqual({ sum: 285, closed: true, bounded: true })
})

test('an error names its item, and the workers go on', async ({ brinePage }) => {
  const seen = await brinePage.evaluate(async () => {
    const pool = brine.createPool({ size: 2 })
    const fail = (n: number) => {
      if (n > 500) throw new RangeError(`no ${n}`)
      return n
    }
    const run = pool.map(1_000, fail)
    const told = await run.then(String, String)
    const dead = pool.map(20, (n: number) => (n === 13 ? (self.close(), new Promise(() => {})) : n))
    const code = await dead.then(String, (error: unknown) => (error as Brine.BrineError).code)
    const after = await pool.map(3, (n) => n)
    await pool.close()
    return [told, run.info.failedIndex, code, dead.info.failedIndex, after]
  })
  expect(seen).toEqual(['RangeError: no 501', 501, 'WORKER_CRASHED', 13, [0, 1, 2]])
})

for (const isolated of [false, true]) {
  test.describe(`a page that is ${isolated ? '' : 'not '}isolated`, () => {
    test.use({ isolated })

    test('sends 64 MiB to each worker at most once for 100 calls', async ({ brinePage }) => {
      const seen = await brinePage.evaluate(async () => {
        const { createPool, share } = brine
        const pool = createPool({ size: 2 })
        const array = new Float64Array(8_388_608).fill(0.5)
        const table = share(array)
        array.fill(0)
        const here = pool.with({ using: () => ({ table }) })
        const probe = (at: number) => [
          table.value[at * 1_000],
          typeof SharedArrayBuffer === 'function' && table.value.buffer instanceof SharedArrayBuffer,
        ]
        const results = await Promise.all(Array.from({ length: 100 }, (_, at) => here.offload(probe, at)))
        const { sharesSent, sharesReused, workers } = pool.stats()
        table.release()
        const late = await here.offload(probe, 0).catch((error: Brine.BrineError) => error.code)
        await pool.close()
        const same = new Set(results.map(String))
        return { same: [...same], enough: sharesSent <= workers, all: sharesSent + sharesReused, late }
      })
      expect(seen).toEqual({ same: [`0.5,${isolated}`], enough: true, all: 100, late: 'SHARE_RELEASED' })
    })
  })
}
