// What Vite makes of imports that are no JavaScript, inside closures: WebAssembly, globs, styles; in dev and built.
import { expect, test } from '@playwright/test'
import { build, createServer, preview } from 'vite'
import { createApp, outcomeOf, page as html } from './plugin-app.ts'

const main = `import { offload } from 'brine'
import { add } from './add.wasm'
import init from './add.wasm?init'
import url from './add.wasm?url&no-inline'
import { loadBroken, loadStyled } from './helper.ts'
import classes from './classes.module.css'

const eager = import.meta.glob<{ name: string }>('./parts/*.ts', { eager: true })
const lazy = import.meta.glob<{ name: string }>('./parts/*.ts')
const colour = () => [getComputedStyle(document.body).color, getComputedStyle(document.body).borderColor]

const run = async (): Promise<unknown> => {
  const module = await WebAssembly.compileStreaming(fetch(url))
  return {
    wasmInit: await offload(async (a: number) => ((await init()).exports.add as typeof add)(a, 1), 41),
    wasmUrl: await offload(async (a: number) => {
      const { instance } = await WebAssembly.instantiateStreaming(fetch(url))
      return (instance.exports.add as typeof add)(a, 1)
    }, 41),
    wasmDirect: await offload((a: number) => add(a, 1), 41),
    wasmModule: await offload(async (a: number) => ((await WebAssembly.instantiate(module)).exports.add as typeof add)(a, 1), 41),
    globs: await offload(async () => {
      const inside = import.meta.glob<{ name: string }>('./parts/*.ts', { eager: true })
      const later = import.meta.glob<{ name: string }>('./parts/*.ts')
      return [
        Object.keys(inside),
        ...Object.values(inside).map(({ name }) => name),
        ...(await Promise.all(Object.values(later).map(async (load) => (await load()).name))),
      ]
    }),
    outer: await offload(async () => [
      Object.values(eager).map(({ name }) => name),
      await Promise.all(Object.values(lazy).map(async (load) => (await load()).name)),
    ]),
    classes: (await offload(() => classes.red)) === classes.red && typeof classes.red,
    styled: await offload(async () => (await loadStyled()).name),
    broken: await offload(() => loadBroken()).catch((error: Error) => String(error)),
    before: colour(),
    onPage: (await loadStyled()).name,
    after: colour(),
  }
}
run().then((value) => (globalThis.outcome = value), (error: Error) => (globalThis.outcome = String(error.stack)))
`
const files = {
  'index.html': html,
  'src/main.ts': main,
  // (a, b) => a + b, of 32-bit integers.
  'src/add.wasm': Buffer.from(
    '0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b',
    'hex',
  ),
  'src/helper.ts': `import './static.css'
export const loadStyled = () => import('./styled.ts')
export const loadBroken = () => import('./broken.ts')`,
  'src/styled.ts': `import './styled.css'\nimport { name as part } from './parts/a.ts'\nexport const name = 'styled ' + part`,
  'src/broken.ts': `import './styled.css'\nthrow new TypeError('broken on load')`,
  'src/static.css': 'body { border: 1px solid rgb(4, 5, 6) }',
  'src/styled.css': 'body { color: rgb(1, 2, 3) }',
  'src/classes.module.css': '.red { color: red }',
  'src/parts/a.ts': `export const name = 'a'`,
  'src/parts/b.ts': `export const name = 'b'`,
}
const expected = {
  wasmInit: 42,
  wasmUrl: 42,
  wasmDirect: 42,
  wasmModule: 42,
  globs: [['./parts/a.ts', './parts/b.ts'], 'a', 'b', 'a', 'b'],
  outer: [
    ['a', 'b'],
    ['a', 'b'],
  ],
  classes: 'string',
  styled: 'styled a',
  broken: 'TypeError: broken on load',
  before: ['rgb(0, 0, 0)', 'rgb(4, 5, 6)'],
  onPage: 'styled a',
  after: ['rgb(1, 2, 3)', 'rgb(4, 5, 6)'],
}

for (const variant of ['development', 'build', 'build without module preload'] as const) {
  test(`WebAssembly, globs and styles in closures: ${variant}`, async ({ page }) => {
    const app = createApp(files)
    const options = await app.config(variant === 'build' ? {} : { build: { modulePreload: false } })
    if (variant !== 'development') await build(options)
    const server =
      variant === 'development' ? await (await createServer(options)).listen() : await preview(options)
    try {
      expect(await outcomeOf(page, server.resolvedUrls!.local[0]!)).toEqual(expected)
    } finally {
      await server.close()
      app.remove()
    }
  })
}
