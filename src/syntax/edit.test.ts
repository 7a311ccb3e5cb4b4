// Edits: examples, what is refused, and the edited text compared with one made piece by piece.

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyEdits } from './edit.ts'

test('edits may come in any order and refer to the text as it was', () => {
  const edits = [
    { start: 8, end: 9, text: 'three' },
    { start: 0, end: 1, text: 'one' },
    { start: 4, end: 5, text: '' },
  ]
  expect(applyEdits('a + b + c', edits)).toBe('one +  + three')
  expect(edits.map(({ start }) => start)).toEqual([8, 0, 4])
  expect(applyEdits('abc', [])).toBe('abc')
})

test('insertions at one position keep their order and stand before a replacement', () => {
  const edits = [
    { start: 1, end: 2, text: 'B' },
    { start: 1, end: 1, text: '1' },
    { start: 1, end: 1, text: '2' },
    { start: 2, end: 2, text: '3' },
    { start: 3, end: 3, text: '4' },
  ]
  expect(applyEdits('abc', edits)).toBe('a12B3c4')
})

test.each([
  [
    [
      [0, 2],
      [1, 3],
    ],
    'Cannot edit 1-3 as another edit reaches to 2',
  ],
  [
    [
      [0, 3],
      [1, 1],
    ],
    'Cannot edit 1-1 as another edit reaches to 3',
  ],
  [
    [
      [1, 2],
      [1, 2],
    ],
    'Cannot edit 1-2 as another edit reaches to 2',
  ],
  [[[2, 1]], 'Cannot edit 2-1: the text has 0-3'],
  [[[-1, 1]], 'Cannot edit -1-1: the text has 0-3'],
  [[[2, 4]], 'Cannot edit 2-4: the text has 0-3'],
  [[[NaN, 1]], 'Cannot edit NaN-1: the text has 0-3'],
])('%j is refused', (ranges, message) => {
  const edits = ranges.map(([start, end]) => ({ start: start!, end: end!, text: 'x' }))
  expect(() => applyEdits('abc', edits)).toThrow(new RangeError(message))
})

test('a text cut in pieces, with some replaced, is the edited text', () => {
  const piece = fc.record({ kept: fc.string(), old: fc.string({ minLength: 1 }), replacement: fc.string() })
  fc.assert(
    fc.property(fc.array(piece), fc.string(), fc.integer(), (pieces, tail, turn) => {
      let text = ''
      let expected = ''
      const edits = pieces.map(({ kept, old, replacement }) => {
        const start = text.length + kept.length
        text += kept + old
        expected += kept + replacement
        return { start, end: start + old.length, text: replacement }
      })
      const shift = edits.length === 0 ? 0 : Math.abs(turn) % edits.length
      const turned = [...edits.slice(shift), ...edits.slice(0, shift)]
      expect(applyEdits(text + tail, turned)).toBe(expected + tail)
    }),
  )
})
