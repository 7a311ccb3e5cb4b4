import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { catalog } from './catalog.ts'

/** The error table of the README, as the catalog has it. `docs` of an error points at its row. */
const table = [
  '| code | when | what to do |',
  '| --- | --- | --- |',
  ...Object.entries(catalog).map(
    ([code, { summary, hint }]) => `| <a id="${code.toLowerCase()}"></a>\`${code}\` | ${summary} | ${hint} |`,
  ),
].join('\n')

describe('README.md', () => {
  it('lists every error of the catalog', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
    const found = /<!-- errors -->\n([^]*?)\n<!-- \/errors -->/.exec(readme)?.[1]
    const cells = (text: string | undefined) =>
      text
        ?.trim()
        .split('\n')
        .map((line) => line.split('|').map((cell) => cell.trim().replace(/^:?-+:?$/, '-')))
    expect(cells(found)).toEqual(cells(table))
  })
})
