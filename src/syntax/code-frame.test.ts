// Code frames, as they are printed.

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { codeFrame } from './code-frame.ts'

const text = `const a = 1
const b = 2
function onTick() {
\treturn socket.send(a)
}
const c = 3
const d = 4`

function frame(source: string, piece: string, label?: string): string {
  const start = source.indexOf(piece)
  return `\n${codeFrame(source, { start, end: start + piece.length }, label)}\n`
}

test('two lines on either side, and tabs that do not move the marker', () => {
  expect(frame(text, 'socket', 'is a WebSocket')).toBe(`
  2 | const b = 2
  3 | function onTick() {
> 4 |   return socket.send(a)
    |          ^^^^^^ is a WebSocket
  5 | }
  6 | const c = 3
`)
})

test('fewer lines at the edges of the text, no label', () => {
  expect(frame(text, 'a = 1')).toBe(`
> 1 | const a = 1
    |       ^^^^^
  2 | const b = 2
  3 | function onTick() {
`)
  expect(frame(text, 'd = 4', 'here')).toBe(`
  5 | }
  6 | const c = 3
> 7 | const d = 4
    |       ^^^^^ here
`)
})

test('a range over several lines is marked to the end of its first', () => {
  expect(frame(text, '{\n\treturn')).toBe(`
  1 | const a = 1
  2 | const b = 2
> 3 | function onTick() {
    |                   ^
  4 |   return socket.send(a)
  5 | }
`)
})

test('line numbers stay aligned from 9 to 10', () => {
  const lines = Array.from({ length: 12 }, (_, i) => `line${i + 1}`).join('\n')
  expect(frame(lines, 'line9')).toBe(`
   7 | line7
   8 | line8
>  9 | line9
     | ^^^^^
  10 | line10
  11 | line11
`)
})

test('a long line is cut to a window around the marker, and the lines around to the same window', () => {
  const long = `${'a'.repeat(60)};${'b,'.repeat(300)}CULPRIT,${'c,'.repeat(300)}\n${'d'.repeat(620)}\nshort`
  expect(frame(long, 'CULPRIT', 'here')).toBe(`
> 1 | …,b,b,b,b,b,b,b,b,b,b,b,b,b,b,b,b,b,b,b,b,b,b,CULPRIT,c,c,c,c,c,c,c,c,c,c,c,c,c,c,c,c,c,c,c,c,c,c,c…
    |                                               ^^^^^^^ here
  2 | …${'d'.repeat(4)}
  3 |
`)
})

test('a marker longer than the window ends with it', () => {
  const lines = codeFrame(`x${'y'.repeat(500)}z`, { start: 1, end: 501 }, 'y').split('\n')
  expect(lines[0]).toBe(`> 1 | x${'y'.repeat(98)}…`)
  expect(lines[1]).toBe(`    |  ${'^'.repeat(99)} y`)
})

test('the end of a long line has a marker too', () => {
  const lines = codeFrame('x'.repeat(300), { start: 300, end: 300 }, 'end').split('\n')
  expect(lines).toEqual([`> 1 | …${'x'.repeat(99)}`, `    | ${' '.repeat(100)}^ end`])
})

test('no half of a character is left at a cut', () => {
  const { length } = '😀'.repeat(200)
  for (let shift = 0; shift < 2; shift++) {
    const frame = codeFrame(`${'😀'.repeat(200)}${'x'.repeat(shift)}!${'😀'.repeat(200)}`, {
      start: length + shift,
      end: length + shift + 1,
    })
    expect(frame).not.toMatch(/\p{Surrogate}/u)
  }
})

test.each(['\n', '\r\n', '\r', '\u2028', '\u2029'])('lines end with %j', (lineBreak) => {
  expect(frame(['one', 'two', 'three'].join(lineBreak), 'two')).toBe(`
  1 | one
> 2 | two
    | ^^^
  3 | three
`)
})

test('control characters are shown as dots', () => {
  expect(codeFrame('a\u001b[31m\u0007b', { start: 7, end: 8 }, 'b')).toBe('> 1 | a·[31m·b\n    |        ^ b')
})

test('positions outside of the text, at its end and within a line break are no trouble', () => {
  expect(codeFrame('', { start: 0, end: 0 }, 'x')).toBe('> 1 |\n    | ^ x')
  expect(codeFrame('ab', { start: 2, end: 2 })).toBe('> 1 | ab\n    |   ^')
  expect(codeFrame('ab', { start: 7, end: 9 })).toBe('> 1 | ab\n    |   ^')
  expect(codeFrame('ab', { start: -2, end: -1 })).toBe('> 1 | ab\n    | ^')
  expect(codeFrame('ab\r\ncd', { start: 3, end: 4 })).toBe('> 1 | ab\n    |   ^\n  2 | cd')
  expect(codeFrame('ab\ncd\n', { start: 6, end: 6 })).toBe('  1 | ab\n  2 | cd\n> 3 |\n    | ^')
})

test('the marker stands below the first character of the range, whatever the text', () => {
  const character = fc.constantFrom('a', 'b', '\t', '\n', '\r', ' ', '…', '\u0000')
  const source = fc.string({ unit: character, maxLength: 400 })
  fc.assert(
    fc.property(source, source, fc.constantFrom('X', 'XX'.repeat(80)), (before, after, marked) => {
      const lines = codeFrame(before + marked + after, {
        start: before.length,
        end: before.length + marked.length,
      }).split('\n')
      const at = lines.findIndex((line) => line.startsWith('>'))
      const marker = lines[at + 1]!
      expect(lines[at]![marker.indexOf('^')]).toBe('X')
      expect(lines.length).toBeLessThanOrEqual(6)
      for (const line of lines) expect(line.length).toBeLessThan(115)
    }),
  )
})
