import { offload, pool, task } from 'brine'
import { round } from './round.ts'

const rate = 1.25

export class Quote {
  constructor(readonly price: number) {}
}

export const where = (): Promise<string> => offload(() => ('document' in globalThis ? 'page' : 'elsewhere'))

export const hasWorkers = (): boolean => pool.stats().workers > 0

export const price = (net: number): Promise<number> => offload((n: number) => round(n * rate), net)

export const quote = (net: number): Promise<Quote> => offload(() => new Quote(round(net * rate)))

export const progress = async (): Promise<unknown[]> => {
  const seen: unknown[] = []
  await pool.with({ onProgress: (value) => seen.push(value) }).offload(() => task.progress(rate))
  return seen
}
