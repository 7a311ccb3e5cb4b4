// The public surface: what each entry exports, and that importing it does nothing else.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { bundle } from '../scripts/bundle.mjs'
import * as brine from './index.ts'
import * as random from './random.ts'
import * as serialize from './serialize.ts'
import * as vite from './vite.ts'
import * as worker from './worker.ts'

describe('exports', () => {
  it('of brine', () => {
    expect(Object.keys(brine).sort()).toMatchInlineSnapshot(`
      [
        "BrineError",
        "DEFAULT_CAPTURE_LIMITS",
        "Task",
        "TaskMap",
        "WorkerCrashError",
        "bind",
        "callback",
        "capture",
        "createDebugPool",
        "createPool",
        "deserialize",
        "explain",
        "fromBytes",
        "isBrineError",
        "map",
        "offload",
        "pool",
        "registerType",
        "serialize",
        "share",
        "task",
        "toBytes",
        "toModule",
      ]
    `)
  })

  it('of brine/serialize', () => {
    expect(Object.keys(serialize).sort()).toMatchInlineSnapshot(`
      [
        "BrineError",
        "DEFAULT_LIMITS",
        "WorkerCrashError",
        "bind",
        "capture",
        "deserialize",
        "explain",
        "fromBytes",
        "isBrineError",
        "registerType",
        "serialize",
        "toBytes",
        "toModule",
      ]
    `)
  })

  it('of brine/random', () => {
    expect(Object.keys(random).sort()).toMatchInlineSnapshot(`
      [
        "estimate",
        "merge",
        "stream",
        "summarize",
      ]
    `)
  })

  it('of brine/vite', () => {
    expect(Object.keys(vite).sort()).toMatchInlineSnapshot(`
      [
        "brine",
      ]
    `)
  })

  it('of brine/worker', () => {
    expect(Object.keys(worker).sort()).toMatchInlineSnapshot(`[]`)
  })

  it('have names, as editors cannot complete a default export', () => {
    for (const entry of [brine, random, serialize, vite, worker]) expect(entry).not.toHaveProperty('default')
  })
})

describe('importing an entry in Node', () => {
  it.each(['index.ts', 'random.ts', 'serialize.ts', 'vite.ts', 'worker.ts'])(
    'has no side effect: %s',
    async (entry) => {
      // The plugin runs in Node alone.
      const options = entry === 'vite.ts' ? ({ platform: 'node' } as const) : {}
      const { code } = await bundle(fileURLToPath(new URL(entry, import.meta.url)), options)
      expect(await importAlone(code)).toEqual({ globals: [], changed: [], resources: [], listeners: [] })
    },
  )

  it('would show every side effect', async () => {
    const code = `
      globalThis.leak = 1
      globalThis[Symbol.for('leak')] = 1
      globalThis.structuredClone = () => {}
      Array.prototype.leak = 1
      process.on('unhandledRejection', () => {})
      setInterval(() => {}, 1e6)`
    expect(await importAlone(code)).toEqual({
      globals: ['leak', 'Symbol(leak)'],
      changed: ['structuredClone', 'Array.prototype.leak'],
      resources: ['Timeout'],
      listeners: ['unhandledRejection'],
    })
  })
})

interface SideEffects {
  /** New properties of globalThis. */
  globals: string[]
  /** Replaced properties of globalThis, new properties of the prototypes of built-ins. */
  changed: string[]
  /** What keeps the process alive. */
  resources: string[]
  /** Events of the process that nobody listened to before. */
  listeners: string[]
}

/** Imports a module in a Node process of its own, and nothing else there, and tells what it changed. */
async function importAlone(code: string): Promise<SideEffects> {
  const folder = await mkdtemp(join(tmpdir(), 'brine-exports-'))
  try {
    const file = join(folder, 'entry.mjs')
    await writeFile(file, code)
    const probe = `(${probeImport.toString()})(() => import(${JSON.stringify(pathToFileURL(file).href)}))`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', probe], {
      timeout: 20_000,
    })
    return JSON.parse(stdout) as SideEffects
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Runs in the other process, and so names nothing of this file. Vitest rewrites `import()`: the caller brings it. */
async function probeImport(load: () => Promise<unknown>): Promise<void> {
  const takeStock = () => {
    const stock = new Map<string, unknown>()
    for (const key of Reflect.ownKeys(globalThis)) {
      const { value } = Object.getOwnPropertyDescriptor(globalThis, key) ?? {}
      stock.set(String(key), value)
      if (typeof value !== 'function' || !value.prototype) continue
      for (const member of Reflect.ownKeys(value.prototype)) {
        const name = `${String(key)}.prototype.${String(member)}`
        stock.set(name, Object.getOwnPropertyDescriptor(value.prototype, member)?.value)
      }
    }
    return stock
  }
  // Node makes these when somebody looks for them, which changes nothing.
  void [TextDecoder, btoa]
  const before = takeStock()
  const events = new Set(process.eventNames())
  const busy = process.getActiveResourcesInfo().length
  await load()
  // Reading the file leaves handles behind that close by themselves.
  await new Promise((resolve) => setTimeout(resolve, 20))
  const after = takeStock()
  const added = [...after.keys()].filter((key) => !before.has(key))
  const replaced = [...after.keys()].filter(
    (key) => before.has(key) && !Object.is(before.get(key), after.get(key)),
  )
  const effects = {
    globals: added.filter((key) => !key.includes('.prototype.')),
    changed: [...replaced, ...added.filter((key) => key.includes('.prototype.'))],
    resources: process.getActiveResourcesInfo().slice(busy),
    listeners: process.eventNames().filter((event) => !events.has(event)),
  }
  // A module that keeps the process alive must not hang the test.
  process.stdout.write(JSON.stringify(effects), () => process.exit())
}
