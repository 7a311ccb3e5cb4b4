import { defineConfig } from '@playwright/test'
import { find, use } from './scripts/browsers.mjs'

const chromium = find('chromium')
const firefox = find('firefox')
if (!chromium) throw new Error('Cannot run browser tests as there is no Chromium: run `npm run browsers`')

export default defineConfig({
  testDir: 'e2e',
  // Apps with tests of their own, for another runner.
  testIgnore: 'consumers/**',
  outputDir: 'test-results/e2e',
  timeout: 30_000,
  // The tests start workers themselves: on two cores a second browser beside them makes timings a lottery.
  workers: 1,
  // A test that passes the second time has found a race, which is what this library must not have.
  retries: 0,
  forbidOnly: true,
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: { headless: true, screenshot: 'only-on-failure', trace: 'off' },
  projects: [
    { name: 'chromium', use: use(chromium) },
    // Builds and type checks, tagged @once, are no matter of the browser.
    ...(firefox ? [{ name: 'firefox', use: use(firefox), grepInvert: /@once/ }] : []),
  ],
})
