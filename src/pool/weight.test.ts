import { describe, expect, it } from 'vitest'
import { FORMAT_VERSION } from '../payload/types.ts'
import { weigh } from './weight.ts'

const weightOf = (value: unknown): number =>
  weigh({ brine: FORMAT_VERSION, code: [], heap: [{ kind: 'plain', value }], root: [0] })

describe('the weight of data', () => {
  it('has strings and buffers in full', () => {
    const empty = weightOf([])
    expect(weightOf(['x'.repeat(1_000_000)]) - empty).toBeGreaterThanOrEqual(1_000_000)
    expect(weightOf([new Uint8Array(5_000), new ArrayBuffer(700)]) - empty).toBeGreaterThanOrEqual(5_700)
    expect(weightOf([])).toBeLessThan(100)
  })

  it('grows with the length of an array, however long', () => {
    expect(weightOf(Array.from({ length: 1_000_000 }, () => 0))).toBeGreaterThanOrEqual(8_000_000)
  })

  it('ends where data contains itself, and where a proxy throws', () => {
    const cycle: unknown[] = []
    cycle.push(cycle, cycle)
    expect(weightOf(cycle)).toBeGreaterThan(0)
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no')
        },
      },
    )
    expect(weightOf(hostile)).toBeGreaterThanOrEqual(0)
  })
})
