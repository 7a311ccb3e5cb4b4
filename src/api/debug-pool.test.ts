import { afterEach, describe, expect, it } from 'vitest'
import { register, sites } from '../realm/sites.ts'
import { task as ambientTask } from '../realm/task.ts'
import { callback } from './callback.ts'
import { createDebugPool } from './debug-pool.ts'
import type { Pool } from './pool-types.ts'

// Vitest rewrites the uses of imported names: functions that travel need names of this module.
const task = ambientTask

const pools: Pool[] = []
function makePool(options = {}): Pool {
  const pool = createDebugPool(options)
  pools.push(pool)
  return pool
}
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.terminate())))

const fn = (text: string): ((...args: never[]) => unknown) => (0, eval)(`(${text})`) as never

describe('a debug pool', () => {
  it('runs on this thread', async () => {
    const here = { seen: 0 }
    Object.assign(globalThis, { $here: here })
    await makePool().offload(fn('() => { globalThis.$here.seen = 1 }'))
    Reflect.deleteProperty(globalThis, '$here')
    expect(here.seen).toBe(1)
  })
  it('copies values there and back, at the call', async () => {
    const list = [1]
    const result = makePool()
      .with({ using: { list } })
      .offload((own: number[]) => {
        list.push(2)
        return [list, own, list === own]
      }, list)
    list.push(3)
    expect(await result).toEqual([[1, 2], [1, 2], true])
    expect(list).toEqual([1, 3])
  })
  it('refuses what a worker would be refused, both ways', async () => {
    const pool = makePool()
    const codeOf = (task: Promise<unknown>): Promise<unknown> =>
      task.then(
        () => 'fulfilled',
        (error: { code: unknown }) => error.code,
      )
    const open = new WeakMap()
    expect(await codeOf(pool.with({ using: { open } }).offload(() => open))).toBe('VALUE_UNSUPPORTED')
    expect(await codeOf(pool.offload(() => new WeakMap()))).toBe('VALUE_UNSUPPORTED')
    expect(await codeOf(pool.offload(fn('() => nowhere')))).toBe('CAPTURE_UNRESOLVED')
    expect(await codeOf(pool.offload(fn('() => 1')))).toBe('fulfilled')
  })
  it('keeps the identity of classes', async () => {
    class Point {
      x = 1
    }
    const back = await makePool().offload((point: Point) => point, new Point())
    expect(back).toBeInstanceOf(Point)
  })
  it('moves what is to move, and calls what stays', async () => {
    const buffer = new ArrayBuffer(8)
    const double = callback((n: number) => n * 2)
    const view = makePool().with({ transfer: [buffer] })
    const size = await view.offload(
      async (own: ArrayBuffer, ask: typeof double) => await ask(own.byteLength),
      buffer,
      double,
    )
    expect([size, buffer.byteLength]).toEqual([16, 0])
  })
  it('has task, progress, cancel and timeout', async () => {
    const pool = makePool()
    const seen: unknown[] = []
    const view = pool.with({ using: { task }, onProgress: (value) => seen.push(value) })
    const id = await view.offload(() => {
      task.progress({ half: true })
      return task.id
    })
    expect([id, seen]).toEqual(['debug-1', [{ half: true }]])
    const endless = pool.with({ timeout: 1, grace: 0 }).offload(() => new Promise(() => {}))
    await expect(endless).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(await pool.offload(() => 'still there')).toBe('still there')
  })
  it('runs one after the other', async () => {
    const log: string[] = []
    const note = callback((entry: string) => log.push(entry))
    const step = async (name: string, say: typeof note): Promise<void> => {
      await say(`${name} starts`)
      await say(`${name} ends`)
    }
    const pool = makePool()
    await Promise.all([pool.offload(step, 'a', note), pool.offload(step, 'b', note)])
    expect(log).toEqual(['a starts', 'a ends', 'b starts', 'b ends'])
    expect(pool.size).toBe(1)
  })
  it('imports the closure modules of the plugin, and evaluates nothing', async () => {
    const module = `export const c0 = () => { var by; return {
      make: [function () { return (n) => n * by }], read: () => [by], write: (v) => { by = v[0] } } }`
    const closures = [{ at: 'c0', name: 'times', length: 1, names: ['by'] }]
    const [site] = sites([`data:text/javascript,${encodeURIComponent(module)}`], closures, [])
    const by = 3
    const times = register(
      (n: number) => n * by,
      site!,
      () => [by],
    )
    const { Function: evaluate } = globalThis
    globalThis.Function = class {
      constructor() {
        throw new EvalError('refused by the policy')
      }
    } as never
    try {
      expect(await makePool().offload(times, 14)).toBe(42)
    } finally {
      globalThis.Function = evaluate
    }
  })
  it('takes the options that are not about workers', async () => {
    const pool = makePool({ name: 'mine', maxQueue: 0 })
    expect(pool.name).toBe('mine')
    expect(() => createDebugPool({ sise: 1 } as never)).toThrow("option 'sise'")
  })
})
