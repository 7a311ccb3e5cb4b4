// The development server: pages of other servers, packages, and the debugger.
import { mkdirSync, symlinkSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import type { CDPSession } from '@playwright/test'
import { build, createServer, preview } from 'vite'
import { createApp, outcomeOf, page as html } from './plugin-app.ts'
import { serve } from './server.ts'

const set =
  '.then((value) => (globalThis.outcome = value), (error) => (globalThis.outcome = String(error.stack)))'

test('a page of another server, with a base of its own', async ({ page }) => {
  const app = createApp({
    'src/main.ts': `import { offload } from 'brine'
import { twice } from './helper.ts'
const k = 3
Promise.all([offload((v: number) => twice(v) * k, 7), offload(twice, 21)])${set}`,
    'src/helper.ts': 'export const twice = (v: number) => v * 2',
  })
  const server = await (await createServer(await app.config({ base: '/sub/' }))).listen()
  const { origin } = new URL(server.resolvedUrls!.local[0]!)
  app.write('site/index.html', html.replace('/src/', `${origin}/sub/src/`))
  const site = await serve(join(app.root, 'site'))
  try {
    expect(await outcomeOf(page, site.url)).toEqual([42, 42])
  } finally {
    await server.close()
    await site.close()
    app.remove()
  }
})

const packages = {
  'app/index.html': html,
  'app/package.json': JSON.stringify({ dependencies: { linked: '*', named: '*', common: '*' } }),
  'app/src/main.ts': `import { offload } from 'brine'
import { scale } from 'linked'
import { deep, shift } from 'named'

globalThis.loads = Number(sessionStorage.loads ?? 0) + 1
sessionStorage.loads = globalThis.loads
Promise.all([
  offload(scale(2), 21),
  offload(shift(1), 41),
  offload(deep(1), 41),
  offload(async () => (await import('common')).named()),
])${set}`,
  'linked/package.json': '{ "name": "linked", "version": "1.0.0", "type": "module", "main": "index.js" }',
  'linked/index.js': `'use brine'\nexport const scale = (k) => (v) => v * k`,
  'app/node_modules/named/package.json':
    '{ "name": "named", "version": "1.0.0", "type": "module", "exports": { "import": "./lib/index.js" } }',
  'app/node_modules/named/lib/index.js': `export const shift = (k) => (v) => v + k\nexport { deep } from './deep.js'`,
  'app/node_modules/named/lib/deep.js': `export const deep = (k) => (v) => v + k`,
  'app/node_modules/common/package.json': '{ "name": "common", "version": "1.0.0", "main": "index.js" }',
  'app/node_modules/common/index.js': `exports.named = () => 'common'`,
}
for (const variant of ['dev', 'build'] as const) {
  test(`a linked package that asks for it, and a named one of node_modules: ${variant}`, async ({ page }) => {
    const app = createApp(packages)
    symlinkSync(join(app.root, 'linked'), join(app.root, 'app/node_modules/linked'))
    mkdirSync(join(app.root, 'app/out'))
    const options = await app.config({}, { include: /\/named\/lib\// })
    const all = { ...options, root: join(app.root, 'app'), build: { outDir: 'out', emptyOutDir: true } }
    if (variant === 'build') await build(all)
    const server = variant === 'build' ? await preview(all) : await (await createServer(all)).listen()
    try {
      expect(await outcomeOf(page, server.resolvedUrls!.local[0]!)).toEqual([42, 42, 42, 'common'])
      // Vite reloads the page when it finds a package that it has not bundled beforehand.
      expect(await page.evaluate(() => globalThis.loads)).toBe(1)
    } finally {
      await server.close()
      app.remove()
    }
  })
}

/** Speaks to the debugger of the first worker of a page. */
async function debuggerOf(session: CDPSession) {
  const listeners = new Set<
    (message: { id?: number; method?: string; params?: never; result?: never }) => void
  >()
  const attached = new Promise<string>((resolve) =>
    session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if (targetInfo.type === 'worker') resolve(sessionId)
    }),
  )
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    for (const listener of listeners) listener(JSON.parse(message) as never)
  })
  await session.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  })
  const sessionId = await attached
  let last = 0
  const next = <Result>(
    pick: (message: { id?: number; method?: string; params?: never; result?: never }) => Result | undefined,
  ) =>
    new Promise<Result>((resolve) => {
      listeners.add(function listen(message) {
        const found = pick(message)
        if (found === undefined) return
        listeners.delete(listen)
        resolve(found)
      })
    })
  return {
    next,
    async send<Result>(method: string, params: object = {}): Promise<Result> {
      const id = ++last
      const answer = next((message) => (message.id === id ? (message.result as Result) : undefined))
      await session.send('Target.sendMessageToTarget', {
        sessionId,
        message: JSON.stringify({ id, method, params }),
      })
      return await answer
    },
  }
}

test('a breakpoint in the original source is hit in the worker', { tag: '@once' }, async ({ page }) => {
  const app = createApp({
    'index.html': html,
    'src/main.ts': `import { offload } from 'brine'
interface Lines { that: 'are removed' }

const k: number = 2
globalThis.call = () => offload((v: number) => {
  const doubled = v * k
  return doubled
}, 21)
globalThis.call()${set}`,
  })
  const server = await (await createServer(await app.config())).listen()
  try {
    const session = await page.context().newCDPSession(page)
    const url = server.resolvedUrls!.local[0]!
    const [worker] = await Promise.all([debuggerOf(session), outcomeOf(page, url)])
    const parsed = worker.next(({ method, params }) => {
      const script = params as { url: string; sourceMapURL: string; scriptId: string } | undefined
      return method === 'Debugger.scriptParsed' && /brine:closures/.test(script!.url) ? script! : undefined
    })
    await worker.send('Debugger.enable')
    const script = await parsed
    const json = Buffer.from(script.sourceMapURL.split('base64,')[1]!, 'base64').toString()
    const map = JSON.parse(json) as ConstructorParameters<typeof SourceMap>[0]
    expect(new URL(map.sources[0]!, new URL(map.sourceRoot ?? '', script.url)).href).toBe(`${url}src/main.ts`)

    // Line 7 of the source comes twice: the function around the closure is one as well.
    const { scriptSource } = await worker.send<{ scriptSource: string }>('Debugger.getScriptSource', {
      scriptId: script.scriptId,
    })
    const source = new SourceMap(map)
    const isReturn = (lineNumber: number, columnNumber: number): boolean => {
      const entry = source.findEntry(lineNumber, columnNumber)
      return 'originalLine' in entry && entry.originalLine === 6
    }
    const lines = scriptSource.split('\n')
    for (const [lineNumber, text] of lines.entries()) {
      const columnNumber = Array.from(text).findIndex((_, column) => isReturn(lineNumber, column))
      if (columnNumber < 0) continue
      await worker.send('Debugger.setBreakpointByUrl', { url: script.url, lineNumber, columnNumber })
    }
    const paused = worker.next(({ method, params }) =>
      method === 'Debugger.paused'
        ? (params as unknown as { callFrames: { location: { lineNumber: number; columnNumber: number } }[] })
        : undefined,
    )
    const result = page.evaluate(() => globalThis.call!())
    const { lineNumber, columnNumber } = (await paused).callFrames[0]!.location
    expect(source.findEntry(lineNumber, columnNumber)).toMatchObject({ originalLine: 6 })
    await worker.send('Debugger.resume')
    expect(await result).toBe(42)
  } finally {
    await server.close()
    app.remove()
  }
})
