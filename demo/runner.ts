// Runs the simulation on the page's thread and then on a pool, with the clock and the heartbeat on.
import { startHeartbeat } from './heartbeat.ts'
import type { Heartbeat, Pulse } from './heartbeat.ts'
import { priceOnPage, priceOnPool } from './price.ts'
import type { Job } from './price.ts'
import { BLOCKS } from './simulation.ts'
import type { Estimate } from './simulation.ts'

export interface Settings {
  paths: number
  size: number
  seed: number
}

export type Where = 'page' | 'pool'

export interface Run extends Estimate, Pulse {
  /** Wall-clock time in milliseconds. */
  time: number
}

export interface Outcome {
  page: Run
  pool: Run
  speedup: number
  /** Whether both runs gave the same numbers, bit by bit. */
  identical: boolean
}

export interface Watcher {
  onStart(where: Where, heartbeat: Heartbeat): void
  /** `done` is the share of the blocks that are done, from 0 to 1. */
  onProgress(where: Where, done: number): void
  onEnd(where: Where, run: Run): void
}

export async function compare(settings: Settings, signal: AbortSignal, watcher: Watcher): Promise<Outcome> {
  const page = await measure('page', priceOnPage, settings, signal, watcher)
  // The pool and its workers start, and end, on the clock.
  const pool = await measure('pool', (job) => priceOnPool(job, settings.size), settings, signal, watcher)
  return {
    page,
    pool,
    speedup: page.time / pool.time,
    identical: Object.is(page.estimate, pool.estimate) && Object.is(page.standardError, pool.standardError),
  }
}

async function measure(
  where: Where,
  price: (job: Job) => Promise<Estimate>,
  { paths, seed }: Settings,
  signal: AbortSignal,
  watcher: Watcher,
): Promise<Run> {
  // What happened before, such as the click or the other run, must not count as a stall of this one.
  await pause(300, signal)
  let done = 0
  const onBlock = (): void => watcher.onProgress(where, ++done / BLOCKS)
  const heartbeat = startHeartbeat()
  watcher.onStart(where, heartbeat)
  try {
    const start = performance.now()
    const result = await price({ paths, seed, signal, onBlock })
    const time = performance.now() - start
    const run: Run = { ...result, time, ...heartbeat.stop() }
    watcher.onEnd(where, run)
    return run
  } finally {
    heartbeat.stop()
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds))
  signal.throwIfAborted()
}
