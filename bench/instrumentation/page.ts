// In the page: the plain and the converted module in turns.
import { measure } from '../rounds.ts'
import type { Contestant, Measured, Pace } from '../rounds.ts'
import type * as Shapes from './shapes.ts'

export interface Result {
  readonly creations: readonly Measured[]
  readonly calls: readonly Measured[]
}

export function start(plain: typeof Shapes, converted: typeof Shapes): void {
  const contestants = (part: keyof typeof Shapes): Contestant[] =>
    Object.keys(plain[part]).flatMap((group) => [
      { group, name: 'plain', run: plain[part][group]! },
      { group, name: 'converted', run: converted[part][group]! },
    ])
  globalThis.bench = async (pace: Pace): Promise<Result> => ({
    creations: await measure(contestants('creations'), pace),
    calls: await measure(contestants('calls'), pace),
  })
}
