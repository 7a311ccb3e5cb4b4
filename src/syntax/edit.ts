// Position-based edits of a text.

import type { Range } from './function-syntax.ts'

/** Puts `text` in place of a range. An empty range inserts. */
export interface Edit extends Range {
  readonly text: string
}

/**
 * Applies edits whose positions all refer to the given text, in any order. Insertions at one position keep their order and stand
 * before a replacement that begins there.
 *
 * @throws {RangeError} when two edits overlap or one lies outside of the text
 *
 * @example
 * ```ts
 * applyEdits('a + b', [{ start: 4, end: 5, text: 'c' }, { start: 0, end: 0, text: '!' }]) // '!a + c'
 * ```
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const ordered = edits.toSorted((a, b) => a.start - b.start || a.end - b.end)
  let result = ''
  let position = 0
  for (const edit of ordered) {
    if (!(edit.start <= edit.end && edit.start >= 0 && edit.end <= text.length)) {
      throw new RangeError(`Cannot edit ${edit.start}-${edit.end}: the text has 0-${text.length}`)
    }
    if (edit.start < position) {
      throw new RangeError(`Cannot edit ${edit.start}-${edit.end} as another edit reaches to ${position}`)
    }
    result += text.slice(position, edit.start) + edit.text
    position = edit.end
  }
  return result + text.slice(position)
}
