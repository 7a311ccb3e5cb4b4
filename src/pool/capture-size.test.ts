// The guard against large captures: what counts, what is told, and how often.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { endAll, makeEngine, run } from '../../e2e/fixtures/fake-workers.ts'
import { shareValue } from './shares.ts'

const MIB = 1_048_576
const warn = vi.spyOn(console, 'warn')
beforeEach(() => void warn.mockReset().mockImplementation(() => {}))
afterEach(endAll)

describe('a large capture', () => {
  it('is told of once for each function, with the largest first', async () => {
    const { engine } = makeEngine()
    const table = new Uint8Array(3 * MIB)
    const text = 'x'.repeat(2 * MIB)
    const helper = (): number => text.length
    const sizes = (): number[] => [table.length, helper()]
    const using = { table, helper, text }
    for (let n = 0; n < 3; n++) {
      expect(await run(engine, sizes, [], { using }).ended).toEqual([3 * MIB, 2 * MIB])
    }
    expect(warn.mock.calls).toEqual([
      [
        "brine: 'sizes' captures 5.0 MiB, which is copied for each call: .table (3.0 MiB), .helper.text (2.0 MiB), " +
          '.helper (1 KiB). Wrap what is large in `share(…)`, or transfer it.',
      ],
    ])
  })

  it.each([
    ['an argument', (table: Uint8Array) => table.length, [new Uint8Array(2 * MIB)], {}],
    ['little', (n: number) => n, [1], {}],
  ])('is not %s', async (_, fn, args, settings) => {
    const { engine } = makeEngine()
    await run(engine, fn, args, settings).ended
    expect(warn).not.toHaveBeenCalled()
  })

  it('is not what is shared, or what moves', async () => {
    const { engine } = makeEngine()
    const environment = {}
    const shared = shareValue(new Uint8Array(2 * MIB), { action: 'share', environment, sharedMemory: false })
    await run(engine, () => shared.value.length, [], { using: { shared } }).ended
    const moved = new Uint8Array(2 * MIB)
    await run(engine, () => moved.length, [], { using: { moved }, transfer: [moved.buffer] }).ended
    expect(warn).not.toHaveBeenCalled()
  })

  it('is refused beyond the second limit, before it is copied', async () => {
    const { engine } = makeEngine()
    const table = new Uint8Array(2 * MIB)
    const call = run(engine, () => table.length, [], { using: { table }, captureLimits: { fail: MIB } })
    await expect(call.ended).rejects.toMatchObject({
      code: 'CAPTURE_TOO_LARGE',
      message: expect.stringContaining(
        'captures more than 1.0 MiB: 2.0 MiB, most of it in .table (2.0 MiB)',
      ) as string,
    })
    expect(engine.stats().workers).toBe(0)
    const patient = { warn: Infinity, fail: Infinity }
    expect(
      await run(engine, () => table.length, [], { using: { table }, captureLimits: patient }).ended,
    ).toBe(2 * MIB)
    expect(warn).not.toHaveBeenCalled()
  })
})
