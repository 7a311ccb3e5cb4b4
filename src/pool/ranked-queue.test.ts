import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RankedQueue } from './ranked-queue.ts'

describe('the ranked queue', () => {
  it('gives the lowest rank first, and of equals the first number, whatever is taken out of its middle', () => {
    const command = fc.record({
      kind: fc.constantFrom('add', 'add', 'shift', 'remove'),
      rank: fc.integer({ min: 0, max: 5 }),
      at: fc.nat(20),
    })
    fc.assert(
      fc.property(fc.array(command, { maxLength: 100 }), (commands) => {
        const queue = new RankedQueue<{ rank: number; number: number }>()
        const model: { rank: number; number: number }[] = []
        for (const [number, { kind, rank, at }] of commands.entries()) {
          if (kind === 'add') {
            const item = { rank, number }
            queue.add(item)
            model.push(item)
            model.sort((a, b) => a.rank - b.rank || a.number - b.number)
          } else if (kind === 'shift') {
            const { first } = queue
            expect(first).toBe(model.shift())
            if (first) expect(queue.remove(first)).toBe(true)
          } else {
            const item = model[at] ?? { rank, number: -1 }
            expect(queue.remove(item)).toBe(model.includes(item))
            if (model.includes(item)) model.splice(model.indexOf(item), 1)
          }
          expect(queue.length).toBe(model.length)
          expect(queue.first).toBe(model[0])
        }
      }),
    )
  })
})
