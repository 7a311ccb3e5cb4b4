// In the page: measures contestants in turns, so that what the machine does meanwhile meets all of them.

export interface Contestant {
  /** Contestants of one group are compared with each other; the first one is the floor. */
  readonly group: string
  readonly name: string
  /** Does what is measured `count` times. */
  run(count: number): void | Promise<void>
}

export interface Pace {
  readonly rounds: number
  /** How long a measurement should last, in milliseconds. */
  readonly sample: number
}

export interface Measured {
  readonly group: string
  readonly name: string
  /** Nanoseconds for each time, one number a round. */
  readonly samples: number[]
}

/** Measures all contestants once a round, in an order that changes. */
export async function measure(
  contestants: readonly Contestant[],
  { rounds, sample }: Pace,
): Promise<Measured[]> {
  const entries: { contestant: Contestant; count: number; samples: number[] }[] = []
  for (const contestant of contestants) {
    entries.push({ contestant, count: await calibrate(contestant, sample), samples: [] })
  }
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? entries : entries.toReversed()
    for (const { contestant, count, samples } of order)
      samples.push((1e6 * (await timeOf(contestant, count))) / count)
  }
  return entries.map(({ contestant: { group, name }, samples }) => ({ group, name, samples }))
}

/** Finds how often something can be done in the time of a sample, which also warms it up. */
async function calibrate(contestant: Contestant, sample: number): Promise<number> {
  for (let count = 1; ; count *= 2) {
    // The shortest of several: a pause of the thread would pass for work, and the count come out far too low.
    let time = Infinity
    for (let again = 0; again < 5; again++) time = Math.min(time, await timeOf(contestant, count))
    if (time >= sample) return Math.max(1, Math.round((count * sample) / time))
  }
}

async function timeOf({ run }: Contestant, count: number): Promise<number> {
  const start = performance.now()
  const pending = run(count)
  if (pending) await pending
  return performance.now() - start
}
