// Monte Carlo for an Asian option. It knows nothing of brine: closures that use it carry it along by its import.

/** What is priced: a call on the average of weekly prices. */
export interface Contract {
  spot: number
  strike: number
  /** Of interest, a year, as a fraction. */
  rate: number
  /** Standard deviation of log returns over a year. */
  volatility: number
  years: number
  weeks: number
}

/** A part of the work. */
export interface Block {
  /** Which stream of random numbers it takes. */
  stream: number
  /** How many pairs of paths it simulates. */
  pairs: number
}

export interface Sums {
  pairs: number
  sum: number
  squares: number
}

export interface Estimate {
  estimate: number
  standardError: number
}

/** The work is always cut into as many blocks, so that the estimate does not depend on who computes which. */
export const BLOCKS = 64

/** Cuts the work into blocks, which are as large as each other, or nearly. */
export function cut(paths: number): Block[] {
  const share = (upTo: number) => Math.floor(((paths / 2) * upTo) / BLOCKS)
  return Array.from({ length: BLOCKS }, (_, stream) => ({ stream, pairs: share(stream + 1) - share(stream) }))
}

/** Adds up in the order of the blocks, whichever came back first: sums of doubles depend on their order. */
export function summarize(blocks: Sums[]): Estimate {
  let pairs = 0
  let sum = 0
  let squares = 0
  for (const block of blocks) {
    pairs += block.pairs
    sum += block.sum
    squares += block.squares
  }
  const mean = sum / pairs
  const variance = (squares - pairs * mean ** 2) / (pairs - 1)
  return { estimate: mean, standardError: Math.sqrt(variance / pairs) }
}

// #region simulate
/** Simulates one block in pairs of paths: a random walk and its mirror image, whose errors partly cancel out. */
export function simulate(contract: Contract, seed: number, { stream, pairs }: Block): Sums {
  const { spot, strike, rate, volatility, years, weeks } = contract
  const step = years / weeks
  const drift = Math.exp((rate - volatility ** 2 / 2) * step)
  const deviation = volatility * Math.sqrt(step)
  const discount = Math.exp(-rate * years)
  const normal = new Gaussians(seed, stream)
  let sum = 0
  let squares = 0
  for (let pair = 0; pair < pairs; pair++) {
    let walk = spot
    let mirror = spot
    let walkTotal = 0
    let mirrorTotal = 0
    for (let week = 0; week < weeks; week++) {
      const shock = Math.exp(deviation * normal.next())
      walk *= drift * shock
      mirror *= drift / shock
      walkTotal += walk
      mirrorTotal += mirror
    }
    const payoffs = Math.max(walkTotal / weeks - strike, 0) + Math.max(mirrorTotal / weeks - strike, 0)
    const value = (discount * payoffs) / 2
    sum += value
    squares += value * value
  }
  return { pairs, sum, squares }
}

/**
 * Normal random numbers: Philox4x32-10 (Salmon et al., SC 2011) and the Box-Muller transform. Each number is a function
 * of seed, stream and position alone, so that every block has a stream of its own and no thread waits for another.
 */
export class Gaussians {
  seed: number
  stream: number
  position = 0
  words = new Uint32Array(4)
  buffer = new Float64Array(4)

  constructor(seed: number, stream: number) {
    this.seed = seed
    this.stream = stream
  }

  next(): number {
    const index = this.position++ & 3
    if (index === 0) this.refill()
    return this.buffer[index]!
  }

  refill(): void {
    const { words, buffer } = this
    this.philox(this.position >>> 2, this.stream)
    for (let i = 0; i < 4; i += 2) {
      const radius = Math.sqrt(-2 * Math.log((words[i]! + 0.5) / 2 ** 32))
      const angle = (2 * Math.PI * words[i + 1]!) / 2 ** 32
      buffer[i] = radius * Math.cos(angle)
      buffer[i + 1] = radius * Math.sin(angle)
    }
  }

  /** Ten rounds of multiplication and exclusive or, from a counter of 64 bits and a key to 128 random bits. */
  philox(low: number, high: number): void {
    let [a, b, c, d] = [low, 0, high, 0]
    let keyA = this.seed
    let keyB = 0
    for (let round = 0; round < 10; round++) {
      // The upper halves of two products of 64 bits; doubles hold 53 bits, so in two steps of 48.
      const upperA = Math.floor((a * 0xd251 + Math.floor((a * 0x1f53) / 65536)) / 65536)
      const upperC = Math.floor((c * 0xcd9e + Math.floor((c * 0x8d57) / 65536)) / 65536)
      const lowerA = Math.imul(a, 0xd2511f53)
      const lowerC = Math.imul(c, 0xcd9e8d57)
      a = (upperC ^ b ^ keyA) >>> 0
      c = (upperA ^ d ^ keyB) >>> 0
      b = lowerC
      d = lowerA
      keyA = (keyA + 0x9e3779b9) | 0
      keyB = (keyB + 0xbb67ae85) | 0
    }
    this.words.set([a, b, c, d])
  }
}
// #endregion
