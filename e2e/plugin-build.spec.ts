// Builds as apps have them: places, targets, several pages, chunk settings, servers, libraries; and what a page pays.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { build, createServer, preview } from 'vite'
import type { InlineConfig, Plugin } from 'vite'
import { createApp, outcomeOf, outputOf, page as html } from './plugin-app.ts'
import type { App } from './plugin-app.ts'

test.describe.configure({ timeout: 90_000 })

const main = `import { offload } from 'brine'
import data from './data.json'
import text from './text.txt?raw'
import url from './text.txt?url'
import commonDefault, { named } from 'common'
import * as everything from 'common'
import { twice, later, Point } from './helper.ts'

let calls = 0
const rate: number = 3
class Counter { #n = 1; static from = () => new Counter(); next() { return this.#n++ } }
class Suit { static all = ['hearts', 'spades']; static { Object.freeze(this) } }
class Vault extends Counter {
  static #made = 0
  #log: string[] = []
  constructor({ name }: { name: string } = { name: String(Vault.#made++) }) { super(); Vault.#made++; this.#log.push(name) }
  get #names() { return this.#log.join() }
  #show() { return [this.#names, this.next()] }
  add(name: string) { this.#log.push(name); return this }
  state() { return [...this.#show(), Vault.#made, #log in this, this instanceof Vault] }
  async inside() {
    const first = await offload((by: number) => [this.#log.push('inside'), this.#names, (Vault.#made += by), super.next()], 5)
    return [first, this.#names, await offload(() => #log in this && Vault.#made)]
  }
}
const vault = new Vault({ name: 'page' }).add('still page')
async function* letters() { yield 'a'; yield 'b' }

const run = async (): Promise<unknown> => ({
  captured: await offload((v: number) => twice(v) * rate, 7),
  imported: await offload(twice, 4),
  shared: await offload(() => { calls++; return calls }),
  instance: (await offload(() => new Point(1, 2))) instanceof Point,
  class: await offload(() => { const c = Counter.from(); c.next(); return c.next() }),
  frozen: await offload(() => Suit.all.length),
  privateState: await offload(() => [vault.add('worker').state(), vault] as const).then(async ([there, back]) => [
    there, back.state(), (await offload((v: Vault) => v.add('twice'), back)).state(), vault.state(),
  ]),
  inside: await new Vault({ name: 'inside' }).inside(),
  json: await offload(() => data.list.length),
  raw: await offload(() => text.trim()),
  url: typeof (await offload(() => url)) === 'string',
  common: await offload(() => [named(), commonDefault.named(), everything.named()]),
  dynamic: await offload(async () => (await import('./lazy.ts')).lazy()),
  later: await offload(async () => (await later()).lazy()),
  env: await offload(() => [import.meta.env.MODE, import.meta.env.VITE_NAME]),
  iterated: await offload(async () => { const all = []; for await (const l of letters()) all.push(l); return all.join('') }),
  onPage: await offload(() => 'document' in globalThis),
})
run().then((value) => (globalThis.outcome = value), (error: Error) => (globalThis.outcome = String(error.stack)))
`

const files = {
  'index.html': html,
  'other.html': html.replace('main', 'other'),
  '.env': 'VITE_NAME=named',
  'src/main.ts': main,
  // Without the helper, or the chunk of that would take in what the lazy modules share.
  'src/other.ts': `import { offload } from 'brine'
import { offset } from './shared.ts'
globalThis.more = () => [import('./lazy.ts'), import('./lazier.ts')]
offload(() => 42 + offset).then((value) => (globalThis.outcome = value))`,
  'src/data.json': '{ "list": [1, 2, 3] }',
  'src/text.txt': 'some text\n',
  'src/helper.ts': `import { offset } from './shared.ts'
export const twice = (v: number): number => v * 2 + offset
export const later = async () => (await import('./lazier.ts')) && import('./lazy.ts')
export class Point { constructor(public x: number, public y: number) {} }`,
  'src/shared.ts': 'export const offset = 0',
  'src/lazy.ts': `import { part } from './part.ts'\nexport const lazy = () => 'lazy' + part`,
  // So that there is something to preload.
  'src/lazier.ts': `import { part } from './part.ts'\nexport const lazier = () => 'lazier' + part`,
  'src/part.ts': 'export const part = [0].length - 1',
  'node_modules/common/package.json': '{ "name": "common", "version": "1.0.0", "main": "index.js" }',
  'node_modules/common/index.js': `exports.named = () => 'common'`,
}

const expected = (mode: string): unknown => ({
  captured: 42,
  imported: 8,
  shared: 1,
  instance: true,
  class: 2,
  frozen: 2,
  privateState: [
    ['page,still page,worker', 1, 1, true, true],
    ['page,still page,worker', 2, 1, true, true],
    ['page,still page,worker,twice', 3, 1, true, true],
    ['page,still page', 1, 1, true, true],
  ],
  inside: [[2, 'inside,inside', 7, 1], 'inside', 2],
  json: 3,
  raw: 'some text',
  url: true,
  common: ['common', 'common', 'common'],
  dynamic: 'lazy0',
  later: 'lazy0',
  env: [mode, 'named'],
  iterated: 'ab',
  onPage: false,
})

