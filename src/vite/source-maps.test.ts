// Source maps of both outputs: a function's body is found again where its author wrote it.
import { SourceMap } from 'node:module'
import { describe, expect, it } from 'vitest'
import { convert } from './convert.ts'
import { readModule } from './read-module.ts'

const code = `import { norm } from './norm'
const k = 2
let shared = 0
export const first = (v) => {
  shared++
  return norm(v) * k /* mark one */
}
function second() {
  return { deep: () => shared /* mark two */ }
}
export class Third {
  method() { return [k, 'mark three'] }
}
`
const {
  code: instrumented,
  map,
  closures,
} = convert(readModule(code)!, {
  id: '/app.js',
  runtime: 'sites',
  url: (group) => `"closures ${group}"`,
  importUrl: () => '"import"',
})!

/** The place of a text, with lines and columns from 0. */
function placeOf(text: string, mark: string): [line: number, column: number] {
  const before = text.slice(0, text.indexOf(mark)).split('\n')
  return [before.length - 1, before.at(-1)!.length]
}

const marks = ['shared++', 'norm(v) * k', 'mark one', 'mark two', 'mark three']
const [own, sharing] = closures

it('every group has a module', () => {
  expect(closures).toHaveLength(2)
})

describe.each([
  ['instrumented module', instrumented, map, marks],
  ['module of what imports nothing', own!.code, own!.map, ['mark three']],
  ['module of the shared scope', sharing!.code, sharing!.map, marks.slice(0, -1)],
])('the map of the %s', (_, output, generated, inside) => {
  const read = new SourceMap(
    JSON.parse(JSON.stringify(generated)) as ConstructorParameters<typeof SourceMap>[0],
  )

  it.each(inside)('finds %s', (mark) => {
    const [line, column] = placeOf(output, mark)
    const entry = read.findEntry(line, column) as { originalLine: number; originalColumn: number }
    expect([entry.originalLine, entry.originalColumn]).toEqual(placeOf(code, mark))
  })

  it('names the source and holds its text', () => {
    expect(read.payload.sources.map((source) => source.split('/').at(-1))).toEqual(['app.js'])
    expect(read.payload.sourcesContent).toEqual([code])
  })
})
