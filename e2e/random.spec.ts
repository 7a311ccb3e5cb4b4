// Random numbers in browsers: the same bits in every engine, on the page and in workers, by their text and by the plugin.
import { expect, test } from '@playwright/test'
import type { Page } from '@playwright/test'
import { build, createServer, preview } from 'vite'
import type * as Brine from '../src/index.ts'
import type * as Random from '../src/random.ts'
import { digestOfNormals, NORMALS } from './fixtures/random/digest.ts'
import { createApp, dist, page as html } from './plugin-app.ts'
import { serve } from './server.ts'

declare global {
  var brine: typeof Brine
  var random: typeof Random
}

test.describe('without the plugin', () => {
  const withPage = async (page: Page, use: () => Promise<void>): Promise<void> => {
    const mounts = { '/dist/': 'dist', '/node_modules/': 'node_modules' }
    const server = await serve('e2e/fixtures/random', { mounts })
    try {
      await page.goto(`${server.url}/index.html`)
      await page.waitForFunction(() => 'random' in globalThis)
      await use()
    } finally {
      await server.close()
    }
  }

  test('a million normals have the bits that they have in Node', async ({ page }) => {
    await withPage(page, async () => {
      expect(await page.evaluate(`(${digestOfNormals.toString()})(random.stream(2026, 7))`)).toBe(NORMALS)
    })
  })

  test('a stream goes on in a worker, and its constructor works there', async ({ page }) => {
    await withPage(page, async () => {
      const [seen, expected] = await page.evaluate(async () => {
        const { pool } = brine
        const { stream } = random
        const draws = stream(7, 3)
        draws.next()
        const there = await pool.with({ using: { draws } }).offload(() => [draws.next(), draws.normal()])
        const passed = await pool.offload((given: typeof draws) => given.int(1000), draws)
        const made = await pool
          .with({ using: { stream } })
          .offload((saved) => stream.restore(saved).float() + stream('text', 1).float(), draws.state)
        const back = await pool.offload((given: typeof draws) => {
          given.jump(5)
          return given
        }, draws)
        const returned = back.next()
        const copy = (): typeof draws => stream.restore(draws.state)
        const first = copy()
        return [
          [...there, passed, made, returned],
          [
            first.next(),
            first.normal(),
            copy().int(1000),
            copy().float() + stream('text', 1).float(),
            copy().jump(5).next(),
          ],
        ]
      })
      expect(seen).toEqual(expected)
    })
  })

  test('an estimate depends on the seed alone, on one worker or three, in any order', async ({ page }) => {
    await withPage(page, async () => {
      const results = await page.evaluate(async () => {
        const { stream, summarize, merge, estimate } = random
        const results: unknown[] = []
        for (const [size, indices] of [
          [1, [0, 1, 2, 3, 4, 5, 6, 7]],
          [3, [7, 2, 5, 0, 1, 6, 3, 4]],
        ] as const) {
          const pool = brine.createPool({ size })
          const parts: Random.Summary[] = []
          const run = pool.with({ using: { stream, summarize } })
          const tasks = indices.map(async (index) => {
            parts[index] = await run.offload((index: number) => {
              const draws = stream('pi', index)
              return summarize(10_000, () => (draws.float() ** 2 + draws.float() ** 2 < 1 ? 4 : 0))
            }, index)
          })
          await Promise.all(tasks)
          await pool.close()
          results.push(estimate(parts.reduce(merge), 0.999))
        }
        return results as Random.Estimate[]
      })
      expect(results[1]).toEqual(results[0])
      const [low, high] = results[0]!.interval
      expect(low).toBeLessThan(Math.PI)
      expect(high).toBeGreaterThan(Math.PI)
      expect(high - low).toBeLessThan(0.05)
    })
  })
})

const main = `import { offload } from 'brine'
import { merge, stream, summarize } from 'brine/random'

const run = async () => {
  const draws = stream(7, 3)
  draws.next()
  const there = await offload(() => [draws.next(), draws.normal()])
  const passed = await offload((given) => given.int(1000), draws)
  const back = await offload(() => { draws.jump(5); return draws })
  const born = await offload(() => stream('text', 1))
  const summary = await offload((index: number) => {
    const own = stream(1, index)
    return merge(summarize([1]), summarize(10, () => own.normal()))
  }, 4)
  const seen = [...there, passed, back.next(), back instanceof stream, born.next(), born instanceof stream, summary]
  const copy = () => stream.restore(draws.state)
  const [first, own] = [copy(), stream(1, 4)]
  const expected = [
    first.next(), first.normal(), copy().int(1000), copy().jump(5).next(), true, stream('text', 1).next(), true,
    merge(summarize([1]), summarize(10, () => own.normal())),
  ]
  return [JSON.stringify(seen), JSON.stringify(expected)]
}
run().then((value) => (globalThis.outcome = value), (error: Error) => (globalThis.outcome = String(error.stack)))
`

for (const variant of ['dev', 'build'] as const) {
  test(
    `with the plugin a stream travels as the import that it is of: ${variant}`,
    { tag: '@once' },
    async ({ page }) => {
      test.setTimeout(90_000)
      const app = createApp({ 'index.html': html, 'src/main.ts': main })
      const options = await app.config({
        resolve: { alias: { 'brine/random': dist('random.js'), brine: dist('index.js') } },
      })
      try {
        if (variant === 'build') await build(options)
        const server =
          variant === 'dev' ? await (await createServer(options)).listen() : await preview(options)
        try {
          await page.goto(server.resolvedUrls!.local[0]!)
          await page.waitForFunction(() => 'outcome' in globalThis)
          const outcome = await page.evaluate(() => globalThis.outcome as string[])
          expect(Array.isArray(outcome), String(outcome)).toBe(true)
          expect(outcome[0]).toBe(outcome[1])
        } finally {
          await server.close()
        }
      } finally {
        app.remove()
      }
    },
  )
}
