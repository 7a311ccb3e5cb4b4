// The Vite plugin of the packed package in other people's apps: TypeScript, React, Vue, Svelte, Vitest. Nothing is named
// by hand; the built apps are served under a policy without `eval` and without `blob:`.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from '@playwright/test'
import type { Page, PlaywrightWorkerOptions } from '@playwright/test'
import type * as Vite from 'vite'
import { find, use } from '../scripts/browsers.mjs'
import { consumers, copyApp, install, runNode } from './consumers-setup.ts'
import { serve } from './server.ts'

// Servers and builds take seconds, and more on a busy machine.
test.describe.configure({ timeout: 90_000 })

// oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures out of this pattern
test.beforeAll(({}, testInfo) => {
  testInfo.setTimeout(300_000)
  install()
})

interface Running {
  readonly url: string
  /** Changes a file of the app, in which `from` must stand. */
  edit(file: string, from: string, to: string): void
  close(): Promise<void>
}

const modes = ['dev', 'build'] as const
type Mode = (typeof modes)[number]

/** Starts a copy of an app. `prepare` may write to it first. */
async function start(
  name: string,
  mode: Mode,
  prepare: (app: Running['edit']) => void = () => {},
): Promise<Running> {
  const copy = copyApp(name, `${name}-${mode}`)
  const root = join(consumers, copy)
  const edit: Running['edit'] = (file, from, to) => {
    const path = join(root, file)
    const text = readFileSync(path, 'utf8')
    expect(text).toContain(from)
    writeFileSync(path, text.replaceAll(from, to))
  }
  prepare(edit)
  if (mode === 'build') {
    runNode(['node_modules/vite/bin/vite.js', 'build', copy, '--logLevel', 'warn'])
    const policy = "default-src 'self'; script-src 'self'; worker-src 'self'"
    const headers = { 'Content-Security-Policy': policy }
    return { ...(await serve(join(root, 'dist'), { headers })), edit }
  }
  const { createServer } = (await import(
    pathToFileURL(join(consumers, 'node_modules/vite/dist/node/index.js')).href
  )) as typeof Vite
  const server = await createServer({
    root,
    cacheDir: join(root, 'node_modules/.vite'),
    logLevel: 'error',
    server: { host: '127.0.0.1', port: 0 },
  })
  await server.listen()
  return { url: server.resolvedUrls!.local[0]!, edit, close: () => server.close() }
}

/** Opens an app and hands it to a test, which fails when the page has errors that nobody caught. */
async function inApp(running: Running, page: Page, check: (app: Running) => Promise<void>): Promise<void> {
  const uncaught: string[] = []
  page.on('pageerror', (error) => uncaught.push(error.stack ?? error.message))
  try {
    await page.goto(running.url)
    await page.evaluate(() => ((globalThis as { isFirstLoad?: boolean }).isFirstLoad = true))
    await check(running)
    const isFirstLoad = await page.evaluate(() => (globalThis as { isFirstLoad?: boolean }).isFirstLoad)
    expect(isFirstLoad, 'the page was reloaded').toBe(true)
    expect(uncaught).toEqual([])
  } finally {
    await running.close()
  }
}

/** What the page shows of its closures, once it shows `last`. */
async function outcomesOf(page: Page, last: string): Promise<Record<string, unknown>> {
  const shown = page.locator('#outcomes')
  await expect(shown).toContainText(last)
  return JSON.parse(await shown.innerText()) as Record<string, unknown>
}

/** Clicks until something shows a text: an edit arrives when it arrives. */
const clickUntil = (page: Page, button: string, shows: string, text: string | RegExp): Promise<void> =>
  expect(async () => {
    await page.click(button)
    await expect(page.locator(shows)).toContainText(text, { timeout: 1_000 })
  }).toPass({ timeout: 30_000 })

const reverse =
  (plugin: string) =>
  (edit: Running['edit']): void =>
    edit('vite.config.ts', `[${plugin}, brine()]`, `[brine(), ${plugin}]`)

test.describe('TypeScript', () => {
  for (const mode of modes) {
    test(`${mode}: helpers, classes, packages of either kind`, { tag: '@once' }, async ({ page }) => {
      await inApp(await start('vite', mode), page, async () => {
        expect(await outcomesOf(page, 'refused')).toEqual({
          captured: { n: 3, onPage: false },
          helpers: 4.5,
          helper: 7,
          esmPackage: 2.5,
          commonPackage: 172_800_000,
          shared: [6, 0],
          classes: [true, 15, 10],
          enums: 'Euro',
          later: 42,
          generators: 'ab',
          progress: [1.5],
          ownPool: 3,
          thrown: [true, 'beyond 1.5'],
          refused: 'VALUE_UNSUPPORTED',
        })
      })
    })
  }
})

