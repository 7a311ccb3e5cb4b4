// The pool under every order of events: calls, results, cancels, timeouts, deaths and time, within messages and between.
import fc from 'fast-check'
import { afterEach, expect, it } from 'vitest'
import { FakeWorker, Lab, endAll, makeEngine, run, workerClock } from '../../e2e/fixtures/fake-workers.ts'
import type { Run } from '../../e2e/fixtures/fake-workers.ts'
import { isBrineError } from '../errors/brine-error.ts'
import type { CallSettings } from './call.ts'

const step = (key: unknown): unknown => globalThis.brineLab.enter(key)
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

const kinds: readonly CallSettings[] = [
  {},
  {},
  { retries: 3 },
  { retries: 3, backoff: 20 },
  { timeout: 100, grace: 10 },
  { priority: 1 },
  { label: 'limited' },
]
const ends = ['done', 'failed', 'cancelled', 'stalled']

const event = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('call' as const), at: fc.nat(6), shut: fc.boolean() }),
  },
  ...(['cancel', 'open', 'die', 'time', 'workerTime', 'turn', 'turn', 'depend'] as const).map((name) => ({
    weight: name === 'turn' ? 3 : 1,
    arbitrary: fc.record({ do: fc.constant(name), at: fc.nat(20), shut: fc.constant(false) }),
  })),
)

afterEach(async () => {
  await endAll()
  Reflect.deleteProperty(globalThis, 'brineLab')
})

it('settles each call once, with its value or a typed error, and leaves nothing behind', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(event, { maxLength: 40 }),
      async (size, events) => {
        const lab = (globalThis.brineLab = new Lab())
        const { engine, clock } = makeEngine({ size, limits: { limited: 1 } })
        await run(engine, step, ['known']).ended
        const calls: { call: Run; settings: CallSettings }[] = []
        const act: Record<(typeof events)[number]['do'], (at: number, shut: boolean) => unknown> = {
          call: (at, shut) => {
            const key = calls.length
            const settings = kinds[at]!
            if (shut) lab.shut(key)
            calls.push({ call: run(engine, step, [key], settings), settings })
          },
          depend: (at) => {
            const before = calls[at]
            if (!before) return
            const key = calls.length
            const settings = { dependsOn: [before.call.ended] }
            calls.push({ call: run(engine, (_: unknown, own: unknown) => own, [key], settings), settings })
          },
          cancel: (at) => calls[at]?.call.cancel('cancelled'),
          open: (at) => lab.open(at),
          die: (at) => {
            // One that dies before it was heard of is known by its silence alone, after a minute.
            const living = FakeWorker.all.filter(({ heard, terminated }) => heard && !terminated)
            living[at % living.length]?.die()
          },
          time: (at) => clock.advance(at * 5),
          workerTime: (at) => workerClock.advance(at),
          turn,
        }
        for (const { do: name, at, shut } of events) await act[name](at, shut)

        for (const key of calls.keys()) lab.open(key)
        const isSettled = ({ call }: { call: Run }): boolean => ends.includes(call.log.at(-1)!)
        for (let turns = 0; !calls.every(isSettled); turns++) {
          expect(turns, 'every call settles').toBeLessThan(500)
          clock.advance(50)
          workerClock.advance(5)
          await turn()
        }
        await engine.close()
        await turn()
        for (const [key, { call, settings }] of calls.entries()) {
          expect(call.log.filter((entry) => ends.includes(entry))).toHaveLength(1)
          const end = await call.ended.then(
            (value) => ({ value }),
            (error: unknown) => ({ error }),
          )
          if ('value' in end) expect(end.value).toBe(key)
          else if (end.error instanceof DOMException) expect(settings.timeout, end.error.message).toBe(100)
          else if (end.error !== 'cancelled') {
            expect(isBrineError(end.error, 'WORKER_CRASHED') || isBrineError(end.error, 'TASK_STALLED')).toBe(
              true,
            )
          }
        }
        expect(engine.stats()).toMatchObject({ queued: 0, running: 0, workers: 0 })
        expect(clock.timers.size, 'no timer is left').toBe(0)
        expect(FakeWorker.all.every(({ terminated }) => terminated)).toBe(true)
        await endAll()
      },
    ),
    { numRuns: 200 },
  )
})
