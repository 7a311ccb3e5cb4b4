// What the plugin says of modules: which functions it looks into, what it finds there, and what it lets pass.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isSharedGlobal } from '../realm/globals.ts'
import { pageOnlyNames } from './page-globals.ts'
import { serialize } from '../api/serialize.ts'
import { isBrineError } from '../errors/brine-error.ts'
import { diagnose, LARGE_LITERAL } from './diagnose.ts'
import { diagnosticCatalog } from './diagnostics.ts'
import { NEVER_TRAVELS } from './never-travels.ts'
import { originalOf } from './original.ts'
import { readModule } from './read-module.ts'
import { reportsOf } from './report.ts'
import type { DiagnosticLevels } from './report.ts'

/** The codes that a module gives, each with the text that it points at. */
function found(code: string): string[] {
  return diagnose(readModule(code)!).map(({ code: each, start, end }) => `${each}: ${code.slice(start, end)}`)
}

const importing = `import { offload, map, pool, createPool, callback, capture, bind } from 'brine'\n`

function told(code: string, levels: DiagnosticLevels = 'warn'): string {
  return reportsOf(diagnose(readModule(code)!), originalOf(code, '/src/app.js'), levels)
    .map(
      ({ level, code: name, message, loc, frame }) =>
        `${level} ${name} ${loc.file}:${loc.line}:${loc.column}\n${message}\n${frame}`,
    )
    .join('\n\n')
}

describe('functions that reach brine', () => {
  it.each([
    ['an argument', `offload(() => document.title)`],
    ['an argument in parentheses', `offload((() => document.title))`],
    ['a later argument', `offload((f) => f(), () => document.title)`],
    ['an argument of map', `map([1], () => document.title)`],
    ['in an object', `offload((o) => o.f(), { f: () => document.title })`],
    ['in an array', `offload(([f]) => f(), [() => document.title])`],
    ['the default pool', `pool.offload(() => document.title)`],
    ['options', `pool.with({ timeout: 1 }).offload(() => document.title)`],
    ['a pool', `createPool().offload(() => document.title)`],
    ['a pool in a variable', `const p = createPool({ size: 1 })\np.offload(() => document.title)`],
    ['a view in a variable', `const p = pool.with({})\np.map([1], () => document.title)`],
    ['a computed name', `pool['offload'](() => document.title)`],
    ['an optional call', `pool?.offload?.(() => document.title)`],
    ['a variable', `const f = () => document.title\noffload(f)`],
    ['a declaration', `offload(f)\nfunction f() { return document.title }`],
    ['a renamed function', `const f = () => document.title\nconst g = f\noffload(g)`],
    ['a renamed call', `const run = offload\nrun(() => document.title)`],
    ['a choice', `offload(a ? () => 1 : () => document.title)\nvar a`],
    ['a helper', `const f = () => document.title\noffload(() => f())`],
    ['a helper of a helper', `const f = () => document.title\nconst g = () => f()\noffload(() => g())`],
    ['a helper in an object', `const o = { f() { return document.title } }\noffload(() => o.f())`],
    ['captured', `offload(capture(() => document.title, {}))`],
    ['bound', `offload(bind(() => document.title, null))`],
    ['inside another function', `function start() { return offload(() => document.title) }`],
    ['inside of it', `offload(() => [1].map(() => document.title))`],
  ])('%s', (_, code) => {
    expect(found(importing + code)).toEqual(['page-only: document'])
  })

  it.each([
    ['a renamed import', `import { offload as run } from 'brine'\nrun(() => document.title)`],
    ['a string name', `import * as b from 'brine'\nb['offload'](() => document.title)`],
    ['a namespace', `import * as b from 'brine'\nb.offload(() => document.title)`],
    ['what is serialized', `import { serialize } from 'brine/serialize'\nserialize(() => document.title)`],
    ['what becomes a module', `import { toModule } from 'brine'\ntoModule({ f: () => document.title })`],
    [
      'a part of brine',
      `import { bind, serialize } from 'brine/serialize'\nserialize(bind(() => document.title))`,
    ],
    ['a pool of a namespace', `import * as b from 'brine'\nb.createPool().offload(() => document.title)`],
  ])('%s', (_, code) => {
    expect(found(code)).toEqual(['page-only: document'])
  })

  it.each([
    ['a function of that name', `import { other as offload } from './x'\noffload(() => document.title)`],
    ['another package', `import { serialize } from 'brine-x/serialize'\nserialize(() => document.title)`],
    ['a parameter of that name', `function f(offload) { offload(() => document.title) }`],
    ['another object', `other.offload(() => document.title)`],
    ['the result of a call', `const list = await offload(() => [1])\nlist.map(() => document.title)`],
    ['a task', `offload(() => 1).then(() => document.title)`],
    ['options of a call', `pool.with({ onProgress: () => document.title }).offload(() => 1)`],
    ['a callback', `offload((f) => f(), callback(() => document.title))`],
    ['a callback in a variable', `const f = callback(() => document.title)\noffload(() => f())`],
    ['a function that stays', `const f = () => document.title\nf()\noffload(() => 1)`],
    ['a variable that is reassigned', `let f = () => 1\nf = () => document.title\noffload(f)`],
    ['methods of a class', `class C { show() { document.title } }\noffload(() => new C())`],
  ])('not %s', (_, code) => {
    expect(found(/import/.test(code) ? code : importing + code)).toEqual([])
  })
})

