// Edits during development: the next call runs the new code, whether a closure was edited or what it imports, and whether
// Vite reloads the page or the app takes the update. And errors point at what the author wrote.
import { expect, test } from '@playwright/test'
import { createServer } from 'vite'
import type { ViteDevServer } from 'vite'
import { createApp, page as html } from './plugin-app.ts'
import type { App } from './plugin-app.ts'

test.describe.configure({ timeout: 90_000 })

declare global {
  var call: (() => Promise<string>) | undefined
  var fail: () => Promise<string>
  var loads: number
}

const closure = (version: number, accept: string): string => `import { offload } from 'brine'
import { helper } from './helper.ts'
interface Lines { that: 'are removed' }

// What it makes imports nothing, and stands in a closure module of its own.
const made = () => offload(() => { const text = helper(); return () => 'closure ${version} ' + text })
globalThis.call = async () => (await made())()
globalThis.fail = () => offload((): string => {
  throw new Error('on line 9')
}).catch((error: Error) => error.stack!)
${accept}`

const deep = (version: number): string => `export const deep = (): string => 'deep ${version}'`

async function start(accept: string): Promise<{ app: App; server: ViteDevServer; url: string }> {
  const app = createApp({
    'index.html': html,
    'src/main.ts': `globalThis.loads = (globalThis.loads ?? 0) + 1\nimport './closures.ts'`,
    'src/closures.ts': closure(0, accept),
    'src/helper.ts': `import { deep } from './deep.ts'\nexport const helper = () => 'helper ' + deep()`,
    'src/deep.ts': deep(0),
  })
  const server = await (await createServer(await app.config())).listen()
  return { app, server, url: server.resolvedUrls!.local[0]! }
}

for (const { title, accept, reloads } of [
  { title: 'Vite reloads the page', accept: '', reloads: true },
  { title: 'the app takes the update', accept: 'import.meta.hot!.accept()', reloads: false },
  {
    title: 'the app takes the helper and keeps the closure',
    accept: `import.meta.hot!.accept('./helper.ts', () => {})`,
    reloads: undefined,
  },
]) {
  test(`twenty edits of a closure and of a helper: ${title}`, { tag: '@once' }, async ({ page }) => {
    const { app, server, url } = await start(accept)
    try {
      await page.goto(url)
      const expectCall = (text: string): Promise<void> =>
        expect
          // The page may be reloading at this moment.
          .poll(() => page.evaluate(() => globalThis.call?.()).catch(() => undefined), { intervals: [30] })
          .toBe(text)
      await expectCall('closure 0 helper deep 0')
      await page.evaluate(() => (globalThis.loads = 100))
      let [own, other] = [0, 0]
      for (let edit = 1; edit <= 20; edit++) {
        if (edit % 2 === 0) app.write('src/closures.ts', closure(++own, accept))
        else app.write('src/deep.ts', deep(++other))
        await expectCall(`closure ${own} helper deep ${other}`)
      }
      if (reloads !== undefined) expect(await page.evaluate(() => globalThis.loads)).toBe(reloads ? 1 : 100)
    } finally {
      await server.close()
      app.remove()
    }
  })
}

test('the stack of an error leads to the original line', { tag: '@once' }, async ({ page }) => {
  const { app, server, url } = await start('')
  try {
    await page.goto(url)
    await page.waitForFunction(() => 'call' in globalThis)
    const stack = await page.evaluate(() => globalThis.fail())
    const frame = /(http\S*brine:closures\S*?):(\d+):(\d+)/.exec(stack)
    expect(frame, stack).not.toBeNull()
    const [, file, line, column] = frame!
    const text = await (await fetch(file!)).text()
    const encoded = /sourceMappingURL=data:application\/json;base64,(\S+)/.exec(text)![1]!
    const { SourceMap } = await import('node:module')
    const json = JSON.parse(Buffer.from(encoded, 'base64').toString()) as ConstructorParameters<
      typeof SourceMap
    >[0]
    expect(json.sourcesContent).toEqual([closure(0, '')])
    const entry = new SourceMap(json).findEntry(Number(line) - 1, Number(column) - 1)
    expect(entry).toMatchObject({ originalLine: 8, originalColumn: 8 })
    const source = new URL(json.sources[0]!, new URL(json.sourceRoot ?? '', file)).pathname
    expect(source).toBe('/src/closures.ts')
  } finally {
    await server.close()
    app.remove()
  }
})
