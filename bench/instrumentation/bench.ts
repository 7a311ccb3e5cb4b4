// What the plugin costs closures that never leave the page: time to create and to call them, and bytes.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brine } from 'brine/vite'
import { root } from '../../scripts/run.mjs'
import { servePage } from '../app.ts'
import type { Bed, Bench, Table } from '../bench.ts'
import { compare } from '../compare.ts'
import type { Measured } from '../rounds.ts'
import { growth } from './growth.ts'
import type { Result } from './page.ts'

const folder = join(root, 'bench/instrumentation')

export const instrumentation: Bench = {
  name: 'instrumentation',
  run: async (bed) => [...(await times(bed)), await growth()],
}

async function times({ browser, rounds, sample }: Bed): Promise<Table[]> {
  const shapes = readFileSync(join(folder, 'shapes.ts'), 'utf8')
  const main = `import * as plain from './plain.ts'
import * as converted from './converted.ts'
import { start } from ${JSON.stringify(join(folder, 'page.ts'))}
start(plain, converted)`
  const files = { 'main.ts': main, 'plain.ts': shapes, 'converted.ts': `'use brine'\n${shapes}` }
  const served = await servePage(files, { plugins: [brine()] })
  try {
    const page = await browser.newPage()
    await page.goto(served.url)
    const { creations, calls } = (await page.evaluate((pace) => globalThis.bench(pace), {
      rounds,
      sample,
    })) as Result
    const note = `Medians of ${rounds} rounds. The ratio is that within a round, its middle half in brackets; best: of the shortest times.`
    return [table('Creating a closure', creations, note), table('Calling a closure', calls, note)]
  } finally {
    await served.close()
  }
}

function table(title: string, measured: readonly Measured[], note: string): Table {
  const compared = compare(measured)
  const floors = compared.filter(({ name }) => name === 'plain')
  const rows = floors.map((plain) => {
    const converted = compared.find(({ group, name }) => group === plain.group && name === 'converted')!
    return [
      plain.group,
      nanoseconds(plain.time),
      nanoseconds(converted.time),
      (1e3 / converted.time).toFixed(2),
      `${converted.ratio.toFixed(2)}x`,
      `(${converted.spread.map((ratio) => ratio.toFixed(2)).join(' to ')})`,
      `${converted.best.toFixed(2)}x`,
    ]
  })
  return {
    title,
    columns: ['shape', 'plain', 'converted', 'M/s', 'ratio', '', 'best'],
    rows,
    note,
    data: compared,
  }
}

function nanoseconds(time: number): string {
  return `${time.toFixed(time < 10 ? 1 : 0)} ns`
}
