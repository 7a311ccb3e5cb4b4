// What the author wrote: where in it a position of the code lies that other plugins made of it, and its comments.
import { decode } from '@jridgewell/sourcemap-codec'
import type { Range } from '../syntax/function-syntax.ts'
import type { SourceMapLike } from './source-map.ts'

/** A piece of what the author wrote. */
export interface OriginalRange extends Range {
  readonly file: string
  readonly text: string
}

/** Two positions of one thing. */
interface Link {
  readonly at: number
  readonly source: number
  readonly original: number
}

export interface Original {
  /** The place of a piece of the code: of where it starts, or of the first thing in it that is known. */
  rangeOf(range: Range): OriginalRange
  /**
   * For each comment that matches, the piece of the code that begins behind what stands before the comment, and ends
   * where the first thing after the comment begins.
   */
  behindComments(comment: RegExp): readonly Range[]
}

/** Offsets at which lines start, as source maps count them. */
function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** Reads the map of a module's code. Without a map, or without the text in it, the code is what the author wrote. */
export function originalOf(code: string, id: string, map?: SourceMapLike): Original {
  const [file = id] = id.split('?')
  const sources = (map?.sourcesContent ?? []).map((text, at) => ({ text, file: map!.sources[at] ?? file }))
  const plain = !map || sources.every(({ text }) => text === null || text === code)
  if (plain) return { rangeOf: (range) => ({ ...range, file, text: code }), behindComments: () => [] }

  let links: readonly Link[] | undefined
  const read = (): readonly Link[] => {
    const starts = lineStarts(code)
    const originals = sources.map(({ text }) => lineStarts(text ?? ''))
    return decode(map.mappings).flatMap((segments, line) =>
      segments.flatMap((segment): Link[] => {
        const [column, source = -1, originalLine = 0, originalColumn = 0] = segment
        const start = originals[source]?.[originalLine]
        if (start === undefined || typeof sources[source]?.text !== 'string') return []
        return [{ at: starts[line]! + column, source, original: start + originalColumn }]
      }),
    )
  }
  return {
    rangeOf(range) {
      links ??= read()
      const link =
        links.find(({ at }) => at >= range.start && at < range.end) ??
        links.findLast(({ at }) => at < range.start)
      if (!link) return { ...range, file, text: code }
      const source = sources[link.source]!
      const text = source.text!
      const written = code.slice(range.start, range.end)
      const isSame = text.startsWith(written, link.original)
      const end = link.original + (isSame ? written.length : 1)
      return { start: link.original, end, text, file: source.file }
    },
    behindComments(comment) {
      return sources.flatMap(({ text }, index) =>
        [...(text ?? '').matchAll(comment)].flatMap((found): Range[] => {
          links ??= read()
          const own = links.filter(({ source }) => source === index)
          const before = own.findLast(({ original }) => original < found.index)
          const after = own.find(({ original }) => original >= found.index + found[0].length)
          return after ? [{ start: before ? before.at + 1 : 0, end: after.at + 1 }] : []
        }),
      )
    },
  }
}
