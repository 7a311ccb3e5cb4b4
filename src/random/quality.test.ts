// Streams look random: with fixed seeds, so that a test which passes goes on to pass. The bounds are those of tests at
// about one in a million; what is broken misses them by far.
import { describe, expect, it } from 'vitest'
import { normalQuantile } from './normal-quantile.ts'
import { stream } from './stream.ts'
import type { Stream } from './stream.ts'

/** Chi-square less its mean, in standard deviations. */
function chiSquareScore(counts: readonly number[] | Uint32Array, expected: number): number {
  const values = Array.from(counts)
  const chiSquare = values.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  const degrees = values.length - 1
  return (chiSquare - degrees) / Math.sqrt(2 * degrees)
}

/** The Kolmogorov-Smirnov distance of numbers from the uniform distribution on [0, 1), times the root of their count. */
function kolmogorov(values: Float64Array): number {
  const sorted = values.toSorted()
  const { length } = sorted
  const gaps = Array.from(sorted, (value, at) => Math.max((at + 1) / length - value, value - at / length))
  return Math.sqrt(length) * gaps.reduce((most, gap) => Math.max(most, gap))
}

/** Their correlation, times the root of their count: nearly a standard normal variable. */
function correlation(left: Float64Array, right: Float64Array): number {
  const sum = left.reduce((total, value, at) => total + (value - 0.5) * (right[at]! - 0.5), 0)
  return (12 * sum) / Math.sqrt(left.length)
}

const floats = (random: Stream, count: number): Float64Array => random.fill(new Float64Array(count))
const seeds = [0, 1, 2 ** 53 - 1, 'brine']

describe.each(seeds)('with the seed %s', (seed) => {
  it('floats are uniform', () => {
    const values = floats(stream(seed), 100_000)
    expect(kolmogorov(values)).toBeLessThan(2.7)
    const counts = new Uint32Array(1_000)
    for (const value of values) counts[Math.floor(value * 1_000)]!++
    expect(Math.abs(chiSquareScore(counts, 100))).toBeLessThan(5)
  })

  it('pairs of floats are uniform in the square', () => {
    const counts = new Uint32Array(1_024)
    const random = stream(seed, 1)
    for (let n = 0; n < 100_000; n++)
      counts[Math.floor(random.float() * 32) * 32 + Math.floor(random.float() * 32)]!++
    expect(Math.abs(chiSquareScore(counts, 100_000 / 1_024))).toBeLessThan(5)
  })

  it('every bit of a draw is fair', () => {
    const random = stream(seed, 2)
    const ones = new Uint32Array(32)
    for (let n = 0; n < 40_000; n++) {
      const word = random.next()
      for (let bit = 0; bit < 32; bit++) ones[bit]! += (word >>> bit) & 1
    }
    for (const count of ones) expect(Math.abs(count - 20_000) / 100).toBeLessThan(5)
  })

  it.each([2, 3, 6, 10, 1_000])('integers below %d are uniform', (n) => {
    const random = stream(seed, 3)
    const counts = new Uint32Array(n)
    for (let times = 0; times < 100 * n + 10_000; times++) counts[random.int(n)]!++
    expect(Math.abs(chiSquareScore(counts, 100 + 10_000 / n))).toBeLessThan(5.5)
  })

  it('integers below 3/4 of 2^32 are uniform, where a draw too many would come twice', () => {
    const random = stream(seed, 4)
    const counts = new Uint32Array(3)
    for (let times = 0; times < 30_000; times++) counts[Math.floor(random.int(3 * 2 ** 30) / 2 ** 30)]!++
    expect(Math.abs(chiSquareScore(counts, 10_000))).toBeLessThan(8)
  })

  it('normals have the moments and the tails of the normal distribution', () => {
    const random = stream(seed, 5)
    const count = 400_000
    const sums = [0, 0, 0, 0]
    const bounds = [normalQuantile(0.01), normalQuantile(0.001), normalQuantile(0.0001)]
    const beyond = [0, 0, 0]
    for (let n = 0; n < count; n++) {
      const value = random.normal()
      for (let power = 1; power <= 4; power++) sums[power - 1]! += value ** power
      bounds.forEach((bound, at) => (beyond[at]! += Math.abs(value) > bound ? 1 : 0))
    }
    // Mean and variance of the powers: moments of the normal distribution, 1, 3, 15, 105.
    const score = (power: number, mean: number, variance: number): number =>
      (sums[power - 1]! - count * mean) / Math.sqrt(count * variance)
    const scores = [score(1, 0, 1), score(2, 1, 2), score(3, 0, 15), score(4, 3, 96)]
    for (const [at, share] of [0.02, 0.002, 0.0002].entries())
      scores.push((beyond[at]! - count * share) / Math.sqrt(count * share))
    for (const each of scores) expect(Math.abs(each)).toBeLessThan(5)
  })

  it('neighbours have nothing in common: streams, seeds, and a stream with itself', () => {
    const own = floats(stream(seed, 10), 50_000)
    for (const other of [
      floats(stream(seed, 11), 50_000),
      floats(stream(seed, 10 + 2 ** 32), 50_000),
      floats(stream(typeof seed === 'string' ? `${seed}.` : (seed + 1) % 2 ** 53, 10), 50_000),
      floats(stream(seed, 10).jump(2), 50_000),
      floats(stream(seed, 10).jump(4), 50_000),
      floats(stream(seed, 10).jump(), 50_000),
    ])
      expect(Math.abs(correlation(own, other))).toBeLessThan(5)
  })
})

it('the first draws of many streams are as random as those of one', () => {
  const first = Float64Array.from({ length: 100_000 }, (_, index) => stream(1, index).float())
  expect(kolmogorov(first)).toBeLessThan(2.7)
  expect(Math.abs(correlation(first.subarray(1), first.subarray(0, -1)))).toBeLessThan(5)
  const ofSeeds = Float64Array.from({ length: 100_000 }, (_, seed) => stream(seed).float())
  expect(kolmogorov(ofSeeds)).toBeLessThan(2.7)
})

it('the checks see what is not random', () => {
  const steps = Float64Array.from({ length: 10_000 }, (_, n) => n / 10_000)
  expect(correlation(steps, steps)).toBeGreaterThan(50)
  expect(kolmogorov(steps.map((value) => value * 0.95))).toBeGreaterThan(4)
  const skewed = Array.from({ length: 100 }, (_, n) => (n === 0 ? 300 : 100))
  expect(chiSquareScore(skewed, 100)).toBeGreaterThan(20)
  expect(
    chiSquareScore(
      Array.from({ length: 100 }, () => 100),
      100,
    ),
  ).toBeLessThan(-5)
})
