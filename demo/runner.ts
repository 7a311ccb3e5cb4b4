// Runs the simulation on the page's thread and then on a pool, with the clock and the heartbeat on.
import { createPool } from 'brine'
import type { Pool } from 'brine'
import { startHeartbeat } from './heartbeat.ts'
import type { Heartbeat, Pulse } from './heartbeat.ts'
import { BLOCKS, price } from './monte-carlo.ts'
import type { Estimate } from './monte-carlo.ts'

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
  const page = await measure('page', undefined, settings, signal, watcher)
  const pool = await onPool(settings, signal, watcher)
  return {
    page,
    pool,
    speedup: page.time / pool.time,
    identical: Object.is(page.estimate, pool.estimate) && Object.is(page.standardError, pool.standardError),
  }
}

async function onPool(settings: Settings, signal: AbortSignal, watcher: Watcher): Promise<Run> {
  const pool = createPool({ size: settings.size })
  try {
    // The workers start when the first tasks arrive, and thus on the clock.
    return await measure('pool', pool, settings, signal, watcher)
  } finally {
    await pool.terminate()
  }
}

async function measure(
  where: Where,
  pool: Pool | undefined,
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
    const result = await price({ paths, seed, signal, onBlock, ...(pool && { pool }) })
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
