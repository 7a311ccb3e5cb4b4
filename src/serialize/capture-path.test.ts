// How a path to a culprit reads.
import { describe, expect, it } from 'vitest'
import { pathText, whereText } from './capture-path.ts'
import type { CapturePath, Step } from './capture-path.ts'

const path = (...steps: (Step | PropertyKey)[]): CapturePath => pathOf(steps)

function pathOf(steps: readonly (Step | PropertyKey)[]): CapturePath {
  const root: CapturePath = { step: { kind: 'root' }, before: undefined }
  return steps.reduce<CapturePath>(
    (before, step) => ({ step: typeof step === 'object' ? step : { kind: 'property', key: step }, before }),
    root,
  )
}
const variable = (name: string): Step => ({ kind: 'variable', name })
const part = (name: string): Step => ({ kind: 'part', name })

describe('a path', () => {
  it.each<[CapturePath, text: string, where: string]>([
    [path(), '', 'it'],
    [path('a'), '.a', "property 'a' (at .a)"],
    [path('a', '0', 5), '.a[0][5]', "property '5' (at .a[0][5])"],
    [path('a b', 'x"y', ''), '["a b"]["x\\"y"][""]', 'property \'\' (at ["a b"]["x\\"y"][""])'],
    [path('ünï', '$_', '1a'), '.ünï.$_["1a"]', 'property \'1a\' (at .ünï.$_["1a"])'],
    [
      path(Symbol('s'), Symbol.iterator),
      '[Symbol(s)][Symbol(Symbol.iterator)]',
      "property 'Symbol(Symbol.iterator)' (at [Symbol(s)][Symbol(Symbol.iterator)])",
    ],
    [path(variable('opts'), 'socket'), '.opts.socket', "property 'socket' (captured at .opts.socket)"],
    [path(variable('socket')), '.socket', "variable 'socket' (captured at .socket)"],
    [path(part('key 0')), '.<key 0>', "part 'key 0' (at .<key 0>)"],
  ])('%#', (at, text, where) => {
    expect(pathText(at)).toBe(text)
    expect(whereText(at)).toBe(where)
  })

  it('of an argument', () => {
    const argument: CapturePath = { step: { kind: 'argument', index: 2 }, before: undefined }
    expect(whereText(argument)).toBe('argument 2 (at [2])')
    expect(whereText({ step: { kind: 'property', key: 'x' }, before: argument })).toBe(
      "property 'x' (at [2].x)",
    )
  })

  it('that is nowhere is empty', () => {
    expect(pathText(undefined)).toBe('')
    expect(whereText(undefined)).toBe('it')
  })

  it('that is long loses its middle', () => {
    const text = pathText(pathOf(Array.from({ length: 200_000 }, (_, at) => `p${at}`)))
    expect(text).toMatch(/^\.p0\.p1\..*\.p18 … 199961 steps … \.p199980\..*\.p199999$/)
    expect(pathText(path(...Array.from({ length: 40 }, () => 'x')))).toBe('.x'.repeat(40))
  })
})
