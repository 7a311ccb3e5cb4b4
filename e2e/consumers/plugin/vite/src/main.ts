// An app in TypeScript whose closures capture by themselves: helpers, a class, packages of either kind, shared state.
import { createPool, isBrineError, offload, pool, task } from 'brine'
import { mean } from 'd3-array'
import ms from 'ms'
import { Account, Currency } from './account.ts'
import { later } from './later.ts'
import { spread } from './statistics.ts'

interface Outcome {
  readonly n: number
  readonly onPage: boolean
}

const rate: number = 1.5
const samples = [1, 2, 3, 4]
let calls = 0
const counted = (n: number): number => {
  calls++
  return n * calls
}

async function* letters(): AsyncGenerator<string> {
  yield 'a'
  yield 'b'
}

const ways: Record<string, () => unknown> = {
  captured: () => offload((n: number): Outcome => ({ n: n * rate, onPage: 'document' in globalThis }), 2),
  helpers: () => offload(() => spread(samples) * rate),
  helper: () => offload(spread, [2, 9]),
  esmPackage: () => offload(() => mean(samples)),
  commonPackage: () => offload(() => ms('2 days')),
  shared: async () => [await offload(() => counted(2) + counted(2)), calls],
  classes: async () => {
    const account = new Account('Ann', 10)
    const richer = await offload((by: number) => account.plus(by), 5)
    return [richer instanceof Account, richer.balance, account.balance]
  },
  enums: () => offload(() => Currency[Currency.Euro]),
  later: () => later(2),
  generators: () =>
    offload(async () => {
      let all = ''
      for await (const letter of letters()) all += letter
      return all
    }),
  progress: async () => {
    const seen: unknown[] = []
    await pool.with({ onProgress: (value) => seen.push(value) }).offload(() => task.progress(rate))
    return seen
  },
  ownPool: async () => {
    await using own = createPool({ size: 1 })
    return await own.offload(() => rate * 2)
  },
  thrown: () =>
    offload(() => {
      throw new RangeError(`beyond ${rate}`)
    }).catch((error: Error) => [error instanceof RangeError, error.message]),
  refused: () =>
    offload(() => samples.length + (document.body ? 1 : 0), document.body as never).catch((error: unknown) =>
      isBrineError(error) ? error.code : String(error),
    ),
}

const outcomes: Record<string, unknown> = {}
for (const [name, way] of Object.entries(ways)) {
  try {
    outcomes[name] = await way()
  } catch (error) {
    outcomes[name] = String(error)
  }
}
document.querySelector('#outcomes')!.textContent = JSON.stringify(outcomes, null, 2)
