import fc from 'fast-check'
import { max, mean, min, sampleStandardDeviation, sampleVariance, variance } from 'simple-statistics'
import { describe, expect, it } from 'vitest'
import { estimate, studentReach } from './estimate.ts'
import { stream } from './stream.ts'
import { merge, summarize } from './summary.ts'

const near = (actual: number, expected: number, relative: number): void =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected))

describe('a summary', () => {
  it('of nothing is the neutral element', () => {
    const none = summarize([])
    expect(none).toEqual({ count: 0, mean: 0, squares: 0, min: Infinity, max: -Infinity })
    const some = summarize([0.1, 0.2, 0.3])
    expect(merge(none, some)).toEqual(some)
    expect(merge(some, none)).toEqual(some)
    expect(merge(none, none)).toEqual(none)
  })

  it('is what simple-statistics says', () => {
    const numbers = fc.array(
      fc.integer({ min: -1e9, max: 1e9 }).map((n) => n / 1_000),
      { minLength: 2, maxLength: 60 },
    )
    fc.assert(
      fc.property(numbers, fc.nat(), (values, cut) => {
        const at = cut % values.length
        const whole = summarize(values)
        const merged = merge(summarize(values.slice(0, at)), summarize(values.slice(at)))
        const size = Math.max(...values.map(Math.abs))
        for (const summary of [whole, merged]) {
          expect(summary.count).toBe(values.length)
          expect(summary.min).toBe(min(values))
          expect(summary.max).toBe(max(values))
          expect(Math.abs(summary.mean - mean(values))).toBeLessThanOrEqual(1e-14 * size * values.length)
          const spread = Math.abs(summary.squares / values.length - variance(values))
          expect(spread).toBeLessThanOrEqual(1e-13 * size * size)
        }
      }),
    )
  })

  it('keeps a small spread beside a large mean', () => {
    // NIST's hard case is of this kind: the textbook formula, sum of squares less square of sum, gives nonsense here.
    const random = stream(9)
    const small = Array.from({ length: 10_000 }, () => Math.floor(random.float() * 1024) / 1024)
    const offset = small.map((value) => value + 1e9)
    const textbook =
      (offset.reduce((sum, x) => sum + x * x, 0) - offset.reduce((sum, x) => sum + x, 0) ** 2 / 1e4) / 9_999
    const expected = sampleVariance(small)
    expect(Math.abs(textbook / expected - 1)).toBeGreaterThan(0.1)
    const parts = Array.from({ length: 10 }, (_, n) => summarize(offset.slice(n * 1000, (n + 1) * 1000)))
    for (const summary of [summarize(offset), parts.reduce(merge)]) {
      near(estimate(summary).variance, expected, 1e-6)
      near(summary.mean, 1e9 + mean(small), 2e-15)
    }
  })

  it('of parts that are much unlike, as at the start of a simulation', () => {
    const values = [5, ...Array.from({ length: 9_999 }, (_, n) => -3 + (n % 7))]
    const merged = merge(summarize(values.slice(0, 1)), summarize(values.slice(1)))
    near(merged.mean + 5, mean(values) + 5, 1e-15)
    near(estimate(merged).standardDeviation, sampleStandardDeviation(values), 1e-13)
  })

  it('has the same bits for the same tree of merges', () => {
    const parts = Array.from({ length: 64 }, (_, n) => {
      const random = stream(4, n)
      return summarize(500, () => random.normal())
    })
    const late = [...parts].map((part) => structuredClone(part))
    expect(late.reduce(merge)).toEqual(parts.reduce(merge))
  })

  it('is plain data', () => {
    const summary = summarize([1, 2, 4])
    expect(structuredClone(summary)).toEqual(summary)
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary)
  })

  it('takes any iterable, or draws with an index', () => {
    const expected = summarize([0, 1, 4, 9])
    expect(summarize(new Float64Array([0, 1, 4, 9]))).toEqual(expected)
    expect(summarize(new Set([0, 1, 4, 9]))).toEqual(expected)
    expect(summarize(4, (index) => index * index)).toEqual(expected)
    expect(summarize(0, () => 1)).toEqual(summarize([]))
  })

  it('does not hide what is no number', () => {
    const { mean, min, max } = summarize([1, NaN, 2])
    expect([mean, min, max]).toEqual([NaN, NaN, NaN])
  })

  it.each([-1, 1.5, NaN, Infinity, 2 ** 53])('refuses to draw %d numbers', (count) => {
    expect(() => summarize(count, () => 1)).toThrow(
      new RangeError(
        `Cannot summarize as values is not an iterable, nor a non-negative safe integer with a function: ${count}`,
      ),
    )
  })

  it('refuses to draw without a function', () => {
    expect(() => summarize(3, undefined as never)).toThrow(RangeError)
  })
})