describe('page-only', () => {
  const inside = (body: string): string[] => found(`${importing}offload(() => { ${body} })`)

  it.each([
    ['window', 'window.x = 1'],
    ['localStorage', 'return localStorage.getItem("x")'],
    ['alert', 'alert(1)'],
    ['HTMLElement', 'return x instanceof HTMLElement; var x'],
    ['document', 'return { document }'],
    ['document', 'return typeof document.title'],
    ['document', 'if (typeof x === "string") document.title = x; var x'],
    ['document', 'for (let i = 0; i < 2; i++) document.title'],
  ])('%s', (name, body) => {
    expect(inside(body)).toEqual([`page-only: ${name}`])
  })

  it.each([
    'return typeof document',
    'return typeof document === "undefined" ? 1 : document.title',
    'if (typeof window !== "undefined") window.x = 1',
    'if (typeof window === "undefined") { return 0 } return window.x',
    'if ("document" in globalThis) document.title = 1',
    'if (globalThis.document) document.title = 1',
    'return typeof document === "object" && document.title',
    'const here = typeof document !== "undefined"; if (here) document.title = 1',
    'try { localStorage.setItem("x", 1) } catch {}',
    'if (typeof WorkerGlobalScope === "undefined") document.title = 1',
    'const document = 1; return document',
    'return { document: 1 }.document',
    'return globalThis.document?.title',
    'return ((document) => document)(1)',
    'return [navigator.userAgent, location.href, self.name, performance.now(), fetch, indexedDB, OffscreenCanvas]',
  ])('not %s', (body) => {
    expect(inside(body)).toEqual([])
  })

  it('not behind a function that asks', () => {
    expect(
      found(
        `${importing}const onPage = () => typeof document === 'object'\noffload(() => onPage() && document.title)`,
      ),
    ).toEqual([])
  })

  it('behind a variable that has the answer of the page', () => {
    expect(
      found(
        `${importing}const onPage = typeof document === 'object'\noffload(() => onPage && document.title)`,
      ),
    ).toEqual(['page-only: document'])
  })

  it('means names that are not shared', () => {
    expect(pageOnlyNames().filter(isSharedGlobal)).toEqual([])
  })
})

