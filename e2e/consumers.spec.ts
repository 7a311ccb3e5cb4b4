// The packed package in other people's apps: bundlers with the settings that people have, pages without a build step,
// security policies, TypeScript, Node. What an app must set is what `e2e/consumers` sets, and its README tells it.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from '@playwright/test'
import type { Page } from '@playwright/test'
import type * as Vite from 'vite'
import { build, consumers, install, runNode } from './consumers-setup.ts'
import { serve } from './server.ts'
import type { Server } from './server.ts'

// Builds take seconds, and more on a busy machine.
test.describe.configure({ timeout: 90_000 })

let server: Server

// oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures out of this pattern
test.beforeAll(async ({}, testInfo) => {
  testInfo.setTimeout(300_000)
  install()
  server = await serve(consumers)
})

test.afterAll(() => server?.close())

/** What the page shows: by way, the result or the error. Fails when the page had other errors. */
async function outcomesOf(page: Page, url: string): Promise<unknown> {
  const uncaught: string[] = []
  // Firefox counts as errors of the page what a policy or a missing file has blocked, and what some tests ask for.
  if (page.context().browser()?.browserType().name() === 'chromium')
    page.on('pageerror', (error) => uncaught.push(error.message))
  await page.goto(url)
  const shown = page.locator('#outcomes')
  await expect(shown).toContainText('}', { timeout: 20_000 })
  expect(uncaught).toEqual([])
  return JSON.parse(await shown.innerText())
}

const total = (amount: number): unknown => ({ total: amount, onPage: false })
const byScopeAndArguments = { byScope: total(30), byArguments: total(28.25) }
const byName = { byUsing: total(30), byUsingImport: total(28.25), byShortKeys: 3.25, byThunk: total(30) }
const inBundles = { ...byScopeAndArguments, byOwnWorker: { total: 25, sameClass: true } }
const refused = (code: string, message = ''): unknown => ({ code, message: expect.stringContaining(message) })

// The others build what is no matter of the browser: once is enough.
for (const bundler of ['vite', 'webpack', 'rspack', 'parcel', 'esbuild', 'rollup']) {
  const tag = bundler === 'vite' ? [] : ['@once']
  test(`${bundler}: scope, arguments and an own worker, by default settings`, { tag }, async ({ page }) => {
    const app = build(bundler, 'default')
    expect(await outcomesOf(page, `${server.url}/${app}/index.html`)).toEqual(inBundles)
  })

  test(`${bundler}: using, where names are kept`, { tag }, async ({ page }) => {
    const app = build(bundler, 'keep-names')
    expect(await outcomesOf(page, `${server.url}/${app}/using.html`)).toEqual(byName)
  })

  // Rollup comes without a minifier.
  if (bundler === 'rollup') continue
  test(`${bundler}: using, where names are changed`, { tag }, async ({ page }) => {
    const app = build(bundler, 'default')
    const lost = refused('CAPTURE_UNRESOLVED', 'which nobody supplies')
    expect(await outcomesOf(page, `${server.url}/${app}/using.html`)).toEqual({
      byUsing: lost,
      byUsingImport: lost,
      byShortKeys: refused('CAPTURE_RENAMED', 'minified code does not mention'),
      byThunk: total(30),
    })
  })
}

test('vite in development', { tag: '@once' }, async ({ page }, testInfo) => {
  const { createServer } = (await import(
    pathToFileURL(join(consumers, 'node_modules/vite/dist/node/index.js')).href
  )) as typeof Vite
  const vite = await createServer({
    root: join(consumers, 'app'),
    configFile: false,
    // Of this run, as Vite does not see that a package of the same version has other files.
    cacheDir: testInfo.outputPath('vite'),
    logLevel: 'error',
    server: { host: '127.0.0.1', port: 0 },
  })
  try {
    await vite.listen()
    const [url] = vite.resolvedUrls!.local
    expect(await outcomesOf(page, url!)).toEqual(inBundles)
    expect(await outcomesOf(page, `${url}using.html`)).toEqual(byName)
  } finally {
    await vite.close()
  }
})

