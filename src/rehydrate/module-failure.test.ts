// What engines say of a module that did not load, and what brine makes of it.
import { describe, expect, it } from 'vitest'
import { moduleFailure } from './module-failure.ts'

const dev = 'http://localhost:5173/@id/__x00__brine:closures:0:/app/src/main.ts.brine.mjs?h=1&e=0'
const built = 'https://app.example/assets/main.ts.brine-a1b2.js'

function failure(url: string, error: Error, stack: string): [code: string, message: string] {
  error.stack = stack
  const { code, message, hint, cause } = moduleFailure(url, error)
  expect(cause).toBe(error)
  return [code, message.slice(0, -hint.length - 2)]
}

const missing = (text: string): Error => new ReferenceError(text)

describe('a module that throws while it is loaded', () => {
  it.each([
    [
      'Chrome',
      'document is not defined',
      'ReferenceError: document is not defined\n    at http://localhost:5173/src/dom.ts?t=1:3:14',
    ],
    [
      'Chrome, in a function',
      'document is not defined',
      'ReferenceError: document is not defined\n    at find (http://localhost:5173/src/dom.ts:3:14)\n    at http://localhost:5173/src/other.ts:1:1',
    ],
    ['Firefox', 'document is not defined', '@http://localhost:5173/src/dom.ts:3:14\n'],
    ['Safari', "Can't find variable: document", 'module code@http://localhost:5173/src/dom.ts:3:14'],
  ])('is named: %s', (_, message, stack) => {
    expect(failure(dev, missing(message), stack)).toEqual([
      'MODULE_FAILED',
      `Cannot load the module '/src/dom.ts' in a worker as it threw: ReferenceError: ${message}`,
    ])
  })

  it('is the module that the closures were taken from', () => {
    const stack = `Error: no\n    at ${dev}:1:1`
    expect(failure(dev, new Error('no'), stack)).toEqual([
      'MODULE_FAILED',
      "Cannot load the module '/app/src/main.ts' in a worker as it threw: Error: no",
    ])
  })

  it('is the chunk that was loaded, where no stack tells', () => {
    const error = new SyntaxError("The requested module './x.js' does not provide an export named 'y'")
    expect(failure(built, error, String(error))).toEqual([
      'MODULE_FAILED',
      `Cannot load the module '/assets/main.ts.brine-a1b2.js' in a worker as it threw: ${String(error)}`,
    ])
  })

  it('may throw anything', () => {
    for (const thrown of [undefined, null, 'text', { stack: 1 }]) {
      expect(moduleFailure(built, thrown)).toMatchObject({ code: 'MODULE_FAILED' })
    }
  })
})

describe('a module that is missing', () => {
  it.each([
    `Failed to fetch dynamically imported module: ${built}`,
    `error loading dynamically imported module: ${built}`,
    'Importing a module script failed.',
  ])('%s', (message) => {
    expect(failure(built, new TypeError(message), '')).toEqual([
      'MODULE_MISSING',
      `Cannot load the code of a closure as a module is missing at or below ${built}: TypeError: ${message}`,
    ])
  })

  it('in Node', async () => {
    const url = new URL('no-such-file.js', import.meta.url).href
    const error: unknown = await import(/* @vite-ignore */ url).catch((reason: unknown) => reason)
    expect(moduleFailure(url, error)).toMatchObject({ code: 'MODULE_MISSING' })
  })
})
