// One set of tests in every place where Vitest runs them, with the plugin and without it.
import { playwright } from '@vitest/browser-playwright'
import { brine } from 'brine/vite'
import { defineConfig } from 'vitest/config'

const launchOptions = JSON.parse(process.env['CHROMIUM'] ?? '{}') as object

export default defineConfig({
  test: {
    include: ['src/*.test.ts'],
    projects: [
      ...(['node', 'jsdom'] as const).flatMap((environment) => [
        {
          extends: true as const,
          plugins: [brine()],
          test: { name: `${environment} with the plugin`, environment },
        },
        { extends: true as const, test: { name: `${environment} without it`, environment } },
      ]),
      {
        extends: true as const,
        plugins: [brine()],
        test: {
          name: 'browser',
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions }),
            instances: [{ browser: 'chromium' as const }],
          },
        },
      },
    ],
  },
})