test.describe('without a build step', () => {
  test('the files of the package, by an import map', async ({ page }) => {
    const outcomes = await outcomesOf(page, `${server.url}/pages/import-map.html`)
    expect(outcomes).toEqual({ ...byName, ...byScopeAndArguments })
  })

  test('the one-file bundle', async ({ page }) => {
    expect(await outcomesOf(page, `${server.url}/pages/bundle.html`)).toEqual({ total: 125 })
  })

  test('the one-file bundle from another origin', async ({ page }) => {
    const cdn = await serve(join(consumers, 'node_modules/brine/dist'), {
      headers: { 'Access-Control-Allow-Origin': '*' },
    })
    try {
      const scripts: string[] = []
      page.on('worker', (worker) => scripts.push(worker.url()))
      const url = `${server.url}/pages/cdn.html?cdn=${cdn.url}/brine.min.js`
      expect(await outcomesOf(page, url)).toEqual({ ...byName, ...byScopeAndArguments })
      // The page may not start a script of another origin; a script of its own may import it.
      expect(scripts).toContainEqual(expect.stringMatching(/^blob:/))
    } finally {
      await cdn.close()
    }
  })

  test('workers from elsewhere, and from where there are none', async ({ page }) => {
    expect(await outcomesOf(page, `${server.url}/pages/spawn.html`)).toEqual({
      worker: 42,
      workerUrl: 42,
      workerUrlObject: 42,
      wrongWorker: refused('WORKER_UNAVAILABLE', 'could not be loaded'),
      wrongWorkerUrl: refused('WORKER_UNAVAILABLE', 'could not be loaded'),
      throwingWorker: refused('WORKER_UNAVAILABLE', 'no worker today'),
    })
  })
})

// A worker obeys the policy of the response that it came with, and not that of the page.
const trusted = "require-trusted-types-for 'script'; trusted-types brine"
for (const { title, page: policyOfPage, worker: policyOfWorker, expected } of [
  {
    title: 'Trusted Types everywhere, with eval in the worker',
    page: `default-src 'self'; ${trusted}`,
    worker: `default-src 'self'; script-src 'self' 'unsafe-eval'; ${trusted}`,
    expected: 125,
  },
  {
    title: 'Trusted Types everywhere, with blob: in the worker',
    page: `default-src 'self'; ${trusted}`,
    worker: `default-src 'self'; script-src 'self' blob:; ${trusted}`,
    expected: 125,
  },
  {
    title: 'Trusted Types of which brine is none',
    page: "default-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'",
    worker: "default-src 'self'",
    expected: refused('WORKER_UNAVAILABLE'),
  },
  {
    title: 'a worker with eval',
    page: "default-src 'self'",
    worker: "default-src 'self'; script-src 'self' 'unsafe-eval'",
    expected: 125,
  },
  {
    title: 'a worker with blob:',
    page: "default-src 'self'",
    worker: "default-src 'self'; script-src 'self' blob:",
    expected: 125,
  },
  {
    title: 'a worker with neither',
    page: "default-src 'self'",
    worker: "default-src 'self'",
    expected: refused('CODE_BLOCKED'),
  },
  {
    title: 'no workers at all',
    page: "default-src 'self'; worker-src 'none'",
    worker: "default-src 'self'",
    expected: refused('WORKER_UNAVAILABLE'),
  },
]) {
  test(`policy: ${title}`, async ({ page }) => {
    const guarded = await serve(consumers, {
      headers: (path) => ({
        'Content-Security-Policy': path.endsWith('/worker.js') ? policyOfWorker : policyOfPage,
      }),
    })
    try {
      expect(await outcomesOf(page, `${guarded.url}/pages/policy.html`)).toEqual({ byUsing: expected })
    } finally {
      await guarded.close()
    }
  })
}

for (const resolution of ['bundler', 'nodenext']) {
  test(`TypeScript with moduleResolution ${resolution}`, { tag: '@once' }, () => {
    runNode(['node_modules/typescript/bin/tsc', '-p', `types/tsconfig.${resolution}.json`])
  })
}

test('Node imports every entry and runs inline', { tag: '@once' }, () => {
  const told = JSON.parse(runNode(['node/server-side.mjs'])) as Record<string, unknown>
  expect(told['entries']).toEqual(['.', './vite', './serialize', './random', './worker'])
  expect(told['after']).toEqual(told['before'])
  expect(told['total']).toBe(125)
})