let app: App
test.beforeAll(() => {
  app = createApp(files)
})
test.afterAll(() => app?.remove())

const vendor = (test: RegExp): InlineConfig['build'] => ({
  rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'vendor', test }] } } },
})

/** Each chunk in a folder of its own. */
const folders: InlineConfig['build'] = {
  rolldownOptions: {
    output: {
      entryFileNames: 'js/[name]/[hash].js',
      chunkFileNames: 'js/[name]/[hash].js',
      assetFileNames: 'other/[ext]/[hash].[ext]',
    },
  },
}
const manualChunks: InlineConfig['build'] = {
  rolldownOptions: {
    output: { manualChunks: (id) => (/helper|shared/.test(id) ? 'helpers' : undefined) },
  },
}

/** As plugins for integrity attributes do: what they have digested must be what is written. */
function integrity(): Plugin {
  const digest = (content: string | Uint8Array): string =>
    createHash('sha384').update(content).digest('base64')
  const digests = new Map<string, string>()
  return {
    name: 'integrity',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler: (_options, bundle) => {
        for (const file of Object.values(bundle))
          digests.set(file.fileName, digest(file.type === 'chunk' ? file.code : file.source))
      },
    },
    writeBundle({ dir }) {
      expect(digests.size).toBeGreaterThan(5)
      for (const [name, known] of digests) expect(digest(readFileSync(join(dir!, name))), name).toBe(known)
    },
  }
}

const variants: { title: string; config: InlineConfig }[] = [
  { title: 'the defaults', config: {} },
  { title: 'a relative base', config: { base: './' } },
  { title: 'a base in a folder', config: { base: '/sub/' } },
  { title: 'target es2020, source maps', config: { build: { target: 'es2020', sourcemap: true } } },
  { title: 'target es2017', config: { build: { target: 'es2017' } } },
  { title: 'no minification', config: { build: { minify: false } } },
  {
    title: 'packages in one chunk',
    config: { build: vendor(/node_modules|dist/)! },
  },
  { title: 'helpers and packages in one chunk', config: { build: vendor(/node_modules|helper|shared/)! } },
  { title: 'no module preload', config: { build: { modulePreload: false } } },
  { title: 'no preload polyfill', config: { build: { modulePreload: { polyfill: false } } } },
  { title: 'classic workers', config: { worker: { format: 'iife' } } },
  { title: 'hashed names in folders, integrity', config: { build: folders, plugins: [integrity()] } },
  { title: 'manual chunks', config: { build: manualChunks } },
]

for (const [number, { title, config }] of variants.entries()) {
  test(`build: ${title}`, { tag: '@once' }, async ({ page }) => {
    const outDir = join(app.root, `out${number}`)
    const options = await app.config({
      ...config,
      build: {
        ...config.build,
        outDir,
        rolldownOptions: {
          ...config.build?.rolldownOptions,
          input: { main: join(app.root, 'index.html'), other: join(app.root, 'other.html') },
        },
      },
    })
    await build(options)
    const server = await preview({
      ...options,
      preview: {
        ...options.preview,
        headers: { 'Content-Security-Policy': "default-src 'self'; script-src 'self'; worker-src 'self'" },
      },
    })
    try {
      const url = server.resolvedUrls!.local[0]!
      expect(await outcomeOf(page, url)).toEqual(expected('production'))
      expect(await outcomeOf(page, `${url}other.html`)).toBe(42)
    } finally {
      await server.close()
    }
    if (config.build?.sourcemap) {
      const maps = outputOf(outDir).filter(({ name }) => /\.brine.*\.js\.map$/.test(name))
      const found = maps.map(
        ({ text }) => JSON.parse(text) as { sources: string[]; sourcesContent: string[] },
      )
      const { sources, sourcesContent } = found.find((map) => map.sources.includes('../../src/main.ts'))!
      const at = sources.indexOf('../../src/main.ts')
      expect(sourcesContent[at]).toBe(main)
    }
  })
}

test('development', { tag: '@once' }, async ({ page }) => {
  const server = await (await createServer(await app.config())).listen()
  try {
    expect(await outcomeOf(page, server.resolvedUrls!.local[0]!)).toEqual(expected('development'))
  } finally {
    await server.close()
  }
})

test('a closure that would run the app in the worker fails the build', { tag: '@once' }, async () => {
  const all = await app.config({ build: { ...vendor(/./), outDir: join(app.root, 'all') } })
  await expect(build(all)).rejects.toThrow(
    /Cannot build the closures of '.*main\.ts' as a worker .*would run the app/,
  )

  const cycle = createApp({
    'index.html': html,
    'src/main.ts': `import { offload } from 'brine'\nimport { helper } from './helper.ts'\nexport const k = 1\nvoid offload(() => helper())`,
    'src/helper.ts': `import { k } from './main.ts'\nexport const helper = () => k`,
  })
  try {
    await expect(build(await cycle.config())).rejects.toThrow(
      /a helper that a closure uses imports the entry/,
    )
  } finally {
    cycle.remove()
  }
})

