import { decode } from '@jridgewell/sourcemap-codec'
import MagicString from 'magic-string'
import { describe, expect, it } from 'vitest'
import { assemble } from './assembly.ts'

const source = 'one\nlet two = [\n  2 ]\nthree'
const start = source.indexOf('two')
const slice = (): MagicString =>
  new MagicString(source.slice(start, source.indexOf('\nthree')), { offset: -start })

describe('an assembly', () => {
  it('joins new text and slices', () => {
    const text = assemble('/a.js', source)
    text.add('first\nsecond: ')
    text.addSlice(slice().overwrite(start, start + 3, 'deux'), start)
    text.add(';')
    expect(text.finish().code).toBe('first\nsecond: deux = [\n  2 ];')
  })

  it('maps slices alone, by the lines and columns of the whole source', () => {
    const text = assemble('/a.js', source)
    text.add('first\nsecond: ')
    text.addSlice(slice().overwrite(start, start + 3, 'deux'), start)
    text.add(';\n')
    text.addSlice(slice(), start)
    const { map } = text.finish()
    const lines = decode(map.mappings)
    expect(lines).toHaveLength(5)
    expect(lines[0]).toEqual([])
    // `deux`, then ` = [` from behind `two` on.
    expect(lines[1]!.slice(0, 2)).toEqual([
      [8, 0, 1, 4],
      [12, 0, 1, 7],
    ])
    expect(lines[2]!.at(-1)).toEqual([4, 0, 2, 4])
    expect(lines[3]![0]).toEqual([0, 0, 1, 4])
    expect(lines[4]![0]).toEqual([0, 0, 2, 0])
    expect(map).toMatchObject({ sources: ['/a.js'], sourcesContent: [source] })
  })
})
