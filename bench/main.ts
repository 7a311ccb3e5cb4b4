// Runs the benches that the command line names, prints their tables and writes them down.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { ensure, find, use } from '../scripts/browsers.mjs'
import { root } from '../scripts/run.mjs'
import type { Bench, Table } from './bench.ts'
import { instrumentation } from './instrumentation/bench.ts'

const benches: readonly Bench[] = [instrumentation]

// Short measurements and many rounds: a machine that does something else meanwhile then spoils few of them.
const thorough = { rounds: 51, sample: 8 }
const quick = { rounds: 11, sample: 4 }

/** Takes the names of benches, all of them by default, and `quick`. Returns an exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const names = args.filter((arg) => arg !== 'quick')
  const unknown = names.find((name) => !benches.some((bench) => bench.name === name))
  if (unknown !== undefined) {
    const known = benches.map(({ name }) => name).join(', ')
    console.error(`bench: Cannot run '${unknown}' as there is no such bench: there are ${known}, and 'quick'`)
    return 1
  }
  const pace = args.includes('quick') ? quick : thorough
  const { launchOptions } = use(find('chromium') ?? (await ensure('chromium'))) as {
    launchOptions: Parameters<typeof chromium.launch>[0]
  }
  for (const bench of benches) {
    if (names.length > 0 && !names.includes(bench.name)) continue
    // A browser of its own, so that benches do not warm each other up.
    const browser = await chromium.launch({ ...launchOptions, headless: true })
    try {
      const tables = await bench.run({ browser, ...pace })
      for (const table of tables) print(table)
      write(bench.name, { chromium: browser.version(), ...pace }, tables)
    } finally {
      await browser.close()
    }
  }
  return 0
}

function print({ title, columns, rows, note }: Table): void {
  const widths = columns.map((column, at) =>
    Math.max(...[column, ...rows.map((row) => row[at]!)].map(({ length }) => length)),
  )
  const line = (cells: readonly string[]): string =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  ')
  console.log(`\n${title}\n\n${line(columns)}\n${widths.map((width) => '-'.repeat(width)).join('  ')}`)
  for (const row of rows) console.log(line(row))
  if (note !== undefined) console.log(`\n${note}`)
}

function write(name: string, setting: object, tables: readonly Table[]): void {
  const folder = join(root, 'bench/results')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${name}.json`)
  const [cpu] = cpus()
  const machine = { cpu: cpu?.model, cores: cpus().length, platform: process.platform }
  const results = tables.map(({ title, data }) => ({ title, data }))
  writeFileSync(
    file,
    `${JSON.stringify({ name, at: new Date().toISOString(), machine, ...setting, results }, null, 2)}\n`,
  )
  console.log(`\nWritten to bench/results/${name}.json`)
}
