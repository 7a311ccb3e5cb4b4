import { extent } from 'd3-array'

export function spread(values: readonly number[]): number {
  const [least = 0, most = 0] = extent(values)
  return most - least
}
