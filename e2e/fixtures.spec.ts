// Whatever a function gives on the page it gives in the worker: the whole table, by offload, in a real browser.
import { expect } from '@playwright/test'
import { test } from './table-page.ts'

interface Report {
  ran: number
  failures: string[]
}

for (const variant of ['using', 'scope'] as const) {
  test(`the table of closures and values, with ${variant}`, async ({ tablePage }) => {
    test.setTimeout(120_000)
    const report = await tablePage.evaluate(async (variant): Promise<Report> => {
      const { cases, check, isAble } = table
      const pool = brine.createPool({ size: 2 })
      const chosen = cases.filter((each) => each.variants.includes(variant) && isAble(each))
      const failures: string[] = []
      for (const each of chosen) {
        const late = new Promise<string>((resolve) => setTimeout(resolve, 15_000, 'it takes too long'))
        const run = check(each, variant, brine, (fn, args, environment) =>
          pool.with(environment).offload(fn, ...(args as never[])),
        )
        const wrong = await Promise.race([run, late])
        if (wrong !== undefined) failures.push(`${each.name}: ${wrong}`)
      }
      await pool.close()
      return { ran: chosen.length, failures }
    }, variant)
    console.log(`${report.ran} cases with ${variant}, ${report.failures.length} failed`)
    expect(report.failures).toEqual([])
    expect(report.ran).toBeGreaterThanOrEqual(250)
  })
}

test.describe('the examples of the old posts', () => {
  test('globalArg = 2 and closureMaker(3) give 10 for 4', async ({ tablePage }) => {
    const results = await tablePage.evaluate(async () => {
      const { capture, offload, pool } = brine
      const globalArg = 2
      function closureMaker(captured: number) {
        return capture((own: number) => own + captured + globalArg + 1, { scope: ($) => eval($) })
      }
      function plainMaker(captured: number) {
        return (own: number) => own + captured + globalArg + 1
      }
      return [
        await offload(closureMaker(3), 4),
        await pool.with({ using: { captured: 3, globalArg } }).offload(plainMaker(3), 4),
      ]
    })
    expect(results).toEqual([10, 10])
  })

  test('bar, which needs foo, gives 10 for 3', async ({ tablePage }) => {
    const results = await tablePage.evaluate(async () => {
      function foo(x: number) {
        return x * 3
      }
      const bar = (z: number) => foo(z) + 1
      return [
        await brine.pool.with({ using: { foo } }).offload(bar, 3),
        await brine.pool.with({ scope: ($) => eval($) }).offload(bar, 3),
      ]
    })
    expect(results).toEqual([10, 10])
  })

  test('are the same as text of a module, in a worker that has no brine', async ({
    tablePage,
    browserName,
  }) => {
    const results = await tablePage.evaluate(async () => {
      const blobUrl = (text: string) => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))
      const inBareWorker = async (text: string, argument: unknown): Promise<unknown> => {
        const receiver = new Worker(
          blobUrl(`onmessage = async ({ data: { url, argument } }) => {
            const { default: fn } = await import(url)
            const brines = Object.getOwnPropertySymbols(globalThis).filter((key) => /brine/.test(key.description))
            postMessage([fn(argument), brines.length])
          }`),
          { type: 'module' },
        )
        try {
          return await new Promise((resolve, reject) => {
            receiver.addEventListener('message', ({ data }) => resolve(data))
            receiver.addEventListener('error', (event) => reject(new Error(event.message)))
            receiver.postMessage({ url: blobUrl(text), argument })
          })
        } finally {
          receiver.terminate()
        }
      }
      const globalArg = 2
      function closureMaker(captured: number) {
        return brine.capture((own: number) => own + captured + globalArg + 1, { scope: ($) => eval($) })
      }
      function foo(x: number) {
        return x * 3
      }
      const bar = (z: number) => foo(z) + 1
      return [
        await inBareWorker(await brine.toModule(closureMaker(3)), 4),
        await inBareWorker(await brine.toModule(bar, { using: { foo } }), 3),
      ]
    })
    expect(results, browserName).toEqual([
      [10, 0],
      [10, 0],
    ])
  })
})
