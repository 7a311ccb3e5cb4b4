// Where the code that another plugin made stands in what the author wrote, and what of its comments still counts.
import { transformWithOxc } from 'vite'
import { describe, expect, it } from 'vitest'
import { originalOf } from './original.ts'
import type { Original } from './original.ts'
import { readModule } from './read-module.ts'
import { SKIP_COMMENT } from './skip.ts'

async function strip(text: string): Promise<{ code: string; original: Original }> {
  const { code, map } = await transformWithOxc(text, '/src/app.ts')
  return { code, original: originalOf(code, '/src/app.ts?v=1', map) }
}

describe('the place in the original', () => {
  it.each(['document', 'offload', 'second'])('of %s', async (name) => {
    const text = `interface A {\n  a: number\n}\nimport { offload } from 'brine'\n\nconst second: number = 2; export const f = (a: A) =>\n  offload(() => document.title + second)\nf({ a: 1 })\n`
    const { code, original } = await strip(text)
    const start = code.lastIndexOf(name)
    const place = original.rangeOf({ start, end: start + name.length })
    expect(place).toMatchObject({ file: '/src/app.ts', text, start: text.lastIndexOf(name) })
    expect(text.slice(place.start, place.end)).toBe(name)
  })

  it('of what is not in the map is that of the next thing, else of the one before', async () => {
    const text = `const a: string = 'x'\nexport const f = (v: string) => a + v\n`
    const { code, original } = await strip(text)
    const start = code.indexOf('(v)')
    expect(original.rangeOf({ start, end: start + 8 }).start).toBe(text.indexOf('v: string'))
    expect(original.rangeOf({ start: code.length, end: code.length }).start).toBeGreaterThan(
      text.indexOf('a + v'),
    )
  })

  it('is the code itself without a map', () => {
    expect(originalOf('a', '/a.js').rangeOf({ start: 0, end: 1 })).toEqual({
      start: 0,
      end: 1,
      file: '/a.js',
      text: 'a',
    })
    const empty = { mappings: '', sources: ['/a.js'], sourcesContent: ['b'] }
    expect(originalOf('a', '/a.js', empty).rangeOf({ start: 0, end: 1 })).toMatchObject({ text: 'a' })
  })
})

describe('functions that are left alone', () => {
  /** The texts of those that are converted. */
  async function converted(text: string): Promise<string[]> {
    const { code, original } = await strip(text)
    const module = readModule(code, original.behindComments(SKIP_COMMENT))
    return module?.plan.closures.map(({ closure: { node } }) => code.slice(node.start, node.end)) ?? []
  }

  it.each([
    ['a comment before a function', `/* brine-skip */\nexport function f(a: number) { return () => a }`],
    ['a comment at the end of a docblock', `/** text\n * @brine-skip */\nexport default function () {}`],
    ['a comment before a class', `// brine-skip\nclass A { m = () => 1 }\nnew A()`],
    ['a comment before a statement', `/* brine-skip */ export const f = (a: number) => a`],
    ['a comment within a declaration', `export const f = /* brine-skip */ (a: number) => a`],
    ['a comment before the name', `export const f = /* brine-skip */ a => a`],
    ['a comment before type parameters', `export const f = /* brine-skip */ <T>(a: T) => a`],
    ['a comment before async', `export const f = /* brine-skip */ async (a: number) => a`],
    ['a comment before a property', `export const o = { /* brine-skip */ f: (a: number) => a }`],
    ['a comment before a value', `export const o = { f: /* brine-skip */ (a: number) => a }`],
    ['a comment before another', `/* brine-skip */ /* and */ // more\nexport const f = () => 1`],
    ['a directive', `export const f = () => { 'use no brine'; return () => 1 }`],
    ['a directive after another', `export function f() { 'use strict'; 'use no brine'; return () => 1 }`],
    ['a module', `'use no brine'\nexport const f = () => 1`],
  ])('%s', async (_, text) => {
    expect(await converted(text)).toEqual([])
  })

  it.each([
    [
      'the next argument',
      `f(/* brine-skip */ () => 1, () => 2)\nfunction f() {}`,
      ['function f() {}', '() => 2'],
    ],
    ['the argument before', `[(a: number) => a, /* brine-skip */ (b: number) => b]`, ['(a) => a']],
    [
      'the function around',
      `export const f = (a: number) => /* brine-skip */ (b: number) => a + b`,
      ['(a) => (b) => a + b'],
    ],
    [
      'the next statement',
      `/* brine-skip */\nexport const f = () => 1\nexport const g = () => 2`,
      ['() => 2'],
    ],
    ['a comment of another name', `/* brine-skipped */ export const f = () => 1`, ['() => 1']],
    [
      'a string',
      `export const f = () => { return 'use no brine' }`,
      [`() => {\n\treturn "use no brine";\n}`],
    ],
  ])('not %s', async (_, text, expected) => {
    expect((await converted(text)).sort()).toEqual([...expected].sort())
  })
})