describe('an estimate', () => {
  it('of fewer than two numbers knows no spread', () => {
    for (const values of [[], [3]]) {
      expect(estimate(summarize(values))).toEqual({
        mean: values[0] ?? 0,
        variance: NaN,
        standardDeviation: NaN,
        standardError: NaN,
        interval: [-Infinity, Infinity],
      })
    }
  })

  it('of equal numbers has no width', () => {
    expect(estimate(summarize([2, 2, 2]))).toMatchObject({ variance: 0, standardError: 0, interval: [2, 2] })
  })

  it('encloses the true mean as often as its level says', () => {
    // 4,000 samples: the share has a standard deviation of 0.0034 at 95 %, of 0.0073 at 70 %.
    for (const [level, size, slack] of [
      [0.95, 4, 0.014],
      [0.7, 4, 0.029],
      [0.95, 150, 0.014],
    ] as const) {
      let hits = 0
      for (let sample = 0; sample < 4_000; sample++) {
        const random = stream('coverage', sample)
        const { interval } = estimate(
          summarize(size, () => 10 + 3 * random.normal()),
          level,
        )
        if (interval[0] <= 10 && 10 <= interval[1]) hits++
      }
      expect(Math.abs(hits / 4_000 - level)).toBeLessThan(slack)
    }
  })

  it.each([0, 1, -0.5, 1.5, NaN])('refuses the level %d', (level) => {
    expect(() => estimate(summarize([1, 2]), level)).toThrow(
      new RangeError(`Cannot estimate as the level is not a number between 0 and 1: ${level}`),
    )
  })
})

describe("Student's reach", () => {
  /** With x = sqrt(degrees) tan(angle) the density is proportional to a power of the cosine. By Simpson's rule. */
  function probability(degrees: number, x: number): number {
    const integral = (to: number): number => {
      const steps = 20_000
      let sum = 0
      for (let step = 0; step <= steps; step++) {
        const weight = step === 0 || step === steps ? 1 : step % 2 === 1 ? 4 : 2
        sum += weight * Math.cos((to * step) / steps) ** (degrees - 1)
      }
      return (sum * to) / steps / 3
    }
    return integral(Math.atan(x / Math.sqrt(degrees))) / integral(Math.PI / 2)
  }

  it.each([1, 2, 3, 4, 7, 30, 100, 399, 400, 401, 5_000])('for %d degrees of freedom', (degrees) => {
    for (const level of [0.01, 0.5, 0.9, 0.95, 0.99, 0.9999, 0.999999]) {
      const outside = 1 - probability(degrees, studentReach(degrees, level))
      near(outside, 1 - level, 2e-8)
    }
  })

  it.each([
    [1, 12.706204736174694],
    [2, 4.302652729749462],
    [10, 2.2281388519862744],
    [30, 2.0422724563012373],
    [100, 1.983971518523552],
    [1_000, 1.962339080826408],
    [1e9, 1.959963986912],
  ])('is the one of tables at 95 %% for %d degrees', (degrees, x) => {
    near(studentReach(degrees, 0.95), x, 1e-10)
  })
})
