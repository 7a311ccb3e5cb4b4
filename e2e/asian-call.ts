// The price of an arithmetic Asian call by numerical integration: what the simulation of the demo is held against.

interface Contract {
  spot: number
  strike: number
  rate: number
  volatility: number
  years: number
  weeks: number
}

/**
 * Integrates week by week instead of simulating, so that it shares nothing with the demo but the contract.
 *
 * With weekly log returns X1..Xn, the sum of prices is `spot * exp(C1)`, where `Ck = Xk + log(1 + exp(Ck+1))` and
 * `Cn = Xn` (Carverhill and Clewlow, 1990). The expectation over X1 is a Black-Scholes formula, those over the other
 * returns are sums over a grid. Good to five decimals with the demo's contract.
 */
export function asianCall({ spot, strike, rate, volatility, years, weeks }: Contract): number {
  const drift = (rate - volatility ** 2 / 2) * (years / weeks)
  const deviation = volatility * Math.sqrt(years / weeks)
  const size = 1_000
  const low = -1
  const step = (Math.log(weeks) + 3 - low) / (size - 1)
  const grid = Array.from({ length: size }, (_, index) => low + index * step)
  const normal = Array.from({ length: 65 }, (_, index) => {
    const z = (index - 32) / 4
    return { z, weight: Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI) / 4 }
  })

  let values = grid.map((c) => {
    const forward = (spot / weeks) * Math.exp(c + drift + deviation ** 2 / 2)
    const d = Math.log(forward / strike) / deviation + deviation / 2
    return forward * normalCdf(d) - strike * normalCdf(d - deviation)
  })
  for (let week = 1; week < weeks; week++) {
    const previous = values
    values = grid.map((c) => {
      let sum = 0
      for (const { z, weight } of normal) {
        sum += weight * interpolate(previous, (Math.log1p(Math.exp(c + drift + deviation * z)) - low) / step)
      }
      return sum
    })
  }
  return Math.exp(-rate * years) * interpolate(values, -low / step)
}

/** The cubic through four neighbours. */
function interpolate(values: readonly number[], place: number): number {
  const start = Math.min(Math.max(Math.floor(place), 1), values.length - 3)
  const t = place - start
  const [a, b, c, d] = values.slice(start - 1, start + 3) as [number, number, number, number]
  return (
    (-t * (t - 1) * (t - 2) * a) / 6 +
    ((t + 1) * (t - 1) * (t - 2) * b) / 2 -
    ((t + 1) * t * (t - 2) * c) / 2 +
    ((t + 1) * t * (t - 1) * d) / 6
  )
}

/** The normal distribution function, by its series around 0 (Marsaglia, 2004). */
function normalCdf(x: number): number {
  if (Math.abs(x) > 8) return x > 0 ? 1 : 0
  let sum = x
  let term = x
  for (let k = 3, before = Number.NaN; sum !== before; k += 2) {
    before = sum
    term *= (x * x) / k
    sum += term
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI)
}
