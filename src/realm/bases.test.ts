// Where modules may come from.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { allowBase, isAllowed, otherBases } from './bases.ts'
import { realm } from './registry.ts'

beforeEach(() => vi.stubGlobal('location', { origin: 'https://app.example' }))
afterEach(() => {
  vi.unstubAllGlobals()
  realm().bases.clear()
})

describe('isAllowed', () => {
  it('lets modules of the own origin pass, and of no other', () => {
    expect(isAllowed('https://app.example/deep/a.js')).toBe(true)
    for (const url of ['https://evil.example/a.js', 'http://app.example/a.js', 'data:text/javascript,0'])
      expect(isAllowed(url)).toBe(false)
  })

  it('lets modules of an added place pass, and nothing beside it', () => {
    allowBase('https://cdn.example/app/')
    expect(isAllowed('https://cdn.example/app/assets/a.js')).toBe(true)
    for (const url of [
      'https://cdn.example/apple/a.js',
      'https://cdn.example/app/../evil.js',
      'https://cdn.example/app/%2e%2E/evil.js',
      'https://cdn.example/app/..\\evil.js',
      'http://cdn.example/app/a.js',
      'https://cdn.example:81/app/a.js',
      'https://cdn.example@evil.example/app/a.js',
    ])
      expect(isAllowed(url), url).toBe(false)
  })

  it('lets everything pass where there is no origin', () => {
    vi.unstubAllGlobals()
    expect(isAllowed('file:///a.js')).toBe(true)
  })
})

describe('otherBases', () => {
  it('are the places that are neither on the own origin nor under another', () => {
    allowBase('https://app.example/')
    allowBase('https://cdn.example/app/')
    allowBase('https://cdn.example/app/assets/')
    allowBase('https://cdn.example/a/../app/')
    expect(otherBases()).toEqual(['https://cdn.example/app/'])
  })
})
