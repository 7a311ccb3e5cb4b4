// The demo, built and in development: its numbers are right, and the same wherever and by how many they are computed.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import type { Page } from '@playwright/test'
import { build, createServer, preview } from 'vite'
import type { DemoState } from '../demo/main.ts'
import { option } from '../demo/price.ts'
import { Gaussians } from '../demo/simulation.ts'
import { asianCall } from './asian-call.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const configFile = `${root}vite.config.ts`
const paths = 100_000

/** Loads the demo, lets it run, and returns what it tells, which includes that nothing complained. */
async function runDemo(page: Page, url: string, size: number, seed = 1) {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  await page.goto(`${url}?paths=${paths}&size=${size}&seed=${seed}&auto=1`)
  await page.waitForFunction(() => ['done', 'failed'].includes(window.__brineDemo?.status))
  const state: DemoState = await page.evaluate(() => window.__brineDemo)
  expect(complaints).toEqual([])
  expect(state.error).toBeUndefined()
  return state.outcome!
}

test.describe('built', () => {
  let server: Awaited<ReturnType<typeof preview>>
  let url: string
  let outDir: string

  test.beforeAll(async ({ browserName }) => {
    outDir = `${root}test-results/demo-${browserName}`
    await build({ configFile, logLevel: 'warn', build: { outDir } })
    server = await preview({ configFile, logLevel: 'warn', build: { outDir }, preview: { open: false } })
    url = server.resolvedUrls!.local[0]!
  })
  test.afterAll(() => server.close())

  test('the estimate is the same to the last bit on one worker, two workers and the page', async ({
    page,
  }) => {
    const one = await runDemo(page, url, 1)
    const two = await runDemo(page, url, 2)
    for (const outcome of [one, two]) {
      expect(outcome.identical).toBe(true)
      expect(Object.is(outcome.pool.estimate, outcome.page.estimate)).toBe(true)
      expect(Object.is(outcome.pool.standardError, outcome.page.standardError)).toBe(true)
    }
    expect(Object.is(one.pool.estimate, two.pool.estimate)).toBe(true)
    expect(Object.is(one.pool.standardError, two.pool.standardError)).toBe(true)
  })

  test('the estimate is the price that numerical integration gives', async ({ page }) => {
    const { estimate, standardError } = (await runDemo(page, url, 2, 7)).pool
    // Seen: a spread of 6.5 between pairs of paths.
    expect(standardError * Math.sqrt(paths / 2)).toBeGreaterThan(6)
    expect(standardError * Math.sqrt(paths / 2)).toBeLessThan(7)
    expect(Math.abs(estimate - asianCall(option))).toBeLessThan(4 * standardError)
  })

  test('the page shows the numbers and the code', async ({ page }) => {
    const { pool } = await runDemo(page, url, 2)
    await expect(page.getByRole('status')).toContainText('The same numbers to the last bit')
    await expect(page.getByRole('row', { name: 'Estimate' })).toContainText(pool.estimate.toFixed(6))
    await expect(page.getByText('pool.offload(() => simulate(option, seed, block))')).toBeVisible()
    await expect(page.getByText('results.push(simulate(option, seed, block))')).toBeVisible()
    await expect(page.getByRole('progressbar', { name: 'Pool of 2 workers' })).toHaveAttribute('value', '1')
  })

  test('nothing evaluates text: the policy is strict, and no parser is in the page', async ({ request }) => {
    const scripts = readdirSync(join(outDir, 'assets')).filter((name) => name.endsWith('.js'))
    // The page, the worker, and the closures with what they share with the page.
    expect(scripts.length).toBeGreaterThan(2)
    for (const path of ['', ...scripts.map((name) => `assets/${name}`)]) {
      const response = await request.get(url + path)
      expect(response.headers()['content-security-policy'], path).toBe(
        "default-src 'self'; script-src 'self'; worker-src 'self'",
      )
    }
    // This option name is in every build of acorn.
    const withParser = scripts.filter((name) =>
      readFileSync(join(outDir, 'assets', name), 'utf8').includes('ecmaVersion'),
    )
    expect(withParser).toEqual([])
  })

  test('a run can be stopped and started again', async ({ page }) => {
    await page.goto(`${url}?paths=2000000&size=1`)
    await page.getByRole('button', { name: 'Run both' }).click()
    await expect(page.getByRole('status')).toHaveText('Running on the pool…', { timeout: 20_000 })
    await page.getByRole('button', { name: 'Stop' }).click()
    await expect(page.getByRole('status')).toHaveText('Stopped.')
    await page.getByLabel('Paths').fill('10,000')
    await page.getByRole('button', { name: 'Run both' }).click()
    await expect(page.getByRole('status')).toContainText('The same numbers')
  })
})

test('the demo runs on the development server', async ({ page, browserName }) => {
  const server = await createServer({
    configFile,
    logLevel: 'warn',
    // Not the one of `npm start`, which may be running beside this test.
    cacheDir: `${root}test-results/vite-${browserName}`,
    server: { port: 0, open: false },
  })
  try {
    await server.listen()
    expect((await runDemo(page, server.resolvedUrls!.local[0]!, 2)).identical).toBe(true)
  } finally {
    await server.close()
  }
})

test('the generator of the demo gives the published numbers of Philox4x32-10', () => {
  const generator = new Gaussians(0, 0)
  generator.philox(0, 0)
  // Random123's known answer for an all-zero counter and key.
  expect([...generator.words]).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8])
})
