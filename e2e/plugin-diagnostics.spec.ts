// What the plugin says while it converts, in terms of what the author wrote, and what functions say at run time that it
// left alone or whose modules do not load.
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import type { Page } from '@playwright/test'
import { build, createLogger, createServer, preview } from 'vite'
import type { InlineConfig, Logger } from 'vite'
import { createApp, page as html } from './plugin-app.ts'
import type { App } from './plugin-app.ts'
import type { BrineOptions } from '../src/vite.ts'
import { pageOnlyNames } from '../src/vite/page-globals.ts'
import { NEVER_TRAVELS } from '../src/vite/never-travels.ts'

test.describe.configure({ timeout: 60_000 })

declare global {
  var outcome: unknown
}

type Variant = 'dev' | 'build'
const variants: readonly Variant[] = ['dev', 'build']

/** Without the colours of a terminal. */
const plain = (text: string): string =>
  // oxlint-disable-next-line no-control-regex
  text.replaceAll(/\u001b\[\d+m/g, '')

/** A logger that keeps what it is told. */
function listen(): { logger: Logger; said: string[] } {
  const said: string[] = []
  const keep = (text: string): void => void said.push(plain(text))
  const logger: Logger = { ...createLogger('silent'), warn: keep, warnOnce: keep, error: keep }
  return { logger, said }
}

interface Started {
  readonly url: string
  readonly said: readonly string[]
  close(): Promise<void>
}

async function start(
  app: App,
  variant: Variant,
  more: InlineConfig = {},
  options?: BrineOptions,
): Promise<Started> {
  const { logger, said } = listen()
  const config = await app.config({ customLogger: logger, ...more }, options)
  if (variant === 'dev') {
    const server = await (await createServer(config)).listen()
    return { url: server.resolvedUrls!.local[0]!, said, close: () => server.close() }
  }
  await build(config)
  const server = await preview(config)
  return { url: server.resolvedUrls!.local[0]!, said, close: () => server.close() }
}

async function outcomeOf(page: Page, url: string): Promise<unknown> {
  await page.goto(url)
  await page.waitForFunction(() => 'outcome' in globalThis)
  return page.evaluate(() => globalThis.outcome)
}

async function withApp(files: Record<string, string>, use: (app: App) => Promise<void>): Promise<void> {
  const app = createApp({ 'index.html': html, ...files })
  try {
    await use(app)
  } finally {
    app.remove()
  }
}

const warned = `import { offload } from 'brine'
interface Removed { by: 'other plugins' }

type Also = Removed
const box = document.querySelector('title') as Element
const draw = (value: number): void => {
  document.title = String(value)
}
export const silenced = () => offload((): string => document.title) // brine-ignore page-only
offload((value: number) => draw(value), 1).catch(() => {})
offload((): string => box.innerHTML).catch((error: Error) => (globalThis.outcome = error.message))
`

for (const variant of variants) {
  test(`warnings of TypeScript: ${variant}`, { tag: '@once' }, async ({ page }) => {
    await withApp({ 'src/main.ts': warned }, async (app) => {
      const server = await start(app, variant)
      try {
        expect(await outcomeOf(page, server.url)).toContain("variable 'box' (captured at .box) is")
        const said = server.said.filter((text) => text.includes('brine'))
        expect(said).toHaveLength(2)
        const [first, second] = said as [string, string]
        const file = join(app.root, 'src/main.ts')
        expect(first).toContain(
          "Cannot run 'draw' in a worker as it uses what is on the page alone: 'document'. Read",
        )
        // Vite counts columns from 0 in development.
        expect(first).toContain(variant === 'dev' ? `${file}:7:2` : `${file}:7:3`)
        expect(first).toMatch(
          / 6 \| const draw = \(value: number\): void => \{\n\s*> 7 \| {3}document\.title = String\(value\)\n\s*\| {3}\^{8}\n/,
        )
        expect(second).toContain(
          `Cannot offload a function as its variable 'box' can never travel: document.querySelector("title"). Create`,
        )
        expect(second).toContain(variant === 'dev' ? `${file}:11:22` : `${file}:11:23`)
      } finally {
        await server.close()
      }
    })
  })
}

test('as errors: the build fails, the page shows them in development', { tag: '@once' }, async ({ page }) => {
  await withApp({ 'src/main.ts': warned }, async (app) => {
    const options: BrineOptions = { diagnostics: { 'page-only': 'error', 'never-travels': 'off' } }
    const { logger, said } = listen()
    const config = await app.config({ customLogger: logger }, options)
    const failed: unknown = await build(config).catch((error: unknown) => error)
    expect(plain((failed as Error).message)).toMatch(
      /main\.ts:7:2[^]*Cannot run 'draw' in a worker[^]*> 7 \|/,
    )
    expect(said.filter((text) => text.includes('never travel'))).toEqual([])

    const server = await start(app, 'dev', {}, options)
    try {
      await page.goto(server.url)
      const overlay = page.locator('vite-error-overlay')
      await expect(overlay.locator('.message-body')).toContainText("Cannot run 'draw' in a worker")
      await expect(overlay.locator('.file')).toContainText('src/main.ts:7:2')
      await expect(overlay.locator('.frame')).toContainText('document.title = String(value)')
      await expect(overlay.locator('.plugin')).toContainText('brine')
    } finally {
      await server.close()
    }
  })
})

test('a syntax error names file, line and code', { tag: '@once' }, async ({ page }) => {
  // Vite's own parser takes it for JavaScript of today; for the plugin's it is none.
  const text = `import { offload } from 'brine'\n\nexport const f = () => offload(() => {\n  let x = 1\n  let x = 2\n})\n`
  await withApp({ 'src/main.js': text, 'index.html': html.replace('main.ts', 'main.js') }, async (app) => {
    const config = await app.config({ customLogger: listen().logger })
    const failed = (await build(config).catch((error: unknown) => error)) as Error
    expect(plain(failed.message)).toMatch(
      /main\.js:5:6[^]*Cannot convert the module as it cannot be parsed[^]*> 5 \| {3}let x = 2/,
    )
    const server = await start(app, 'dev')
    try {
      await page.goto(server.url)
      const overlay = page.locator('vite-error-overlay')
      await expect(overlay.locator('.message-body')).toContainText("Identifier 'x' has already been declared")
      await expect(overlay.locator('.file')).toContainText('src/main.js:5:6')
      await expect(overlay.locator('.frame')).toContainText('let x = 2')
    } finally {
      await server.close()
    }
  })
})

const outcome = (calls: string, types = true): string => `
const told = (error${types ? ': Error & { code: string }' : ''}) => error.code + ': ' + error.message
Promise.all([${calls}].map((call) => Promise.resolve().then(call).catch(told))).then((value) => (globalThis.outcome = value))
`

const skipping = (types: boolean): string => `import { offload } from 'brine'
const k = 2
const first = /* brine-skip */ (v${types ? ': number' : ''}) => v * k
function second(v${types ? ': number' : ''}) {
  'use no brine'
  return v * k
}
const around = (v${types ? ': number' : ''}) => {
  const inside = /* brine-skip */ (w${types ? ': number' : ''}) => w * k
  return inside(v)
}
${outcome('() => offload(around, 21), () => offload(first, 1), () => offload(second, 1)', types)}`

for (const variant of variants) {
  for (const ending of ['ts', 'js']) {
    test(
      `functions that want to be left alone: ${ending}, ${variant}`,
      { tag: '@once' },
      async ({ page }) => {
        const files = {
          [`src/main.${ending}`]: skipping(ending === 'ts'),
          'index.html': html.replace('main.ts', `main.${ending}`),
        }
        await withApp(files, async (app) => {
          const server = await start(app, variant, {}, { diagnostics: 'off' })
          try {
            const [done, ...refused] = (await outcomeOf(page, server.url)) as [number, ...string[]]
            expect(done).toBe(42)
            expect(refused).toHaveLength(2)
            for (const text of refused) expect(text).toMatch(/^CAPTURE_UNINSTRUMENTED.*brine-skip/)
          } finally {
            await server.close()
          }
        })
      },
    )
  }

  test(`run-time errors: ${variant}`, { tag: '@once' }, async ({ page }) => {
    const files = {
      'src/main.ts': `import { offload } from 'brine'
import { title } from './dom.ts'
const derived = { __proto__: { start() { return 1 } }, start() { return offload(() => (super.start as () => never)()) } }
${outcome(`() => offload(() => title), () => derived.start()`)}
void title`,
      'src/dom.ts': `export const before = 1\nexport const title = document.title`,
      // So that there is a chunk of its own for it.
      'other.html': html.replace('main', 'other'),
      'src/other.ts': `import { title } from './dom.ts'\nconsole.log(title)`,
    }
    await withApp(files, async (app) => {
      const input = { main: join(app.root, 'index.html'), other: join(app.root, 'other.html') }
      const server = await start(app, variant, { build: { rolldownOptions: { input } } })
      try {
        const [failed, refused] = (await outcomeOf(page, server.url)) as [string, string]
        expect(failed).toMatch(
          /^MODULE_FAILED: Cannot load the module '\/(?:src\/dom\.ts|assets\/dom-[^']*\.js)' in a worker as it threw: ReferenceError: document is not defined\. Keep what touches the page out of it/,
        )
        expect(refused).toMatch(
          /^CAPTURE_LEFT_ALONE: Cannot offload a function: it uses super of the object literal around it\. Write/,
        )
        expect(
          server.said.some((text) => text.includes('Cannot offload a function as it was left alone')),
        ).toBe(true)
      } finally {
        await server.close()
      }
    })
  })
}

