// A text put together from new text and from edited slices of one source, with the map that leads back to that source.
import { encode } from '@jridgewell/sourcemap-codec'
import type { SourceMapMappings } from '@jridgewell/sourcemap-codec'
import type MagicString from 'magic-string'
import { firstWhere } from './first-where.ts'
import type { OwnSourceMap } from './source-map.ts'

export interface Assembly {
  /** Adds text that stands nowhere in the source. */
  add(text: string): void
  /** Adds an edited slice. Its cost is that of the slice, however long the source is. */
  addSlice(slice: MagicString, start: number): void
  /** What it is so far. */
  text(): string
  finish(): { readonly code: string; readonly map: OwnSourceMap }
}

/** Tells the line and column of a position, from 0. */
function lineTable(source: string): (position: number) => [line: number, column: number] {
  const starts = [0]
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1)
  return (position) => {
    const next = firstWhere(starts.length, (line) => starts[line]! > position)
    return [next - 1, position - starts[next - 1]!]
  }
}

/** Starts an empty text. */
export function assemble(id: string, source: string): Assembly {
  const placeOf = lineTable(source)
  const parts: string[] = []
  const mappings: SourceMapMappings = [[]]
  let column = 0

  const advance = (text: string): void => {
    const lines = text.split('\n')
    for (let more = lines.length - 1; more > 0; more--) mappings.push([])
    column = (lines.length > 1 ? 0 : column) + lines.at(-1)!.length
  }
  return {
    add(text) {
      parts.push(text)
      advance(text)
    },
    addSlice(slice, start) {
      const text = slice.toString()
      const [firstLine, firstColumn] = placeOf(start)
      const [line, before] = [mappings.length - 1, column]
      parts.push(text)
      advance(text)
      slice.generateDecodedMap({ hires: true }).mappings.forEach((segments, down) => {
        const target = mappings[line + down]!
        for (const [generated, , originalLine, originalColumn] of segments as [
          number,
          number,
          number,
          number,
        ][]) {
          target.push([
            generated + (down === 0 ? before : 0),
            0,
            originalLine + firstLine,
            originalColumn + (originalLine === 0 ? firstColumn : 0),
          ])
        }
      })
    },
    text: () => parts.join(''),
    finish: () => ({
      code: parts.join(''),
      map: { version: 3, mappings: encode(mappings), sources: [id], sourcesContent: [source], names: [] },
    }),
  }
}
