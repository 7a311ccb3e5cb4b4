// Driver and reader against each other, with every message between them delayed as fast-check likes.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Command } from './command.ts'
import { isGenerator, isGeneratorFunction } from './command.ts'
import { Driver } from './driver.ts'
import { Reader } from './reader.ts'

/** Messages of one direction: they arrive in order, one at each `deliver`. */
class Line {
  readonly #messages: (() => void)[] = []
  post(message: () => void): void {
    this.#messages.push(message)
  }
  get length(): number {
    return this.#messages.length
  }
  deliver(): void {
    this.#messages.shift()?.()
  }
}

interface Rig {
  readonly reader: Reader
  readonly toPage: Line
  readonly toWorker: Line
  readonly turns: Line
  /** How far the generator is ahead of what was posted to the page and read there. */
  readonly posted: () => number
  cancel(reason: unknown): void
  die(reason: unknown): void
}

function rig(generator: Generator | AsyncGenerator, batch: number): Rig {
  const [toPage, toWorker, turns] = [new Line(), new Line(), new Line()]
  let posted = 0
  let isDead = false
  let isOver = false
  const driver = new Driver(generator, {
    clock: { now: () => 0, after: () => () => {} },
    batch,
    turn: () => new Promise((resolve) => turns.post(resolve)),
    write: (value) => ({ item: value, transfer: [] }),
    post: (items, epoch) => {
      posted += items.length
      toPage.post(() => {
        if (!isDead && !isOver) reader.deliver(items, epoch)
      })
    },
  })
  const reader = new Reader('test', (command: Command) =>
    toWorker.post(() => {
      if (!isDead) driver.steer(command)
    }),
  )
  const end = (ending: Parameters<Reader['end']>[0]): void => {
    if (isOver) return
    isOver = true
    reader.end(ending)
  }
  toPage.post(() => reader.begin(false))
  driver.run().then(
    (value) => toPage.post(() => !isDead && end({ ok: true, value })),
    (error: unknown) => toPage.post(() => !isDead && end({ ok: false, error })),
  )
  reader.open()
  return {
    reader,
    toPage,
    toWorker,
    turns,
    posted: () => posted,
    cancel: (reason) => {
      end({ ok: false, error: reason })
      toWorker.post(() => driver.abort())
    },
    die: (reason) => {
      isDead = true
      end({ ok: false, error: reason })
    },
  }
}

/** Lets promises that are settled be heard of. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Delivers messages as the numbers choose among the lines, then all that are left. */
async function shuffle({ toPage, toWorker, turns }: Rig, order: readonly number[]): Promise<void> {
  const lines = [toPage, toWorker, turns]
  for (const choice of order) {
    lines[choice]!.deliver()
    await breathe()
  }
  while (lines.some(({ length }) => length > 0)) {
    for (const line of lines) line.deliver()
    await breathe()
  }
}

function* count(n: number, log: string[]): Generator<number, string> {
  try {
    for (let i = 0; i < n; i++) yield i
    return 'end'
  } finally {
    log.push('cleaned up')
  }
}
async function* countLater(n: number, log: string[]): AsyncGenerator<number, string> {
  try {
    for (let i = 0; i < n; i++) {
      if (i % 3 === 0) await Promise.resolve()
      yield i
    }
    return 'end'
  } finally {
    log.push('cleaned up')
  }
}

const order = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 30 })
const setting = {
  n: fc.integer({ min: 0, max: 90 }),
  batch: fc.constantFrom(1, 2, 7, 64),
  isAsync: fc.boolean(),
  order,
}

