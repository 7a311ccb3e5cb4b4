// Joins two source maps: of what was made from some code, and of that code itself.
import { decode, encode } from '@jridgewell/sourcemap-codec'
import type { SourceMapMappings, SourceMapSegment } from '@jridgewell/sourcemap-codec'
import { firstWhere } from './first-where.ts'

/** A source map with one source. */
export interface SourceMapLike {
  readonly mappings: string
  readonly sources: readonly (string | null)[]
  readonly sourcesContent?: readonly (string | null)[] | undefined
  readonly names?: readonly string[]
}

/** A map that brine made itself. */
export interface OwnSourceMap extends SourceMapLike {
  readonly version: 3
  readonly names: readonly string[]
}

/** The original position that a map gives to a position: that of the last segment before it. */
function segmentAt(mappings: SourceMapMappings, line: number, column: number): SourceMapSegment | undefined {
  const segments = mappings[line] ?? []
  return segments[firstWhere(segments.length, (at) => segments[at]![0] > column) - 1]
}

/** The map of `outer`, told in positions of the source of `inner`, from which the source of `outer` was made. */
export function joinMaps(outer: { readonly mappings: string }, inner: SourceMapLike): OwnSourceMap {
  const innerMappings = decode(inner.mappings)
  const mappings = decode(outer.mappings).map((line) =>
    line.flatMap((segment): SourceMapSegment[] => {
      if (segment.length === 1) return [segment]
      const original = segmentAt(innerMappings, segment[2], segment[3])
      return original && original.length > 1 ? [[segment[0], 0, original[2]!, original[3]!]] : []
    }),
  )
  return {
    version: 3,
    mappings: encode(mappings),
    sources: inner.sources.slice(0, 1),
    sourcesContent: inner.sourcesContent?.slice(0, 1),
    names: [],
  }
}
