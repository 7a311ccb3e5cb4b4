// Every entry of the catalog keeps to the grammar of messages and says what to do.
import { describe, expect, it } from 'vitest'
import { BrineError } from './brine-error.ts'
import { catalog } from './catalog.ts'
import type { ErrorCode } from './catalog.ts'
import type { Entry } from './entry.ts'

const codes = Object.keys(catalog) as ErrorCode[]

/** Facts that stand for themselves, and a record of those that were read. */
function marked(): { facts: Record<string, string>; read: Set<string> } {
  const read = new Set<string>()
  const facts = new Proxy<Record<string, string>>(
    {},
    {
      get(_, key) {
        read.add(String(key))
        return `‹${String(key)}›`
      },
    },
  )
  return { facts, read }
}

describe.each(codes)('%s', (code) => {
  const { summary, message, hint } = catalog[code] as Entry<Record<string, string>>

  it('says what cannot be done, and as what or where', () => {
    const text = message(marked().facts)
    expect(text).toMatch(/^Cannot [a-z‹]\S*( [^:]+)?( as [^:]+|: ‹where›)/)
    expect(text).not.toMatch(/[.\n]$|undefined|\[object/)
  })

  it('says all the facts that it asks for', () => {
    const { facts, read } = marked()
    const text = message(facts)
    expect(read.size).toBeGreaterThan(0)
    for (const fact of read) expect(text).toContain(`‹${fact}›`)
  })

  it('has a summary and a hint in sentences', () => {
    for (const text of [summary, hint]) expect(text).toMatch(/^['A-Z][^\n]{15,}\.$/)
    expect(hint).not.toBe(summary)
  })

  it('makes an error that leads to its part of the README', () => {
    const error = new BrineError(code, marked().facts as never)
    expect(error.docs).toBe(`brine/README.md#${code.toLowerCase()}`)
    expect(error.message).toBe(`${message(marked().facts)}. ${hint}`)
    expect(error.hint).toBe(hint)
  })
})

it('names codes in words that make an anchor', () => {
  for (const code of codes) expect(code).toMatch(/^[A-Z]+(_[A-Z]+)+$/)
})
