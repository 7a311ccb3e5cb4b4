// Workers are killed at random under load: every task settles once and rightly, and nothing is left behind.
import { expect } from '@playwright/test'
import { test } from './pool-page.ts'
import type { Told } from './pool-page.ts'

/** What the page has open, as its constructors were asked for it. */
interface Books {
  readonly workers: Set<Worker>
  /** Those of them that were not killed. */
  readonly alive: Set<Worker>
  readonly ports: Set<MessagePort>
  readonly urls: Set<string>
  listeners: number
  workersMade: number
  portsMade: number
  kill(worker: Worker): void
}
declare global {
  var brineBooks: Books
}

test('20,000 tasks survive 200 kills', async ({ brinePage }) => {
  test.setTimeout(240_000)
  await brinePage.evaluate(() => {
    const books: Books = {
      workers: new Set(),
      alive: new Set(),
      ports: new Set(),
      urls: new Set(),
      listeners: 0,
      workersMade: 0,
      portsMade: 0,
      kill: (worker) => {
        books.alive.delete(worker)
        terminate.call(worker)
      },
    }
    globalThis.brineBooks = books
    const { terminate } = Worker.prototype
    globalThis.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options)
        books.workers.add(this)
        // One that dies before it was heard of is known by its silence alone, after a minute.
        this.addEventListener('message', () => books.alive.add(this), { once: true })
        books.workersMade++
      }
      override terminate(): void {
        books.workers.delete(this)
        books.alive.delete(this)
        super.terminate()
      }
    }
    globalThis.MessageChannel = class extends MessageChannel {
      constructor() {
        super()
        books.ports.add(this.port1)
        books.portsMade++
      }
    }
    const { close } = MessagePort.prototype
    MessagePort.prototype.close = function (this: MessagePort) {
      books.ports.delete(this)
      close.call(this)
    }
    const { createObjectURL, revokeObjectURL } = URL
    URL.createObjectURL = (blob: Blob) => {
      const url = createObjectURL.call(URL, blob)
      books.urls.add(url)
      return url
    }
    URL.revokeObjectURL = (url) => {
      books.urls.delete(url)
      revokeObjectURL.call(URL, url)
    }
    const { addEventListener, removeEventListener } = AbortSignal.prototype
    AbortSignal.prototype.addEventListener = function (this: AbortSignal, ...args: never[]) {
      books.listeners++
      addEventListener.apply(this, args as never)
    }
    AbortSignal.prototype.removeEventListener = function (this: AbortSignal, ...args: never[]) {
      books.listeners--
      removeEventListener.apply(this, args as never)
    }
  })

  const result = await brinePage.evaluate(async () => {
    const { callback, createPool, WorkerCrashError } = brine
    const books = globalThis.brineBooks
    const TASKS = 20_000
    const KILLS = 200
    const pool = createPool({ size: 4 })
    const { signal } = new AbortController()
    const quick = pool.with({ signal })
    const stubborn = pool.with({ retries: 20 })
    const timed = pool.with({ timeout: 60_000, retries: 20 })
    const double = (n: number): number => n * 2
    const later = async (n: number): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, 1))
      return n * 2
    }
    const fail = (n: number): never => {
      throw new RangeError(String(n * 2))
    }
    const twice = callback((n: number) => n * 2)
    const ask = async (question: typeof twice, n: number): Promise<number> => await question(n)

    const counts = { right: 0, crashed: 0, cancelled: 0, wrong: [] as string[] }
    let settled = 0
    let kills = 0
    const settle = (): void => {
      settled++
      if (kills >= KILLS || settled < ((kills + 1) * TASKS) / (KILLS + 50)) return
      const victims = [...books.alive]
      if (victims.length === 0) return
      kills++
      books.kill(victims[Math.floor(Math.random() * victims.length)]!)
    }
    const start = (n: number): { task: Promise<unknown>; kind: string } => {
      if (n % 400 === 7) return { kind: 'ask', task: stubborn.offload(ask, twice, n) }
      if (n % 100 === 3) return { kind: 'later', task: stubborn.offload(later, n) }
      if (n % 250 === 9) return { kind: 'timed', task: timed.offload(double, n) }
      if (n % 10 === 1) return { kind: 'fail', task: stubborn.offload(fail, n) }
      if (n % 10 === 5) {
        const task = quick.offload(double, n)
        if (n % 30 === 5) setTimeout(() => task.cancel('enough'), n % 1_000)
        return { kind: 'quick', task }
      }
      return { kind: 'stubborn', task: stubborn.offload(double, n) }
    }
    const ends = Array.from({ length: TASKS }, async (_, n) => {
      const { task, kind } = start(n)
      try {
        const value = await task
        if (value === n * 2 && kind !== 'fail') counts.right++
        else counts.wrong.push(`${kind} ${n}: ${String(value)}`)
      } catch (error) {
        const { message } = error as Told
        if (kind === 'fail' && error instanceof RangeError && message === String(n * 2)) counts.right++
        else if (kind === 'quick' && error instanceof WorkerCrashError) counts.crashed++
        else if (kind === 'quick' && error === 'enough') counts.cancelled++
        else counts.wrong.push(`${kind} ${n}: ${String(error)}`)
      }
      settle()
    })
    await Promise.all(ends)
    const stats = pool.stats()
    await pool.close()
    // A worker that is ended in the middle of something takes a moment to let go of its lock.
    const locks = async (): Promise<number> => {
      const { held = [], pending = [] } = await navigator.locks.query()
      return [...held, ...pending].filter(({ name }) => name?.startsWith('brine')).length
    }
    while ((await locks()) > 0) await new Promise((resolve) => setTimeout(resolve, 100))
    return {
      counts,
      kills,
      stats,
      made: { workers: books.workersMade, ports: books.portsMade },
      left: {
        workers: books.workers.size,
        ports: books.ports.size,
        urls: books.urls.size,
        listeners: books.listeners,
      },
    }
  })
  expect(result.counts.wrong).toEqual([])
  const { right, crashed, cancelled } = result.counts
  expect(right + crashed + cancelled).toBe(20_000)
  expect(result.kills).toBe(200)
  expect(result.made.workers).toBeGreaterThanOrEqual(200)
  expect(result.made.ports).toBeGreaterThanOrEqual(50)
  expect(result.stats).toMatchObject({ queued: 0, running: 0, done: right - 2_000, cancelled })
  expect(result.left).toEqual({ workers: 0, ports: 0, urls: 0, listeners: 0 })
})
