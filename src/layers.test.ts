// Holds the source to the table in README.md: who may import whom, which package is whose, no cycles, short files.
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ESTree, Visitor, parseSync } from 'rolldown/utils'
import { describe, expect, it } from 'vitest'

const src = fileURLToPath(new URL('.', import.meta.url))
const entries = 'entries'
const softLimit = 250
const hardLimit = 300

interface Row {
  folders: Set<string>
  packages: Set<string>
}

interface SourceFile {
  /** Path below src/, with slashes. */
  path: string
  /** First folder of the path, or `entries` for files directly in src/. */
  folder: string
  lines: number
  /** Relative imports as paths below src/, and packages as they are written. */
  files: string[]
  packages: string[]
  /** Lines that turn text into running code, by the way they do it. */
  evaluations: { how: 'text' | 'url' | 'blob'; line: number }[]
}

const table = readTable(readFileSync(join(src, 'README.md'), 'utf8'))
const files = listFiles().map(readSource)

describe('the layer table', () => {
  it('names every folder, and no other', () => {
    const folders = new Set(files.map((file) => file.folder))
    expect([...table.keys()].sort()).toEqual([...folders].sort())
  })

  it('lists folders after those that they may import', () => {
    const seen = new Set<string>()
    for (const [folder, row] of table) {
      const early = [...row.folders].filter((each) => !seen.has(each))
      expect(early, `${folder} may import what stands below it or is not in the table`).toEqual([])
      seen.add(folder)
    }
  })
})

describe('imports', () => {
  it('go only to folders of the row', () => {
    const wrong = files.flatMap((file) =>
      file.files
        .filter((target) => folderOf(target) !== file.folder)
        .filter((target) => !table.get(file.folder)?.folders.has(folderOf(target)))
        .map((target) => `${file.path} imports ${target}`),
    )
    expect(wrong).toEqual([])
  })

  it('name files that exist, with their extension', () => {
    const known = new Set(files.map((file) => file.path))
    const wrong = files.flatMap((file) =>
      file.files.filter((target) => !known.has(target)).map((target) => `${file.path} imports ${target}`),
    )
    expect(wrong).toEqual([])
  })

  it('take packages only where the row has them', () => {
    const wrong = files.flatMap((file) =>
      file.packages
        .filter((name) => !table.get(file.folder)?.packages.has(name))
        .map((name) => `${file.path} imports ${name}`),
    )
    expect(wrong).toEqual([])
  })

  it('form no cycle', () => {
    expect(findCycles(new Map(files.map((file) => [file.path, file.files])))).toEqual([])
  })
})

describe('source files', () => {
  it('turn text into code in rehydrate/ alone', () => {
    // pool/ may make a blob: it starts workers whose script comes from another origin.
    const wrong = files
      .filter((file) => file.folder !== 'rehydrate')
      .flatMap((file) =>
        file.evaluations
          .filter(({ how }) => !(how === 'blob' && file.folder === 'pool'))
          .map(({ how, line }) => `${file.path}:${line} (${how})`),
      )
    expect(wrong).toEqual([])
  })

  it(`have at most ${hardLimit} lines`, () => {
    for (const { path, lines } of files) {
      if (lines > softLimit)
        console.warn(`${path} has ${lines} lines: think about splitting it at ${softLimit}`)
    }
    const long = files.filter((file) => file.lines > hardLimit).map((file) => `${file.path}: ${file.lines}`)
    expect(long).toEqual([])
  })
})

// A check that finds nothing because it sees nothing would be worse than none.
describe('the checks themselves', () => {
  it('see every way to import', () => {
    const { files: targets, packages } = analyse(
      'pool/a.ts',
      `import type { A } from './b.ts'
       import { type C } from '../rpc/c.ts'
       export * from '../payload/d.ts'
       export { e } from '../payload/e.ts'
       import 'acorn'
       const f = () => import('../syntax/f.ts')
       const g = () => import("comlink/dist/g.js")
       type H = import('../api/h.ts').H`,
    )
    expect(targets.sort()).toEqual([
      'api/h.ts',
      'payload/d.ts',
      'payload/e.ts',
      'pool/b.ts',
      'rpc/c.ts',
      'syntax/f.ts',
    ])
    expect(packages.sort()).toEqual(['acorn', 'comlink'])
  })

  it('see every way to evaluate, and none in texts and comments', () => {
    const ways = (code: string) => analyse('pool/a.ts', code).evaluations.map(({ how }) => how)
    for (const code of ['new Function(t)', 'Function(t)', 'eval(t)', '(0, eval)(t)', 'globalThis.eval(t)']) {
      expect(ways(code), code).toEqual(['text'])
    }
    expect(ways('await import(/* @vite-ignore */ url)')).toEqual(['url'])
    expect(ways('URL.createObjectURL(new Blob([t]))')).toEqual(['blob'])
    expect(ways('"eval(x)"; // new Function(x)\nconst evaluate = typeof Function')).toEqual([])
  })

  it('see a cycle', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['b']],
    ])
    expect(findCycles(graph)).toEqual(['b -> c -> b'])
  })
})