test.describe('React', () => {
  const outcomes = {
    version: 'first',
    state: 102,
    props: 10,
    callback: 60,
    helpers: 'COUNT 2!1',
    element: { type: 'b', props: { title: 'count 2', children: 2 } },
    component: { text: 'a' },
    setter: 'CAPTURE_BOUND',
  }

  /** Uses the app as it is before any edit. */
  async function useApp(page: Page, mode: Mode): Promise<void> {
    await expect(page.locator('#named')).toHaveText('named count 1')
    await page.click('#increase')
    await expect(page.locator('#named')).toHaveText('named count 2')
    await expect(page.locator('#product')).toHaveText('14')
    await expect(page.locator('#version')).toHaveCSS('color', 'rgb(1, 2, 3)')
    await page.click('#run')
    expect(await outcomesOf(page, 'setter')).toEqual(outcomes)
    await page.click('#total')
    await expect(page.locator('#total')).toHaveText('22 after 1')

    // Its closures stand in a component, but the worker that runs one loads neither React nor the child component.
    const light = page.locator('#light-outcome')
    await page.click('#light')
    await expect(light).toContainText('sum')
    const { loaded, more, ...others } = JSON.parse(await light.innerText()) as {
      loaded: string[]
      more: number
    }
    expect(others).toEqual({ sum: 6, heavy: 'MODULE_FAILED' })
    expect(
      loaded.filter((url) => !/light\.tsx\.brine|\/sites-|\/brine\/dist\/(?:realm|errors)\//.test(url)),
    ).toEqual([])
    // The other closure did load them: React, its runtime for JSX, the component.
    expect(more).toBeGreaterThan(2)

    await page.click('#endless-toggle')
    await clickUntil(page, '#stats', '#outcomes', '"running": 1')
    await page.click('#endless-toggle')
    await expect(page.locator('#endless')).toHaveCount(0)
    await clickUntil(page, '#stats', '#outcomes', '"running": 0')
    const { cancelled } = await outcomesOf(page, 'cancelled')
    // StrictMode runs every effect twice in development.
    expect(cancelled).toBeGreaterThanOrEqual(mode === 'dev' ? 3 : 1)
    await page.click('#run')
    expect(await outcomesOf(page, 'setter')).toEqual(outcomes)
  }

  test('build: hooks, StrictMode, effects that are left', { tag: '@once' }, async ({ page }) => {
    await inApp(await start('react', 'build'), page, () => useApp(page, 'build'))
  })

  for (const { title, prepare } of [
    { title: 'dev', prepare: () => {} },
    { title: 'dev, in the other order of plugins', prepare: reverse('react()') },
  ]) {
    test(`${title}: and Fast Refresh keeps the state`, { tag: '@once' }, async ({ page }) => {
      await inApp(await start('react', 'dev', prepare), page, async ({ edit }) => {
        await useApp(page, 'dev')

        edit('src/app.tsx', "'first'", "'second'")
        await expect(page.locator('#version')).toHaveText('second')
        await expect(page.locator('#increase')).toHaveText('2')
        await page.click('#run')
        expect(await outcomesOf(page, 'second')).toEqual({ ...outcomes, version: 'second' })

        edit('src/total.tsx', 'weight = 2', 'weight = 3')
        await clickUntil(page, '#total', '#total', /^32 after (?:[2-9]|\d\d)$/)

        edit('src/label.tsx', '}!`', '}?`')
        await expect(page.locator('#label')).toHaveText('COUNT 2? was count 1')
        await clickUntil(page, '#run', '#outcomes', 'COUNT 2?1')

        // Other hooks than before: React begins this component anew, and the others go on.
        edit('src/total.tsx', 'const [clicks', 'useState(9)\n  const [clicks')
        await clickUntil(page, '#total', '#total', '32 after 1')
        await expect(page.locator('#increase')).toHaveText('2')
      })
    })
  }
})

const uninstrumented = (path: string): unknown => ['CAPTURE_UNINSTRUMENTED', expect.stringContaining(path)]

test.describe('Vue', () => {
  const outcomes = {
    version: 'first',
    value: 12,
    argument: 40,
    shallow: 6,
    props: 10,
    reactive: 3,
    reactiveMap: 3,
    readonly: 1,
    raw: 5,
    shared: [7, 5],
    ref: uninstrumented('captured at .count.constructor'),
    computed: uninstrumented('captured at .double.constructor'),
  }

  async function useApp(page: Page): Promise<void> {
    await page.click('#increase')
    await expect(page.locator('#total')).toHaveText('22')
    await expect(page.locator('#total')).toHaveCSS('color', 'rgb(1, 2, 3)')
    await page.click('#options')
    await expect(page.locator('#options')).toHaveText('9')
    await page.click('#run')
    expect(await outcomesOf(page, 'computed')).toEqual(outcomes)
  }

  for (const { title, prepare } of [
    { title: 'build', prepare: () => {} },
    { title: 'build, in the other order of plugins', prepare: reverse('vue()') },
  ]) {
    test(`${title}: single-file components`, { tag: '@once' }, async ({ page }) => {
      await inApp(await start('vue', 'build', prepare), page, () => useApp(page))
    })
  }

  test('dev: and hot updates', { tag: '@once' }, async ({ page }) => {
    await inApp(await start('vue', 'dev'), page, async ({ edit }) => {
      await useApp(page)

      // An edit of the template keeps the state, one of the script begins the component anew.
      edit('src/app.vue', '</h1>', '!</h1>')
      await expect(page.locator('#version')).toHaveText('first!')
      await expect(page.locator('#increase')).toHaveText('2')
      await page.click('#run')
      expect(await outcomesOf(page, 'computed')).toEqual(outcomes)

      edit('src/total.vue', 'weight = 2', 'weight = 3')
      await expect(page.locator('#total')).toHaveText('32')
      await expect(page.locator('#increase')).toHaveText('2')

      edit('src/app.vue', "'first'", "'second'")
      await expect(page.locator('#version')).toHaveText('second!')
      await clickUntil(page, '#run', '#outcomes', '"version": "second"')

      edit('src/weigh.ts', 'n * 2', 'n * 4')
      await clickUntil(page, '#run', '#outcomes', '"value": 12')
    })
  })
})

test.describe('Svelte', () => {
  const refused = [expect.stringMatching(/^(?:CAPTURE_UNINSTRUMENTED|VALUE_UNSUPPORTED)$/), expect.anything()]
  const outcomes = {
    version: 'first',
    value: 12,
    argument: 40,
    snapshot: 4,
    raw: 4,
    factor: 10,
    untouched: 4,
    props: 10,
    signal: uninstrumented('captured at .table.equals'),
    state: refused,
    derived: refused,
  }

  async function useApp(page: Page): Promise<void> {
    await page.click('#increase')
    await expect(page.locator('#total')).toHaveText('22')
    await expect(page.locator('#total')).toHaveCSS('color', 'rgb(1, 2, 3)')
    await page.click('#run')
    expect(await outcomesOf(page, 'derived')).toEqual(outcomes)
  }

  test('build: runes', { tag: '@once' }, async ({ page }) => {
    await inApp(await start('svelte', 'build'), page, () => useApp(page))
  })

  test('dev: and hot updates', { tag: '@once' }, async ({ page }) => {
    await inApp(
      await start('svelte', 'dev', reverse('svelte({ configFile: false })')),
      page,
      async ({ edit }) => {
        await useApp(page)

        edit('src/total.svelte', 'weight = 2', 'weight = 3')
        await expect(page.locator('#total')).toHaveText('32')
        await expect(page.locator('#increase')).toHaveText('2')

        edit('src/app.svelte', "'first'", "'second'")
        await expect(page.locator('#version')).toHaveText('second')
        await clickUntil(page, '#run', '#outcomes', '"version": "second"')

        edit('src/weigh.ts', 'n * 2', 'n * 4')
        await clickUntil(page, '#run', '#outcomes', '"value": 12')
      },
    )
  })
})

test('Vitest: inline in Node and jsdom, in workers in browser mode', { tag: '@once' }, () => {
  const report = test.info().outputPath('vitest.json')
  const { launchOptions } = use(find('chromium')!) as PlaywrightWorkerOptions
  runNode(
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--root',
      'plugin/vitest',
      '--reporter=json',
      `--outputFile=${report}`,
    ],
    { CHROMIUM: JSON.stringify(launchOptions) },
  )
  const { success, numPassedTests, numTotalTests, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  ) as {
    success: boolean
    numPassedTests: number
    numTotalTests: number
    testResults: unknown[]
  }
  // Node and jsdom, with the plugin and without it, and the browser.
  expect(testResults).toHaveLength(5)
  expect({ success, numPassedTests, numTotalTests }).toEqual({
    success: true,
    numPassedTests: 15,
    numTotalTests: 15,
  })
})