describe('never-travels', () => {
  const captured = (value: string): string[] =>
    found(`${importing}const captured = ${value}\noffload(() => captured)`)

  it.each([
    'document',
    'document.body',
    `document.querySelector('#box')`,
    `document.getElementById('box')`,
    `document.createElement('canvas').getContext('2d')`,
    `document.body?.querySelector('p')`,
    'window',
    'window.localStorage',
    'localStorage',
    `matchMedia('print')`,
    'new WebSocket(url); var url',
    'new WeakMap()',
    'new Promise(() => {})',
    'new DOMParser()',
    `import('./x')`,
    `fetch('/x')`,
  ])('%s', (value) => {
    expect(captured(value)).toEqual(['never-travels: captured'])
  })

  it.each([
    'document.title',
    'document.body.textContent',
    'window.innerWidth',
    `document.querySelector('input').value`,
    `localStorage.getItem('x')`,
    'screen.width',
    `await fetch('/x')`,
    'new Map()',
    'new URL(location.href).pathname',
  ])('not %s', (value) => {
    expect(captured(value)).toEqual([])
  })

  it('not a class of that name', () => {
    expect(
      found(
        `${importing}class Worker {}\nconst document = { body: 1 }\n` +
          'const w = new Worker()\nconst d = document.body\noffload(() => [w, d])',
      ),
    ).toEqual([])
  })

  it('not a variable of its own', () => {
    expect(found(`${importing}offload(() => { const seen = new WeakMap(); return () => seen })`)).toEqual([])
  })

  it('means what is refused at run time', () => {
    const made: Record<string, () => unknown> = {
      FinalizationRegistry: () => new FinalizationRegistry(() => {}),
      Promise: () => Promise.resolve(),
      WeakRef: () => new WeakRef({}),
      // Of JavaScript in Node; a test in a browser makes them all.
      PerformanceObserver: () => undefined,
      BroadcastChannel: () => undefined,
      WebSocket: () => undefined,
    }
    const checked = NEVER_TRAVELS.filter((name) => {
      const Class = (globalThis as Record<string, unknown>)[name] as (new () => unknown) | undefined
      const value = typeof Class === 'function' ? (made[name] ?? (() => new Class()))() : undefined
      if (value === undefined) return false
      let code = 'none'
      try {
        serialize(value)
      } catch (error) {
        if (isBrineError(error)) code = error.code
      }
      expect([name, code]).toEqual([name, 'VALUE_UNSUPPORTED'])
      return true
    })
    expect(checked).toEqual(
      expect.arrayContaining([
        'AbortController',
        'MessageChannel',
        'Promise',
        'WeakMap',
        'WeakRef',
        'WeakSet',
      ]),
    )
  })
})

describe('large-literal', () => {
  const big = `'${'x'.repeat(LARGE_LITERAL)}'`
  const captured = (value: string): string[] =>
    found(`${importing}const captured = ${value}\noffload(() => captured)`)

  it.each([
    ['a string', big],
    ['a template', `\`${big}\``],
    ['an array', `[${big}]`],
    ['an object', `{ text: ${big} }`],
    ['a typed array', `new Uint8Array([${'1,'.repeat(LARGE_LITERAL / 2)}])`],
    ['JSON', `JSON.parse(${big})`],
  ])('%s', (_, value) => {
    expect(captured(value)).toEqual(['large-literal: captured'])
  })

  it('not what is smaller, what a function contains, or what is written in the function', () => {
    expect(captured(`'${'x'.repeat(LARGE_LITERAL - 2)}'`)).toEqual([])
    expect(captured(`() => ${big}`)).toEqual([])
    expect(found(`${importing}offload(() => ${big})`)).toEqual([])
  })
})

describe('left-alone', () => {
  it('a function that was not converted', () => {
    expect(found(`${importing}const a = { start() { return offload(() => super.start()) } }`)).toEqual([
      'left-alone: () => super.start()',
    ])
  })

  it.each([
    [['left-alone: () => eval("k")'], `const k = 1\noffload(() => eval("k"))`],
    [['left-alone: () => [1].map(() => eval("1"))'], `offload(() => [1].map(() => eval("1")))`],
    [[], `offload((name) => eval(name), '1')`],
    [[], `offload((o) => 1, { scope: (name) => eval(name) })`],
    [[], `offload(() => ({ scope: (name) => eval(name) }))`],
    [[], `offload(() => (0, eval)('1'))`],
    [[], `offload(() => eval?.('1'))`],
  ])('%j where eval is called: %s', (expected, code) => {
    expect(found(importing + code)).toEqual(expected)
  })

  it('a function that is not to be converted', () => {
    expect(found(`${importing}offload(/* brine-skip */ () => document.title)`)).toEqual([
      'left-alone: () => document.title',
    ])
  })
})

