// A page with brine and Comlink on it, for tests of the pool.
import { test as base } from '@playwright/test'
import type { Page } from '@playwright/test'
import type * as ComlinkModule from 'comlink'
import type * as Brine from '../src/index.ts'
import { serve } from './server.ts'
import type { Server } from './server.ts'

declare global {
  var brine: typeof Brine
  var Comlink: typeof ComlinkModule
}

const mounts = { '/dist/': 'dist', '/node_modules/': 'node_modules' }

/** Modules from another origin need leave; one page demands Trusted Types. */
function headersOf(path: string): Record<string, string> {
  const policy = "require-trusted-types-for 'script'; trusted-types brine"
  return {
    'Access-Control-Allow-Origin': '*',
    ...(path === '/trusted.html' && { 'Content-Security-Policy': policy }),
  }
}

export const test = base.extend<{ brinePage: Page }, { server: Server }>({
  server: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures out of this pattern
    async ({}, use) => {
      const server = await serve('e2e/fixtures/pool', { mounts, headers: headersOf })
      await use(server)
      await server.close()
    },
    { scope: 'worker' },
  ],
  brinePage: async ({ page, server }, use) => {
    await open(page, server.url)
    await use(page)
  },
})

async function open(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/index.html`)
  await page.waitForFunction(() => 'brine' in globalThis)
}

/** What of an error can leave the page. */
export interface Told {
  name?: string
  code?: string
  message?: string
  stack?: string
}