describe('whatever the order in which messages arrive', () => {
  it('all values are read in order, and then the end', async () => {
    const property = fc.asyncProperty(fc.record(setting), async ({ n, batch, isAsync, order }) => {
      const log: string[] = []
      const made = rig(isAsync ? countLater(n, log) : count(n, log), batch)
      const read = (async () => {
        const seen: unknown[] = []
        for (;;) {
          const { done, value } = await made.reader.request('next', undefined)
          seen.push(value)
          if (done) return seen
        }
      })()
      await shuffle(made, order)
      expect(await read).toEqual([...Array.from({ length: n }, (_, i) => i), 'end'])
      expect(log).toEqual(['cleaned up'])
    })
    await fc.assert(property, { numRuns: 60 })
  })

  it('from yield to yield it answers as a generator on the same thread does', async () => {
    type Kind = 'next' | 'return' | 'throw'
    const kind = fc.constantFrom<Kind>('next', 'next', 'next', 'return', 'throw')
    const requests = fc.array(kind, { maxLength: 12 })
    const property = fc.asyncProperty(
      fc.record({ ...setting, requests, together: fc.boolean() }),
      async ({ n, batch, isAsync, order, requests, together }) => {
        const make = (): AsyncGenerator<unknown, unknown, unknown> =>
          (async function* () {
            let got: unknown
            for (let i = 0; i < n; i++) {
              if (isAsync) await Promise.resolve()
              try {
                got = yield ['got', got]
              } catch (error) {
                got = yield ['caught', error]
              } finally {
                if (got === 'next 3') yield 'last words'
              }
            }
            return 'end'
          })()
        type Ask = (kind: Kind, value: unknown) => Promise<IteratorResult<unknown, unknown>>
        const converse = async (ask: Ask): Promise<unknown[]> => {
          const tell = (kind: Kind, value: unknown): Promise<unknown> =>
            ask(kind, value).then(
              (step) => ({ done: step.done, value: step.value }),
              (error: unknown) => ({ rejected: error }),
            )
          const answers: unknown[] = []
          const told: Promise<unknown>[] = [tell('next', undefined)]
          await told[0]
          for (const [at, kind] of requests.entries()) {
            told.push(tell(kind, `${kind} ${at}`))
            if (!together) await told.at(-1)
          }
          for (const each of told) answers.push(await each)
          return answers
        }
        const made = rig(make(), batch)
        const outcome: { answers?: unknown[] } = {}
        void converse((kind, value) => made.reader.request(kind, value)).then((answers) =>
          Object.assign(outcome, { answers }),
        )
        await shuffle(made, order)
        while (!outcome.answers) await shuffle(made, [])
        const here = make()
        expect(outcome.answers).toEqual(await converse((kind, value) => here[kind](value)))
      },
    )
    await fc.assert(property, { numRuns: 150 })
  })

  it('no more is posted than was asked for', async () => {
    const property = fc.asyncProperty(
      fc.record({ ...setting, reads: fc.integer({ min: 0, max: 20 }) }),
      async (chosen) => {
        const made = rig(count(1_000_000, []), chosen.batch)
        const reads = (async () => {
          for (let i = 0; i < chosen.reads; i++) await made.reader.request('next', undefined)
        })()
        await shuffle(made, chosen.order)
        await reads
        // The first value, and 16 batches beyond the one that is read.
        expect(made.posted()).toBeLessThanOrEqual(chosen.reads < 2 ? 1 : 1 + chosen.reads + 17 * chosen.batch)
      },
    )
    await fc.assert(property, { numRuns: 40 })
  })

  it('a cancel or a death ends every request, behind the values that came before', async () => {
    const property = fc.asyncProperty(
      fc.record({ ...setting, before: order, how: fc.constantFrom('cancel' as const, 'die' as const) }),
      async ({ batch, isAsync, order, before, how }) => {
        const log: string[] = []
        const made = rig(isAsync ? countLater(100_000, log) : count(100_000, log), batch)
        const seen: unknown[] = []
        const read = (async () => {
          for (;;) seen.push((await made.reader.request('next', undefined)).value)
        })()
        const outcome = read.catch((error: unknown) => error)
        for (const choice of before) {
          ;[made.toPage, made.toWorker, made.turns][choice]!.deliver()
          await breathe()
        }
        made[how]('over')
        await shuffle(made, order)
        expect(await outcome).toBe('over')
        expect(seen).toEqual(seen.map((_, i) => i))
        expect(log).toEqual(how === 'cancel' && seen.length > 0 ? ['cleaned up'] : log)
        expect(await made.reader.request('next', undefined)).toEqual({ done: true, value: undefined })
      },
    )
    await fc.assert(property, { numRuns: 60 })
  })

  it('a reader who is gone without a word ends the generator', async () => {
    const property = fc.asyncProperty(
      fc.record({ ...setting, reads: fc.integer({ min: 1, max: 5 }) }),
      async (chosen) => {
        const log: string[] = []
        const made = rig(count(100_000, log), chosen.batch)
        const reads = (async () => {
          for (let i = 0; i < chosen.reads; i++) await made.reader.request('next', undefined)
          made.reader.leave()
        })()
        await shuffle(made, chosen.order)
        await reads
        await shuffle(made, [])
        expect(log).toEqual(['cleaned up'])
      },
    )
    await fc.assert(property, { numRuns: 40 })
  })
})

describe('generators and their functions', () => {
  it('are recognised, and nothing else', () => {
    function* plain(): Generator<number> {
      yield 1
    }
    async function* later(): AsyncGenerator<number> {
      yield 1
    }
    expect([plain, later, () => 1, async () => 1, {}, null].map(isGeneratorFunction)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ])
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect([plain(), later(), [1].values(), new Map(), proxy, undefined, plain].map(isGenerator)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ])
  })
})
