// The directives at the start of a module, read from its text: most modules have none of brine's, and are not parsed.

interface Directive {
  readonly value: string
  readonly start: number
  /** Behind its semicolon, if it has one. */
  readonly end: number
}

const HASHBANG = /^#!.*(?:\r\n|[\n\r\u2028\u2029])?/
const SPACE = /(?:\s|\/\/.*|\/\*[^]*?\*\/)*/y
const STRING = /(['"])((?:\\[^]|(?!\1)[^\\\n\r])*)\1/y
/** What makes an expression of a string and the line after it. */
const GOES_ON = /(?!\+\+|--|!(?!=))(?:[([.?,=+\-*/%&|^<>!`]|in(?:stanceof)?\b)/y

/** How long the hashbang of a module is, with the end of its line; 0 without one. */
export const hashbangLength = (code: string): number => HASHBANG.exec(code)?.[0].length ?? 0

/** All directives of a module. */
export function directivesOf(code: string): Directive[] {
  const found: Directive[] = []
  let at = hashbangLength(code)
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const text = pattern.exec(code)?.[0]
    at += text?.length ?? 0
    return text
  }
  for (;;) {
    take(SPACE)
    const start = at
    const text = take(STRING)
    if (text === undefined) return found
    let end = at
    const space = take(SPACE)!
    if (code[at] === ';') end = ++at
    else {
      GOES_ON.lastIndex = at
      const isLast = at === code.length || code[at] === '}'
      if (!isLast && (!/[\n\r\u2028\u2029]/.test(space) || GOES_ON.test(code))) return found
    }
    found.push({ value: text.slice(1, -1), start, end })
  }
}

/** The directives that are brine's own. */
export const ownDirectives = (code: string): Directive[] =>
  /use (?:no )?brine/.test(code)
    ? directivesOf(code).filter(({ value }) => value === 'use brine' || value === 'use no brine')
    : []

/** As long as a text, with its lines: positions behind it stay. */
export const blank = (text: string): string => text.replaceAll(/[^\n\r\u2028\u2029]/g, ' ')

/** A module without brine's own directives; undefined if it has none. */
export function withoutOwnDirectives(code: string): string | undefined {
  const own = ownDirectives(code)
  if (own.length === 0) return undefined
  return own.reduce(
    (text, { start, end }) => text.slice(0, start) + blank(text.slice(start, end)) + text.slice(end),
    code,
  )
}
