// The simulation of the demo, shown on the page as it stands here: the price of an Asian option, on this thread or on a pool.
import type { Pool } from 'brine'

export interface Job {
  paths: number
  seed: number
  /** Where to run; without it the page's own thread does the work. */
  pool?: Pool
  signal: AbortSignal
  onBlock: () => void
}

export interface Estimate {
  estimate: number
  standardError: number
}

interface Sums {
  pairs: number
  sum: number
  squares: number
}

// With `scope`, a minifier keeps the names in this module (it must, for `eval`), and brine asks for them as they are in
// the text that runs. `using: { paths, ... }` would break as soon as a bundler renames something. For the same reason
// this is one module: in development, modules cannot see each other's variables.
// #region call
export async function price({ paths, seed, pool, signal, onBlock }: Job): Promise<Estimate> {
  // An ordinary closure: two variables, and a function that needs an object and a class.
  const simulate = (block: number) => simulateBlock(paths, seed, block)
  const blocks = Array.from({ length: BLOCKS }, (_, block) => block)

  if (!pool) return summarize(await oneByOne(blocks, simulate, onBlock, signal))

  // All of it travels to the workers. `scope` lets brine read by name what the closure uses.
  const workers = pool.with({ signal, scope: (name) => eval(name) })
  const tasks = blocks.map((block) => workers.offload(simulate, block))
  for (const task of tasks) task.then(onBlock, () => {})
  return summarize(await Promise.all(tasks))
}
// #endregion

/** Lets the page draw after each block: a plain loop would freeze it from start to end. */
async function oneByOne(
  blocks: number[],
  simulate: (block: number) => Sums,
  onBlock: () => void,
  signal: AbortSignal,
): Promise<Sums[]> {
  const { port1, port2 } = new MessageChannel()
  const sums: Sums[] = []
  for (const block of blocks) {
    sums.push(simulate(block))
    onBlock()
    // A message comes back at once; timers would wait 4 ms each time and make this run look slower than it is.
    await new Promise((resolve) => {
      port1.addEventListener('message', resolve, { once: true })
      port1.start()
      port2.postMessage(null)
    })
    signal.throwIfAborted()
  }
  port1.close()
  return sums
}

/** Adds up in the order of the blocks, whichever came back first: sums of doubles depend on their order. */
function summarize(blocks: Sums[]): Estimate {
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

// #region helpers
// A call on the average of weekly prices. There is no closed formula for an arithmetic average: people simulate it.
export const option = { spot: 100, strike: 100, rate: 0.05, volatility: 0.3, years: 1, weeks: 52 }

/** The work is always cut into as many blocks, so that the estimate does not depend on who computes which. */
export const BLOCKS = 64

/** Simulates one block of paths, in pairs: a random walk and its mirror image, whose errors partly cancel out. */
function simulateBlock(paths: number, seed: number, block: number): Sums {
  const { spot, strike, rate, volatility, years, weeks } = option
  const step = years / weeks
  const drift = Math.exp((rate - volatility ** 2 / 2) * step)
  const deviation = volatility * Math.sqrt(step)
  const discount = Math.exp(-rate * years)
  const share = (upTo: number) => Math.floor(((paths / 2) * upTo) / BLOCKS)
  const pairs = share(block + 1) - share(block)
  const normal = new Gaussians(seed, block)
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
