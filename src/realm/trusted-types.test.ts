// The policy `brine`: it lets through what brine itself is about to run, and nothing else.
import { afterEach, expect, it, vi } from 'vitest'
import { hasTrustedTypes, trust } from './trusted-types.ts'

type Rule = (text: string) => string

afterEach(() => vi.unstubAllGlobals())

it('gives texts as they are where there are no Trusted Types', () => {
  expect(hasTrustedTypes()).toBe(false)
  expect(trust('createScript', '1')).toBe('1')
})

it('has a policy of its own, which is no hole for others', () => {
  const made: string[] = []
  let rules: { createScript: Rule; createScriptURL: Rule } | undefined
  const createPolicy = (name: string, given: typeof rules): unknown => {
    made.push(name)
    rules = given
    return given
  }
  vi.stubGlobal('trustedTypes', { createPolicy })
  expect(trust('createScript', '1 + 1')).toBe('1 + 1')
  expect(trust('createScriptURL', '/worker.js')).toBe('/worker.js')
  expect(made).toEqual(['brine'])
  expect(() => rules?.createScript('1 + 1')).toThrow(TypeError)
  expect(() => rules?.createScriptURL('/evil.js')).toThrow(/is not brine's own: \/evil\.js/)
})
