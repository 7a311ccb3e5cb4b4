// A page that has brine and the table of cases.
import { test as base } from '@playwright/test'
import type { Page } from '@playwright/test'
import type * as Brine from '../src/index.ts'
import type { Case } from './fixtures/cases.d.ts'
import type { check, isAble } from './fixtures/check.d.ts'
import { serve } from './server.ts'

declare global {
  var brine: typeof Brine
  var table: { cases: Case[]; check: typeof check; isAble: typeof isAble }
}

export const test = base.extend<{ tablePage: Page }, { url: string }>({
  url: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures out of this pattern
    async ({}, use) => {
      const mounts = { '/dist/': 'dist', '/node_modules/': 'node_modules' }
      const server = await serve('e2e/fixtures', { mounts })
      await use(server.url)
      await server.close()
    },
    { scope: 'worker' },
  ],
  tablePage: async ({ page, url }, use) => {
    await page.goto(`${url}/table/index.html`)
    await page.waitForFunction(() => 'table' in globalThis)
    await use(page)
  },
})