for (const variant of variants) {
  test(`a module with no function of its own: ${variant}`, { tag: '@once' }, async ({ page }) => {
    const files = {
      'src/main.ts': `import { offload } from 'brine'
import { twice } from './twice.ts'
globalThis.outcome = await offload(twice, 21)`,
      'src/twice.ts': 'export const twice = (v: number): number => 2 * v',
    }
    await withApp(files, async (app) => {
      const server = await start(app, variant)
      try {
        expect(await outcomeOf(page, server.url)).toBe(42)
      } finally {
        await server.close()
      }
    })
  })
}

test('a module that is missing after a deployment', { tag: '@once' }, async ({ page }) => {
  const main = `import { offload } from 'brine'\nglobalThis.later = () => offload(() => 42)`
  await withApp({ 'src/main.ts': main }, async (app) => {
    const server = await start(app, 'build')
    try {
      await page.goto(server.url)
      await page.waitForFunction(() => 'later' in globalThis)
      const assets = join(app.root, 'dist/assets')
      const gone = readdirSync(assets).filter((name) => name.includes('.brine'))
      // The closure imports nothing, the function around it brine.
      expect(gone).toHaveLength(2)
      for (const name of gone) rmSync(join(assets, name))
      const code = await page.evaluate(() =>
        (globalThis as never as { later(): Promise<unknown> })
          .later()
          .catch((error: { code: string; message: string }) => `${error.code}: ${error.message}`),
      )
      expect(code).toMatch(/^MODULE_MISSING: .*\.brine.*Reload the page/)
    } finally {
      await server.close()
    }
  })
})

test('the lists of names are those of the browser', async ({ page }) => {
  await withApp({ 'src/main.ts': `globalThis.outcome = 1` }, async (app) => {
    const server = await start(app, 'dev')
    try {
      await page.goto(server.url)
      const names = [...pageOnlyNames()]
      const missing = await page.evaluate((all) => all.filter((name) => !(name in globalThis)), names)
      expect(missing).toEqual([])
      const shared = await page.evaluate((all) => {
        const text = `postMessage(${JSON.stringify(all)}.filter((name) => name in self))`
        const worker = new Worker(URL.createObjectURL(new Blob([text])))
        return new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data)))
      }, names)
      expect(shared).toEqual([])
      expect(NEVER_TRAVELS.length).toBeGreaterThan(20)
      const constructors = await page.evaluate(
        (all) => all.filter((name) => typeof (globalThis as Record<string, unknown>)[name] !== 'function'),
        [...NEVER_TRAVELS],
      )
      expect(constructors).toEqual([])
    } finally {
      await server.close()
    }
  })
})
