// Shows a piece of a text in its context, for error messages.

import type { Range } from './function-syntax.ts'

const lineBreak = /\r\n|[\n\r\u2028\u2029]/g
const contextLines = 2
/** Columns of code. Longer lines, such as those of minified code, are cut to a window around the marker. */
const width = 100

/**
 * Frames `range` with line numbers, up to two lines before and after it, and a marker below its first line.
 *
 * @param label stands behind the marker
 *
 * @example
 * ```ts
 * codeFrame('const a = 1\nuse(socket)', { start: 16, end: 22 }, 'is a WebSocket')
 * //   1 | const a = 1
 * // > 2 | use(socket)
 * //     |     ^^^^^^ is a WebSocket
 * ```
 */
export function codeFrame(text: string, range: Range, label?: string): string {
  let start = clamp(range.start, 0, text.length)
  // A position within a \r\n belongs to the line that they end.
  if (text[start] === '\n' && text[start - 1] === '\r') start--
  const lines = text.split(lineBreak)
  // Breaks are one or two units long, hence counted and not computed from the lines.
  const breaks = [...text.slice(0, start).matchAll(lineBreak)]
  const index = breaks.length
  const lastBreak = breaks.at(-1)
  const lineStart = lastBreak ? lastBreak.index + lastBreak[0].length : 0
  const line = lines[index] ?? ''
  const from = Math.min(start - lineStart, line.length)
  const to = clamp(range.end - lineStart, from, line.length)
  const column = display(line.slice(0, from)).length
  const marked = Math.max(1, display(line.slice(from, to)).length)
  const window = windowAround(column, marked, display(line).length)

  const first = Math.max(0, index - contextLines)
  const last = Math.min(lines.length - 1, index + contextLines)
  const numberWidth = String(last + 1).length
  const frame: string[] = []
  for (let i = first; i <= last; i++) {
    const number = String(i + 1).padStart(numberWidth)
    frame.push(`${i === index ? '>' : ' '} ${number} | ${clip(display(lines[i] ?? ''), window)}`.trimEnd())
    if (i !== index) continue
    const marker = ' '.repeat(column - window.start) + '^'.repeat(Math.min(marked, window.end - column))
    frame.push(`  ${' '.repeat(numberWidth)} | ${marker}${label === undefined ? '' : ` ${label}`}`)
  }
  return frame.join('\n')
}

function windowAround(column: number, marked: number, length: number): Range {
  if (length <= width) return { start: 0, end: width }
  // Half of the window at the most is marker, so that some code is left around it.
  const margin = Math.floor((width - Math.min(marked, width / 2)) / 2)
  const start = clamp(column - margin, 0, length - width)
  return { start, end: Math.max(start + width, column + 1) }
}

// An ellipsis takes the place of the character at the cut, so that columns stay where they are.
function clip(line: string, { start, end }: Range): string {
  let piece = line.slice(start, end)
  if (start > 0 && piece !== '') piece = `…${piece.slice(1)}`
  if (end < line.length) piece = `${piece.slice(0, -1)}…`
  // The other half of a pair that was cut in two.
  return piece.replaceAll(/\p{Surrogate}/gu, '…')
}

// Tabs would put the marker at the mercy of the terminal, and control characters the terminal at the mercy of the text.
function display(piece: string): string {
  // oxlint-disable-next-line no-control-regex
  return piece.replaceAll('\t', '  ').replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '·')
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high)
}
