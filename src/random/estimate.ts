// What a sample tells of what it was drawn from: the mean with its error.
import { normalQuantile } from './normal-quantile.ts'
import type { Summary } from './summary.ts'

/** The mean of a sample, as an estimate of what it was drawn from. */
export interface Estimate {
  /** The mean of the sample. */
  readonly mean: number
  /** The unbiased variance of a single number, with `count - 1` below; NaN for fewer than two numbers. */
  readonly variance: number
  /** The square root of the variance. */
  readonly standardDeviation: number
  /** The standard deviation of the mean: that of a number divided by the square root of `count`. */
  readonly standardError: number
  /** Two bounds that enclose the true mean with the probability `level`; infinite for fewer than two numbers. */
  readonly interval: readonly [low: number, high: number]
}

/**
 * Estimates a mean from a sample, with its error. The interval is Student's, exact for normally distributed numbers and
 * close for the means of many others, by the central limit theorem. Up to 400 numbers its last digits are the engine's, as
 * they depend on `Math.sin` and the like; all else has the same bits everywhere.
 *
 * @param summary The sample.
 * @param level The probability that the interval encloses the true mean: above 0 and below 1. Default: 0.95.
 * @throws {RangeError} when the level is no such number.
 *
 * @example
 * ```ts
 * const { mean, standardError, interval } = estimate(summarize([1, 2, 3, 4, 5]))
 * mean // 3
 * standardError // Math.sqrt(0.5)
 * interval.map((bound) => bound.toFixed(3)) // ['1.037', '4.963']
 * ```
 */
export function estimate({ count, mean, squares }: Summary, level = 0.95): Estimate {
  if (!(level > 0 && level < 1))
    throw new RangeError(`Cannot estimate as the level is not a number between 0 and 1: ${String(level)}`)
  if (count < 2)
    return {
      mean,
      variance: NaN,
      standardDeviation: NaN,
      standardError: NaN,
      interval: [-Infinity, Infinity],
    }
  const variance = squares / (count - 1)
  const standardError = Math.sqrt(variance / count)
  const reach = studentReach(count - 1, level) * standardError
  return {
    mean,
    variance,
    standardDeviation: Math.sqrt(variance),
    standardError,
    interval: [mean - reach, mean + reach],
  }
}

/** From here on the series is right to nine digits, at levels up to 1 - 1e-6. */
const MANY_DEGREES = 400

/**
 * The x for which Student's t with whole degrees of freedom lies between -x and x with the probability `level`.
 *
 * Source: Abramowitz, Stegun, "Handbook of Mathematical Functions" (1964), 26.7.3 and 26.7.4 (finite sums for whole
 * degrees), 26.7.5 (series for many).
 */
export function studentReach(degrees: number, level: number): number {
  if (degrees >= MANY_DEGREES) {
    const x = normalQuantile((1 - level) / 2)
    const z = x * x
    const g1 = (x * (z + 1)) / 4
    const g2 = (x * ((5 * z + 16) * z + 3)) / 96
    const g3 = (x * (((3 * z + 19) * z + 17) * z - 15)) / 384
    const g4 = (x * ((((79 * z + 776) * z + 1482) * z - 1920) * z - 945)) / 92160
    return x + (g1 + (g2 + (g3 + g4 / degrees) / degrees) / degrees) / degrees
  }
  // The probability grows with the angle whose tangent is x / sqrt(degrees): halve until no number is left between.
  let low = 0
  let high = Math.PI / 2
  for (;;) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) return Math.sqrt(degrees) * Math.tan(high)
    if (within(degrees, middle) < level) low = middle
    else high = middle
  }
}

/** The probability that Student's t lies between plus and minus sqrt(degrees) * tan(angle). */
function within(degrees: number, angle: number): number {
  const sine = Math.sin(angle)
  const cosine = Math.cos(angle)
  const isOdd = degrees % 2 === 1
  let term = isOdd ? cosine : 1
  let sum = 0
  for (let k = isOdd ? 1 : 0; k <= degrees - 2; k += 2) {
    sum += term
    term *= (cosine * cosine * (k + 1)) / (k + 2)
  }
  return isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum
}