test('settings under which no worker could load a closure are refused', { tag: '@once' }, async () => {
  await expect(build(await app.config({ build: { chunkImportMap: true } }))).rejects.toThrow(
    'Cannot build closures with build.chunkImportMap as workers have no import maps',
  )
  await expect(createServer(await app.config({ experimental: { bundledDev: true } }))).rejects.toThrow(
    'Cannot serve closures with experimental.bundledDev',
  )
})

test('a server runs functions where they are', { tag: '@once' }, async () => {
  const server = createApp({
    'server.ts': `import { offload } from 'brine'\nconst k = 2\nexport const render = () => offload((v: number) => v * k, 21)`,
  })
  try {
    await build(await server.config({ build: { ssr: 'server.ts' }, ssr: { noExternal: true } }))
    const outputs = outputOf(join(server.root, 'dist'))
    expect(outputs.some(({ name }) => name.includes('.brine'))).toBe(false)
    const name = existsSync(join(server.root, 'dist/server.js')) ? 'server.js' : 'server.mjs'
    const { render } = (await import(pathToFileURL(join(server.root, 'dist', name)).href)) as {
      render(): Promise<number>
    }
    expect(await render()).toBe(42)

    const dev = await createServer(await server.config({ appType: 'custom' }))
    try {
      const loaded = (await dev.ssrLoadModule('/server.ts')) as { render(): Promise<number> }
      expect(await loaded.render()).toBe(42)
    } finally {
      await dev.close()
    }
  } finally {
    server.remove()
  }
})

test('a library is left as it is', { tag: '@once' }, async () => {
  const library = createApp({
    'lib.ts': `import { offload } from 'brine'\nexport const answer = (k: number) => offload(() => 6 * k)`,
  })
  try {
    for (const format of ['es', 'umd'] as const) {
      const external = { rolldownOptions: { external: ['brine', /dist\/index\.js$/] } }
      const lib = { entry: join(library.root, 'lib.ts'), name: 'lib', formats: [format], fileName: format }
      await build(await library.config({ build: { lib, ...external, emptyOutDir: false } }))
    }
    const outputs = outputOf(join(library.root, 'dist'))
    expect(outputs).toHaveLength(2)
    for (const { text } of outputs) expect(text).not.toContain('$brine')
  } finally {
    library.remove()
  }
})

test('a closure imports the packages that its own module would get', { tag: '@once' }, async ({ page }) => {
  const packageAt = (folder: string, name: string): Record<string, string> => ({
    [`${folder}node_modules/${name}/package.json`]: '{ "type": "module", "main": "index.js" }',
    [`${folder}node_modules/${name}/index.js`]: `export default '${folder || 'root'}'`,
  })
  const nested = createApp({
    'index.html': html,
    'src/main.ts': `import { offload } from 'brine'
import dependency from 'dependency'
import { inner } from '../packages/inner/inner.ts'
Promise.all([offload(() => dependency), inner()]).then((values) => (globalThis.outcome = values))`,
    'packages/inner/inner.ts': `import { offload } from 'brine'
import dependency from 'dependency'
import other from 'other'
export const inner = () => offload(() => [dependency, other])`,
    ...packageAt('', 'dependency'),
    ...packageAt('packages/inner/', 'dependency'),
    ...packageAt('packages/inner/', 'other'),
  })
  try {
    const options = await nested.config()
    await build(options)
    const server = await preview(options)
    try {
      const inner = 'packages/inner/'
      expect(await outcomeOf(page, server.resolvedUrls!.local[0]!)).toEqual(['root', [inner, inner]])
    } finally {
      await server.close()
    }
  } finally {
    nested.remove()
  }
})

test('what a page pays: a minimal app', { tag: '@once' }, async () => {
  const minimal = createApp({
    'index.html': html,
    'src/main.ts': `import { offload } from 'brine'\nconst k = 2\noffload((v: number) => v * k, 21).then(console.log)`,
  })
  try {
    await build(await minimal.config())
    const outputs = outputOf(join(minimal.root, 'dist/assets')).filter(({ name }) => name.endsWith('.js'))
    const ofWorker = /^worker-|\.brine/
    // This option name is in every build of acorn.
    for (const { name, text } of outputs) expect(text, name).not.toContain('ecmaVersion')
    const gzip = outputs
      .filter(({ name }) => !ofWorker.test(name))
      .reduce((sum, { text }) => sum + gzipSync(text, { level: 9 }).length, 0)
    console.log(`the page of a minimal app: ${(gzip / 1000).toFixed(2)} kB gzip`)
    // Measured 48.2 kB when this was written: the goal is 9.
    expect(gzip).toBeLessThan(49_500)
  } finally {
    minimal.remove()
  }
})