/** Reads the first table of a markdown text: folder in column 1, folders that it may import in 3, packages in 4. */
function readTable(markdown: string): Map<string, Row> {
  const rows = markdown.split('\n').filter((line) => line.startsWith('|'))
  const cells = rows.slice(2).map((row) => row.split('|').slice(1, -1))
  const names = (cell = '') =>
    cell
      .replaceAll('`', '')
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean)
  return new Map(
    cells.map(([folder, , folders, packages]) => [
      names(folder).join(),
      { folders: new Set(names(folders)), packages: new Set(names(packages)) },
    ]),
  )
}

function listFiles(): string[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll(sep, '/'))
    .filter((path) => path.endsWith('.ts') && !/\.test(-d)?\.ts$/.test(path) && !path.includes('fixtures/'))
    .sort()
}

function readSource(path: string): SourceFile {
  return analyse(path, readFileSync(join(src, path), 'utf8'))
}

function analyse(path: string, code: string): SourceFile {
  const { program, errors } = parseSync(path, code)
  if (errors.length > 0)
    throw new Error(`Cannot read ${path} as it has a syntax error: ${errors[0]?.message}`)

  const specifiers: string[] = []
  const evaluations: SourceFile['evaluations'] = []
  const lineAt = (offset: number) => code.slice(0, offset).split('\n').length
  const found = (how: 'text' | 'url' | 'blob', node: ESTree.Node) =>
    evaluations.push({ how, line: lineAt(node.start) })

  new Visitor({
    ImportDeclaration: (node) => void specifiers.push(node.source.value),
    ExportAllDeclaration: (node) => void specifiers.push(node.source.value),
    ExportNamedDeclaration: (node) => void (node.source && specifiers.push(node.source.value)),
    TSImportType: (node) => void specifiers.push(node.source.value),
    ImportExpression(node) {
      if (node.source.type === 'Literal') specifiers.push(String(node.source.value))
      else found('url', node)
    },
    NewExpression: (node) => void (calleeName(node.callee) === 'Function' && found('text', node)),
    CallExpression(node) {
      const name = calleeName(node.callee)
      if (name === 'eval' || name === 'Function') found('text', node)
      if (name === 'createObjectURL') found('blob', node)
    },
  }).visit(program)

  const isRelative = (specifier: string) => specifier.startsWith('.')
  const below = (specifier: string) =>
    relative(src, resolve(src, dirname(path), specifier)).replaceAll(sep, '/')
  const packageOf = (specifier: string) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier
  return {
    path,
    folder: folderOf(path),
    lines: code.trimEnd().split('\n').length,
    files: specifiers.filter(isRelative).map(below),
    packages: specifiers.filter((each) => !isRelative(each)).map(packageOf),
    evaluations,
  }
}

/** `eval` for `eval(t)`, `(0, eval)(t)` and `globalThis.eval(t)`. */
function calleeName(callee: ESTree.Expression): string | undefined {
  if (callee.type === 'Identifier') return callee.name
  if (callee.type === 'ParenthesizedExpression') return calleeName(callee.expression)
  if (callee.type === 'SequenceExpression') return calleeName(callee.expressions.at(-1)!)
  if (callee.type === 'MemberExpression' && callee.property.type === 'Identifier') return callee.property.name
  return undefined
}

function folderOf(path: string): string {
  const slash = path.indexOf('/')
  return slash < 0 ? entries : path.slice(0, slash)
}

/** Each cycle once, as `a -> b -> a`: a depth-first search that reports every edge back into its own path. */
function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const cycles: string[] = []
  const done = new Set<string>()
  const visit = (node: string, path: string[]) => {
    const start = path.indexOf(node)
    if (start >= 0) {
      cycles.push([...path.slice(start), node].join(' -> '))
      return
    }
    if (done.has(node)) return
    for (const target of graph.get(node) ?? []) visit(target, [...path, node])
    done.add(node)
  }
  for (const node of graph.keys()) visit(node, [])
  return cycles
}