describe('what is told', () => {
  const code = `${importing}
const box = document.querySelector('#box')
const table = [${'0, '.repeat(LARGE_LITERAL / 2)}]
const draw = () => {
  // brine-ignore never-travels because I say so
  box.textContent = table.length
  document.title = table.length
}
offload(draw)
const a = { start() { return offload(() => super.start()) } }
`
  it('names the function, the culprit, its place and the remedy', () => {
    expect(told(code)).toMatchInlineSnapshot(`
      "warn BRINE_LARGE_LITERAL /src/app.js:7:20
      Cannot offload 'draw' cheaply as the literal 'table' is sent with each call: 75 kB of text. Move it into a module of its own and import it there: imports travel by reference. (\`// brine-ignore large-literal\` silences this.)
        5 | const draw = () => {
        6 |   // brine-ignore never-travels because I say so
      > 7 |   box.textContent = table.length
          |                     ^^^^^
        8 |   document.title = table.length
        9 | }

      warn BRINE_PAGE_ONLY /src/app.js:8:2
      Cannot run 'draw' in a worker as it uses what is on the page alone: 'document'. Read what is needed on the page and pass it as an argument, wrap the access in \`callback(…)\`, or guard it with \`typeof\`. (\`// brine-ignore page-only\` silences this.)
         6 |   // brine-ignore never-travels because I say so
         7 |   box.textContent = table.length
      >  8 |   document.title = table.length
           |   ^^^^^^^^
         9 | }
        10 | offload(draw)

      warn BRINE_LEFT_ALONE /src/app.js:11:37
      Cannot offload a function as it was left alone: it uses super of the object literal around it. Write it as a function of its own, and pass what it needs as arguments. (\`// brine-ignore left-alone\` silences this.)
         9 | }
        10 | offload(draw)
      > 11 | const a = { start() { return offload(() => super.start()) } }
           |                                      ^^^^^^^^^^^^^^^^^^^
        12 |"
    `)
  })

  it('is as loud as the options want', () => {
    const levels = (given: DiagnosticLevels): string[] =>
      [...told(code, given).matchAll(/^(warn|error) BRINE_(\S+)/gm)].map(([text]) => text)
    expect(levels('off')).toEqual([])
    expect(levels({ 'page-only': 'error', 'left-alone': 'off' })).toEqual([
      'warn BRINE_LARGE_LITERAL',
      'error BRINE_PAGE_ONLY',
    ])
  })

  it.each([
    [0, 'offload(() => document.title) // brine-ignore'],
    [0, '// brine-ignore\noffload(() => document.title)'],
    [0, '/* brine-ignore page-only */\noffload(() => document.title)'],
    [0, 'offload(() => document.title) // brine-ignore never-travels, page-only'],
    [0, '/**\n * @brine-ignore */\noffload(() => document.title)'],
    [1, 'offload(() => document.title) // brine-ignore left-alone'],
    [1, 'offload(() => 1) // brine-ignore\noffload(() => document.title)'],
    [1, '// brine-ignore\n\noffload(() => document.title)'],
    [1, `const text = 'brine-ignore'; offload(() => document.title)`],
  ])('%i times: %s', (count, text) => {
    const all = told(importing + text)
    expect(all.match(/BRINE_PAGE_ONLY/g)?.length ?? 0).toBe(count)
  })
})

describe('README.md', () => {
  it('lists every diagnostic', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
    const cells = (text: string | undefined): string[][] | undefined =>
      text
        ?.trim()
        .split('\n')
        .map((line) => line.split('|').map((cell) => cell.trim().replace(/^:?-+:?$/, '-')))
    const table = [
      '| code | when | what to do |',
      '| --- | --- | --- |',
      ...Object.entries(diagnosticCatalog).map(
        ([code, { summary, hint }]) => `| \`${code}\` | ${summary} | ${hint} |`,
      ),
    ]
    const found = /<!-- diagnostics -->\n([^]*?)\n<!-- \/diagnostics -->/.exec(readme)?.[1]
    expect(cells(found)).toEqual(cells(table.join('\n')))
  })
})
