// Whatever a function gives on the page it gives in the worker, with nothing named by hand: the whole table by the Vite
// plugin, in development and built, under a policy without `eval` and without `blob:`.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import type { TestDetails } from '@playwright/test'
import { build, createServer, preview } from 'vite'
import { config } from './plugin/vite.config.ts'

interface Report {
  ran: number
  total: number
  failures: string[]
  unknown: string[]
}
declare global {
  var runTable: (only?: string) => Promise<Report>
}

const temporary = mkdtempSync(join(tmpdir(), 'brine-plugin-'))
test.afterAll(() => rmSync(temporary, { recursive: true, force: true }))

const variants = ['dev', 'build', 'build by terser'] as const
type Variant = (typeof variants)[number]

/** Serves one variant. */
async function start(variant: Variant): Promise<{ url: string; close(): Promise<void> }> {
  const options = await config(join(temporary, variant), variant === 'build by terser' ? 'terser' : undefined)
  if (variant === 'dev') {
    const server = await (await createServer(options)).listen()
    return { url: server.resolvedUrls!.local[0]!, close: () => server.close() }
  }
  await build(options)
  const server = await preview(options)
  return { url: server.resolvedUrls!.local[0]!, close: () => server.close() }
}

/** Terser takes its time, and a second browser would show nothing new. */
const tag = (variant: Variant): TestDetails => (variant === 'build by terser' ? { tag: '@once' } : {})

for (const variant of variants) {
  test(`the table of closures and values by the plugin: ${variant}`, tag(variant), async ({ page }) => {
    test.setTimeout(180_000)
    const server = await start(variant)
    try {
      page.on('pageerror', (error) => console.log(`page: ${error.message}`))
      await page.goto(server.url)
      await page.waitForFunction(() => 'runTable' in globalThis)
      const report = await page.evaluate((only) => runTable(only), process.env['BRINE_CASE'])
      console.log(`${report.ran} cases by the plugin, ${variant}, ${report.failures.length} failed`)
      if (process.env['BRINE_LIST'])
        console.log(report.failures.map((f) => '  - ' + f.split('\n')[0]!.slice(0, 420)).join('\n'))
      expect(report.failures).toEqual([])
      expect(report.unknown, 'exceptions of no case').toEqual([])
      expect(report.total).toBeGreaterThanOrEqual(290)
      // The others need what this browser has not got.
      expect(report.ran).toBeGreaterThanOrEqual(report.total - 3)
    } finally {
      await server.close()
    }
  })
}
