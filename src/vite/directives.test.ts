// Directives are read from the text of a module as a parser reads them.
import { parse } from 'acorn'
import { describe, expect, it } from 'vitest'
import { directivesOf, hashbangLength, ownDirectives } from './directives.ts'

const modules = [
  `'use brine'`,
  `'use client'\n'use brine'\nconst a = 1`,
  `'use strict'; "use brine"; f()`,
  `#!/usr/bin/env node\n'use brine'\nf()`,
  `\uFEFF'use brine'\nf()`,
  `// first\n/* second\n*/ 'use brine' // third\nf()`,
  `'use client' /* a\nb */ 'use brine'\n`,
  `'use brine'\n+ 1`,
  `'use brine'\n.length`,
  `'use brine'\n++a`,
  `'use brine'\n!a`,
  `'use brine'\n!== a`,
  `'use brine'\n(a)`,
  `'use brine'\n[0]`,
  `'use brine'\n\`text\``,
  `'use brine'\nin a`,
  `'use brine'\ninside()`,
  `'use brine'\ninstanceof a`,
  `'use brine'\n// comment\n/ 2`,
  `'use brine', a`,
  `'use brine'\n;a`,
  `'it\\'s'; 'a\\\nb'\n'use brine'`,
  `f(); 'use brine'`,
  `('use brine')`,
  '`use brine`',
  '',
]

describe('directives', () => {
  it.each(modules)('%j', (code) => {
    const { body } = parse(code, { ecmaVersion: 'latest', sourceType: 'module', preserveParens: true })
    const expected = body.flatMap((statement) =>
      statement.type === 'ExpressionStatement' && statement.directive !== undefined
        ? [[statement.directive, statement.start]]
        : [],
    )
    const found = directivesOf(code)
    expect(found.map(({ value, start }) => [value, start])).toEqual(expected)
    for (const { start, end } of found) expect(code.slice(start, end)).toMatch(/^(['"])[^]*\1(?:\s*;)?$/)
  })

  it('finds those of brine among others', () => {
    const code = `'use client'\n'use no brine'; "use brine"\n'use strict'`
    expect(ownDirectives(code).map(({ start, end }) => code.slice(start, end))).toEqual([
      `'use no brine';`,
      `"use brine"`,
    ])
  })

  it('knows how long a hashbang is', () => {
    expect(['f()', '#!/bin/a\nf()', '#!/bin/a\r\nf()', '#!/bin/a'].map(hashbangLength)).toEqual([0, 9, 10, 8])
  })
})
