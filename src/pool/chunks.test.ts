// The sizes of chunks, by costs that are made up.
import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { Chunks, TARGET_MS } from './chunks.ts'

const WORKERS = 2
const options = { workers: WORKERS, first: 16, longest: 1_000_000 }

/** All chunks of `total` items that take `ms` each, in order. */
function sizesFor(total: number, ms: (index: number) => number): number[] {
  const chunks = new Chunks(options)
  const sizes: number[] = []
  for (let at = 0; at < total;) {
    const size = chunks.next(total - at)
    sizes.push(size)
    let cost = 0
    for (let index = at; index < at + size; index++) cost += ms(index)
    chunks.note(size, cost)
    at += size
  }
  return sizes
}

describe('chunks', () => {
  it('cover all items, and none twice', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20_000 }),
        fc.double({ min: 0, max: 20, noNaN: true }),
        fc.option(fc.integer({ min: 1, max: 500 }), { nil: undefined }),
        (total, ms, size) => {
          const chunks = new Chunks({ ...options, size })
          let left = total
          while (left > 0) {
            const next = chunks.next(left)
            expect(Number.isInteger(next) && next >= 1 && next <= left).toBe(true)
            if (size !== undefined) expect(next).toBe(Math.min(size, left))
            chunks.note(next, next * ms)
            left -= next
          }
        },
      ),
    )
  })

  it('start small and grow to some milliseconds of work', () => {
    const sizes = sizesFor(100_000, () => 0.01)
    expect(sizes.slice(0, 3)).toEqual([16, 256, TARGET_MS * 100])
    expect(Math.max(...sizes)).toBe(TARGET_MS * 100)
  })

  it('shrink towards the end: the last take little, and each at most its share of what is left', () => {
    const total = 10_000
    const sizes = sizesFor(total, () => 0.01)
    let left = total
    for (const size of sizes) {
      // Half a millisecond is the least.
      expect(size).toBeLessThanOrEqual(Math.max(50, left / (2 * WORKERS)))
      left -= size
    }
    expect(sizes.at(-1)! * 0.01).toBeLessThanOrEqual(0.5)
  })

  it('have one item where items are long', () => {
    expect(new Set(sizesFor(100, () => 50).slice(1))).toEqual(new Set([1]))
  })

  it('follow a cost that changes', () => {
    const sizes = sizesFor(20_000, (index) => (index < 10_000 ? 0.001 : 1))
    expect(sizes.at(-1)).toBe(1)
    expect(Math.max(...sizes)).toBeGreaterThan(1_000)
  })

  it('grow where the clock shows nothing', () => {
    expect(sizesFor(100_000, () => 0).slice(0, 3)).toEqual([16, 256, 4096])
  })

  it('of an endless source have a limit', () => {
    const chunks = new Chunks({ ...options, longest: 1_000 })
    for (let n = 0; n < 5; n++) chunks.note(chunks.next(), 0)
    expect(chunks.next()).toBe(1_000)
  })
})
