// When a variable is taken for one that a minifier has renamed.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Environment } from '../realm/registry.ts'
import { analyseFunction } from '../syntax/analyse.ts'
import * as minification from './minified.ts'
import { mistaken, note } from './renamed.ts'
import type { CaptureRequest } from './types.ts'

const { isCompact, isMinified } = minification

/** Evaluated as a script: no tool changes its text. */
const evaluate = (text: string): unknown => (0, eval)(`(${text})`)

type Using = NonNullable<Environment['using']>

function doubt(text: string, using: Using, caller?: string): unknown {
  const request = { environment: { using }, call: {} } as CaptureRequest
  if (caller) note(analyseFunction(caller).free, request.call)
  const { free } = analyseFunction(text)
  note(free, request.call)
  return mistaken(free, text, request)
}

it('knows its own code, which is not minified here', () => expect(isMinified()).toBe(false))

it.each([
  ['e=>n.get(e)', true],
  ['function(e){return typeof e<"u"&&n in e}', true],
  ['async e=>{let t=await n(e);return t}', true],
  ['(e) => n.get(e)', false],
  ['e=>{\n  return n\n}', false],
  ['e => n', false],
])('sees whether a text is compact: %s', (text, expected) => expect(isCompact(text)).toBe(expected))

describe('in minified code', () => {
  beforeEach(() => void vi.spyOn(minification, 'isMinified').mockReturnValue(true))
  afterEach(() => void vi.restoreAllMocks())

  it('a short name is in doubt beside keys that no code mentions', () => {
    expect(doubt('e=>n.get(e)', { n: 1, rates: 2 })).toEqual({ name: 'n', keys: "'rates'" })
    expect(doubt('e=>t+n', { t: 1, n: 2, k: 3 })).toEqual({ name: 't', keys: "'k'" })
  })

  it.each<[string, string, Using, string?]>([
    ['all keys are mentioned', 'e=>n.get(e)', { n: 1 }],
    ['a helper mentions the others', 'e=>n(e)', { n: evaluate('e=>e*rates'), rates: 2 }],
    ['a caller mentions the others', 'e=>n*e', { n: 1, help: 2 }, 'e=>help(e)'],
    ['the name is long', 'e=>rate*e', { rate: 1, unused: 2 }],
    ['the code is not compact', '(e) => n * e', { n: 1, unused: 2 }],
    ['it is a global', 'e=>Math.abs(e)', { unused: 2 }],
    ['a function names the variables', 'e=>n.get(e)', () => ({})],
  ])('but not where %s', (_, text, using, caller) => expect(doubt(text, using, caller)).toBeUndefined())
})

it('is in no doubt where nothing is minified', () => {
  expect(doubt('e=>n.get(e)', { n: 1, rates: 2 })).toBeUndefined()
})
