/**
 * Random numbers for parallel simulations, and the statistics of what they give.
 *
 * A stream depends on a seed and an index alone, so a simulation that gives each item the stream of its index has the same
 * result on any number of workers, in chunks of any size, after retries. Summaries of parts are merged to one of the whole,
 * whose mean comes with its error. They stand here together, as simulations need both; what is not used is not bundled.
 *
 * ```ts
 * import { estimate, merge, stream, summarize } from 'brine/random'
 *
 * const parts = [0, 1, 2, 3].map((index) => {
 *   const random = stream(42, index)
 *   return summarize(10_000, () => (random.float() ** 2 + random.float() ** 2 < 1 ? 4 : 0))
 * })
 * const { interval } = estimate(parts.reduce(merge), 0.999)
 * interval[0] < Math.PI && Math.PI < interval[1] // true
 * ```
 * @module
 */
export { stream } from './random/stream.ts'
export type { Fillable, Seed, Stream, StreamConstructor, StreamState } from './random/stream.ts'
export { merge, summarize } from './random/summary.ts'
export type { Summary } from './random/summary.ts'
export { estimate } from './random/estimate.ts'
export type { Estimate } from './random/estimate.ts'
