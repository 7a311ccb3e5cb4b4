import { describe, expect, it } from 'vitest'
import { normalQuantile } from './normal-quantile.ts'

// Of `statistics.NormalDist().inv_cdf` of Python 3.
const known = [
  [2 ** -54, 8.292361075813595],
  [2 ** -53, 8.209536151601386],
  [1e-15, 7.941345326170995],
  [1e-12, 7.034483825301132],
  [1.3e-11, 6.66761145651074],
  [1.4e-11, 6.656723091518184],
  [1e-9, 5.9978070150076865],
  [1e-5, 4.2648907939228256],
  [0.001, 3.090232306167813],
  [0.0749, 1.4402382675279632],
  [0.075, 1.4395314709384557],
  [0.0751, 1.4388253927525398],
  [0.2, 0.8416212335729142],
  [0.3, 0.5244005127080407],
  [0.5, 0],
] as const

/** The probability above x: the density integrated by Simpson's rule, whose relative error is below 3e-13 with this step. */
function tailOf(x: number): number {
  const steps = 40_000
  const width = 12 / steps
  let sum = 0
  for (let step = 0; step <= steps; step++) {
    const at = x + step * width
    const weight = step === 0 || step === steps ? 1 : step % 2 === 1 ? 4 : 2
    sum += weight * Math.exp((-at * at) / 2)
  }
  return (sum * width) / 3 / Math.sqrt(2 * Math.PI)
}

describe('the normal quantile', () => {
  it.each(known)('of the tail %d', (tail, x) => {
    expect(Math.abs(normalQuantile(tail) - x)).toBeLessThanOrEqual(4e-16 * x)
  })

  it('is where the integral of the density says', () => {
    for (let tail = 0.5; tail > 2 ** -54; tail *= 0.83) {
      const back = tailOf(normalQuantile(tail))
      expect(Math.abs(back / tail - 1), `tail ${tail}`).toBeLessThan(3e-13)
    }
  })

  it('falls as the tail grows, also where one formula follows another', () => {
    for (const tail of [0.075, Math.exp(-25), 2 ** -16, Math.SQRT1_2 / 8, 2 ** -20]) {
      for (let step = -50; step < 50; step++) {
        const [one, next] = [tail * (1 + step * 1e-12), tail * (1 + (step + 1) * 1e-12)]
        expect(normalQuantile(next)).toBeLessThan(normalQuantile(one))
      }
    }
  })
})
