// Functions that stay on the page.
import { realm } from '../realm/registry.ts'

/**
 * Marks a function to stay where it is: a function that captures it, or gets it as an argument, calls it from the
 * worker through a port, and awaits its result. Arguments, results and errors travel as those of a task do.
 *
 * @param fn The function. Its variables are never read.
 * @returns A function that calls `fn`, here or from a worker, and gives a promise. It cannot be serialized: it needs
 *   the thread that it stays on.
 *
 * @example
 * ```ts
 * const seen: number[] = []
 * const note = callback((n: number) => seen.push(n))
 * await offload(async (say: typeof note) => { await say(1); await say(2) }, note)
 * seen // [1, 2]
 * ```
 */
export function callback<Args extends readonly unknown[], Result>(
  fn: (...args: Args) => Result,
): (...args: Args) => Promise<Awaited<Result>> {
  const stay = async (...args: Args): Promise<Awaited<Result>> => await fn(...args)
  realm().callbacks.set(stay, fn)
  return stay
}
