// The price of an option, computed on the page's thread and on a pool. The page shows parts of this code as they stand.
import { createPool } from 'brine'
import { cut, simulate, summarize } from './simulation.ts'
import type { Contract, Estimate, Sums } from './simulation.ts'

export interface Job {
  paths: number
  seed: number
  signal: AbortSignal
  onBlock: () => void
}

// There is no closed formula for an arithmetic average: people simulate it.
export const option: Contract = {
  spot: 100,
  strike: 100,
  rate: 0.05,
  volatility: 0.3,
  years: 1,
  weeks: 52,
}

export async function priceOnPage({ paths, seed, signal, onBlock }: Job): Promise<Estimate> {
  const blocks = cut(paths)
  // #region page
  const results: Sums[] = []
  for (const block of blocks) {
    results.push(simulate(option, seed, block))
    onBlock()
    await nextTurn(signal) // lets the page draw
  }
  // #endregion
  return summarize(results)
}

export async function priceOnPool({ paths, seed, signal, onBlock }: Job, size: number): Promise<Estimate> {
  const blocks = cut(paths)
  const workers = createPool({ size })
  const pool = workers.with({ signal })
  try {
    // #region pool
    const tasks = blocks.map((block) =>
      // A closure: all that it uses goes along.
      pool.offload(() => simulate(option, seed, block)),
    )
    for (const task of tasks) task.then(onBlock, () => {})
    const results = await Promise.all(tasks)
    // #endregion
    return summarize(results)
  } finally {
    await workers.terminate()
  }
}

/** Lets other work of the page's thread have its turn, at once: a timer would wait 4 ms, and the run look slower. */
async function nextTurn(signal: AbortSignal): Promise<void> {
  const { port1, port2 } = new MessageChannel()
  await new Promise((resolve) => {
    port1.addEventListener('message', resolve, { once: true })
    port1.start()
    port2.postMessage(null)
  })
  port1.close()
  signal.throwIfAborted()
}
