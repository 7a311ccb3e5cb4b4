// Count, mean and spread of numbers, in a form that is put together from parts.
//
// Functions on plain data, so that a summary crosses threads as it is; and those that run in workers use nothing but
// globals, so that they travel by their text.

/** What is known of some numbers: plain data, for structured clone and files. */
export interface Summary {
  /** How many there are. */
  readonly count: number
  /** Their mean; 0 if there are none. */
  readonly mean: number
  /** The sum of their squared distances from the mean. */
  readonly squares: number
  /** The least; Infinity if there are none. */
  readonly min: number
  /** The greatest; -Infinity if there are none. */
  readonly max: number
}

/**
 * Summarizes numbers in one pass, without keeping them (Welford, "Note on a method for calculating corrected sums of
 * squares and products", Technometrics 4, 1962).
 *
 * @param values The numbers; or how many there are, a non-negative safe integer, with a function that gives each.
 * @param draw Gives the number of an index, from 0 on.
 * @returns Their summary; that of no numbers is where `reduce(merge, summarize([]))` starts.
 * @throws {RangeError} when `values` is a number and no non-negative safe integer, or there is no `draw` with it.
 *
 * @example
 * ```ts
 * summarize([1, 2, 6]) // { count: 3, mean: 3, squares: 14, min: 1, max: 6 }
 * const dice = stream(1)
 * const rolls = summarize(1_000, () => dice.int(6) + 1)
 * rolls.min // 1
 * rolls.max // 6
 * ```
 */
export function summarize(values: Iterable<number>): Summary
export function summarize(count: number, draw: (index: number) => number): Summary
export function summarize(values: Iterable<number> | number, draw?: (index: number) => number): Summary {
  let count = 0
  let mean = 0
  let squares = 0
  let min = Infinity
  let max = -Infinity
  const add = (value: number): void => {
    count++
    const distance = value - mean
    mean += distance / count
    squares += distance * (value - mean)
    min = Math.min(min, value)
    max = Math.max(max, value)
  }
  if (typeof values !== 'number') for (const value of values) add(value)
  else if (!Number.isSafeInteger(values) || values < 0 || typeof draw !== 'function')
    throw new RangeError(
      `Cannot summarize as values is not an iterable, nor a non-negative safe integer with a function: ${values}`,
    )
  else for (let index = 0; index < values; index++) add(draw(index))
  return { count, mean, squares, min, max }
}

/**
 * The summary of all numbers of two summaries (Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for
 * computing sample variances", 1979). Exact but for rounding: one order of merging gives the same bits on any number of
 * workers, another may differ in the last digits.
 *
 * @param left A summary.
 * @param right Another one.
 * @returns A new summary.
 *
 * @example
 * ```ts
 * const parts = [summarize([1, 2]), summarize([6])]
 * parts.reduce(merge, summarize([])) // { count: 3, mean: 3, squares: 14, min: 1, max: 6 }
 * ```
 */
export function merge(left: Summary, right: Summary): Summary {
  // As they are: an empty one must not cost a digit.
  if (left.count === 0) return right
  if (right.count === 0) return left
  const count = left.count + right.count
  const distance = right.mean - left.mean
  const share = right.count / count
  return {
    count,
    mean: left.mean + distance * share,
    squares: left.squares + right.squares + distance * distance * left.count * share,
    min: Math.min(left.min, right.min),
    max: Math.max(left.max, right.max),
  }
}
