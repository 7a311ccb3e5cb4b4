// From samples to figures: medians, and ratios to the floor.
import type { Measured } from './rounds.ts'

export interface Compared {
  readonly group: string
  readonly name: string
  /** Median, in nanoseconds. */
  readonly time: number
  /** Median of the ratios to the floor, each within one round; 1 for the floor itself. */
  readonly ratio: number
  /** The middle half of these ratios. */
  readonly spread: readonly [low: number, high: number]
  /** The shortest time against the shortest of the floor: what a loaded machine changes least. */
  readonly best: number
}

export function compare(measured: readonly Measured[]): Compared[] {
  return measured.map(({ group, name, samples }) => {
    const floor = measured.find((other) => other.group === group)!
    const ratios = samples.map((sample, round) => sample / floor.samples[round]!)
    return {
      group,
      name,
      time: quantile(samples, 0.5),
      ratio: quantile(ratios, 0.5),
      spread: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
      best: Math.min(...samples) / Math.min(...floor.samples),
    }
  })
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const place = share * (sorted.length - 1)
  const below = sorted[Math.floor(place)]!
  return below + (sorted[Math.ceil(place)]! - below) * (place % 1)
}
