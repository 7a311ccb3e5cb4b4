// What a worker loads for a closure: the modules that its own code imports, and none that others of its module do.
import { expect, test } from '@playwright/test'
import { build, createServer, preview } from 'vite'
import { createApp, outcomeOf, page as html } from './plugin-app.ts'

test.describe.configure({ timeout: 90_000 })

/** A module that notes where it is evaluated. */
const noting = (name: string, code: string): string =>
  `;(globalThis.evaluated ??= []).push('${name}')\n${code}`

const files = {
  'index.html': html,
  'src/main.ts': `import { createPool } from 'brine'
import { title } from './of-page.ts'
import { double } from './double.ts'
import { add, Sum } from './add.ts'

const rate = 3
const evaluated = () => globalThis.evaluated ?? []
const small = (n) => n * rate
const doubled = (n) => [n].map((each) => double(each) + small(each))[0]
const maker = (n) => {
  const start = double(n)
  return { small: (by) => small(by) + start, added: (by) => add(by, start), title: () => title }
}
class Counted extends Sum { of = [(n) => small(n), (n) => add(n, 1)]; twice() { return new Counted(double(this.n)) } }
let calls = 0
const counted = () => { calls++; return small(calls) }
const countedTwice = () => double(counted())
const callsHere = () => calls

// Beside each other, and apart: no closure uses two of them.
let element = document.body
const setElement = (next) => { element = next; return title }
const elementHere = () => element
setElement(document.body)
let moves = 0
const move = () => ++moves
const movesHere = () => moves
let sums = 0
const sum = () => add(++sums, 1)
const tooEarly = createPool({ size: 1 })
const early = tooEarly.offload(() => [move(), moves, evaluated()])
let late = 0
const later = () => ++late

const codeOf = (error) => [error.code, error.message.includes('of-page')]
const run = async () => {
  await using pool = createPool({ size: 1 })
  await using other = createPool({ size: 1 })
  const outcome = {
    small: await pool.offload(() => [small(2), evaluated()]),
    doubled: await pool.offload(() => [doubled(2), evaluated()]),
    page: await pool.offload(() => title).catch(codeOf),
    nested: await pool.offload(() => [1].map(() => [1].map(() => title))).catch(codeOf),
    stillSmall: await pool.offload(small, 3),
    shared: [await pool.offload(countedTwice), await pool.offload(counted), callsHere()],
  }
  await using fresh = createPool({ size: 1 })
  outcome.apart = [await early, await fresh.offload(move), await fresh.offload(later), await fresh.offload(evaluated)]
  outcome.apart.push(await fresh.offload(sum), await fresh.offload(evaluated), movesHere(), elementHere() === document.body)
  await tooEarly.close()
  await using makers = createPool({ size: 1 })
  const made = await makers.offload(() => {
    const start = double(1)
    return { small: (by) => small(by) + start, added: (by) => add(by, start) }
  })
  outcome.made = [made.small(1), made.added(1), await other.offload(made.small, 2), await other.offload(() => evaluated())]
  outcome.madeLater = [await other.offload(made.added, 2), await other.offload(() => evaluated())]
  const twice = await other.offload(() => new Counted(2).twice())
  outcome.class = [twice instanceof Counted, twice.n, twice.of[0](1), await other.offload(twice.of[1], 1)]
  outcome.maker = await other.offload(() => maker(1)).catch(codeOf)
  return outcome
}
run().then((value) => (globalThis.outcome = value), (error) => (globalThis.outcome = String(error.stack)))
`,
  'src/of-page.ts': noting('page', 'export const title = document.title'),
  'src/double.ts': noting('double', 'export const double = (n: number): number => n * 2'),
  'src/add.ts': noting(
    'add',
    'export const add = (a: number, b: number): number => a + b\nexport class Sum { constructor(public n: number) {} }',
  ),
}

const expected = {
  small: [6, []],
  doubled: [10, ['double']],
  page: ['MODULE_FAILED', true],
  nested: ['MODULE_FAILED', true],
  stillSmall: 9,
  // A call starts with the number of calls on the page, which keeps it.
  shared: [6, 3, 0],
  apart: [[1, 1, []], 1, 1, [], 2, ['add'], 0, true],
  made: [5, 3, 8, []],
  madeLater: [4, ['add']],
  class: [true, 4, 3, 2],
  maker: ['MODULE_FAILED', true],
}

for (const mode of ['development', 'build'] as const) {
  test(`${mode}: a closure loads what its own code imports`, async ({ page }) => {
    const app = createApp(files)
    try {
      const options = await app.config()
      if (mode === 'build') await build(options)
      const server = mode === 'build' ? await preview(options) : await (await createServer(options)).listen()
      try {
        expect(await outcomeOf(page, server.resolvedUrls!.local[0]!)).toEqual(expected)
      } finally {
        await server.close()
      }
    } finally {
      app.remove()
    }
  })
}
