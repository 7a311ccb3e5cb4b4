// Free variables compared with eslint-scope: on random programs, and on every function of some packages.

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { AnyNode, Program } from 'acorn'
import { parse } from 'acorn'
import type { Reference } from 'eslint-scope'
import { analyze } from 'eslint-scope'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { analyseFunction } from './analyse.ts'
import { forEachChild } from './child-nodes.ts'

// --- What eslint-scope says ---

const parseOptions = { ecmaVersion: 'latest', ranges: true, checkPrivateFields: false } as const

function scopesOf(program: Program, sourceType: 'script' | 'module') {
  return analyze(program as never, { ecmaVersion: 2024, sourceType, optimistic: true })
}

function everyNode(root: AnyNode): AnyNode[] {
  const nodes = [root]
  // The list grows while it is read.
  for (const node of nodes) forEachChild(node, (child) => nodes.push(child))
  return nodes
}

// Known difference 1: in `class A extends A {}` the second A is the class itself (in its dead zone). eslint-scope looks outside.
function dropOwnNameInHeritage(references: Reference[], nodes: readonly AnyNode[]): Reference[] {
  const classes = nodes.filter((node) => node.type === 'ClassExpression' || node.type === 'ClassDeclaration')
  return references.filter(({ identifier }) => {
    const { start } = identifier as unknown as AnyNode
    return !classes.some(
      ({ id, superClass }) =>
        id &&
        superClass &&
        'name' in identifier &&
        id.name === identifier.name &&
        start >= superClass.start &&
        start < superClass.end,
    )
  })
}

// Known difference 2: Annex B.3.3, functions in blocks of sloppy code, is unknown to eslint-scope. In strict code there is none.
function blockFunctionNames(nodes: readonly AnyNode[]): Set<string> {
  const names = new Set<string>()
  const add = (statement: AnyNode | null | undefined): void => {
    const declaration = statement?.type === 'LabeledStatement' ? statement.body : statement
    if (declaration?.type === 'FunctionDeclaration' && declaration.id) names.add(declaration.id.name)
  }
  const bodies = new Set<AnyNode>(
    nodes.flatMap((node) => (/Function/.test(node.type) && 'body' in node ? [node.body as AnyNode] : [])),
  )
  for (const node of nodes) {
    if (node.type === 'BlockStatement' && !bodies.has(node)) node.body.forEach(add)
    if (node.type === 'SwitchCase') node.consequent.forEach(add)
    if (node.type === 'IfStatement') [node.consequent, node.alternate].forEach(add)
  }
  return names
}

const namesOf = (references: readonly Reference[]): string[] =>
  [...new Set(references.map(({ identifier }) => (identifier as { name: string }).name))].sort()

// --- What we say, in eslint-scope's terms: it counts an arrow's `arguments` as a name that somebody outside declares. ---

function ourNames(text: string, strict: boolean): string[] {
  const { free, uses } = analyseFunction(text, { strict })
  for (const { references } of free) {
    const starts = references.map(({ start }) => start)
    expect(starts).toEqual(starts.toSorted((a, b) => a - b))
  }
  const firsts = free.map(({ references }) => references[0]!.start)
  expect(firsts).toEqual(firsts.toSorted((a, b) => a - b))
  const names = free.map(({ name }) => name)
  if (uses.arguments.length > 0) names.push('arguments')
  return names.sort()
}

// --- Random functions ---

const pool = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const

/** Writes a function. Each number decides one choice; 0, which also stands for all that are missing, chooses something small. */
function writeFunction(tape: readonly number[]): string {
  let position = 0
  let depth = 0
  const decide = (options: number): number => (tape[position++] ?? 0) % options
  const name = (): string => pool[decide(pool.length)]!
  const many = (write: () => string, separator: string, most: number): string =>
    Array.from({ length: decide(most + 1) }, write).join(separator)
  // Beyond some depth, and when the tape is used up, only the first (small) choice is left.
  function choose(...options: (() => string)[]): string {
    const small = depth > 7 || position >= tape.length
    depth++
    const text = options[small ? 0 : decide(options.length)]!()
    depth--
    return text
  }

  const expression = (): string =>
    choose(
      name,
      name,
      () => `${name()}(${many(expression, ', ', 2)})`,
      () => `(${name()}).${name()}[${expression()}]?.${name()}`,
      () => `(${name()} = ${expression()})`,
      () => `(${name()} ??= ${expression()})`,
      () => `typeof ${name()}`,
      () => `(${name()}++)`,
      () =>
        `{ ${name()}: ${expression()}, ${name()}, [${expression()}]: 1, ...${name()} }`.replace(
          /^(.*)$/s,
          '($1)',
        ),
      () => `[${name()}, ...${expression()}]`,
      () => `\`\${${expression()}} ${name()}\``,
      () => `(${assignmentPattern()} = ${expression()})`,
      () => `(${arrow()})`,
      () => `(${functionExpression()})`,
      () => `(${classText()})`,
      () => `({ ${method()} })`,
      () => `new ${name()}(${expression()})`,
      () => `${name()}\`\${${expression()}}\``,
      () => `(${expression()} ? ${expression()} : this)`,
      () => `import(${expression()})`,
      () => `(class { #p; static q(o) { return #p in o && o.#p(${expression()}) } })`,
    )
  const target = (): string =>
    choose(
      name,
      name,
      () => `${name()}.${name()}`,
      () => `${name()}[${expression()}]`,
      assignmentPattern,
    )
  const assignmentPattern = (): string =>
    choose(
      () => `[${target()}, ...${target()}]`,
      () =>
        `{ ${name()}, ${name()} = ${expression()}, [${expression()}]: ${target()}, ${name()}: ${target()} = ${expression()}, ...${name()} }`,
    )
  const pattern = (): string =>
    choose(
      name,
      name,
      () => `{ ${name()}: ${pattern()}, [${expression()}]: ${pattern()} }`,
      () => `{ ${name()} = ${expression()} }`,
      () => `[${name()}, , ...${pattern()}]`,
      () => `[${pattern()} = ${expression()}]`,
    )
  const parameter = (): string => choose(name, pattern, () => `${pattern()} = ${expression()}`)
  const parameters = (): string =>
    many(parameter, ', ', 3) +
    choose(
      () => '',
      () => '',
    )
  const body = (): string => `{ ${many(statement, '\n', 4)} }`
  const statement = (): string =>
    choose(
      () => `;${expression()}`,
      () => `var ${pattern()} = ${expression()}`,
      () => `let ${pattern()} = ${expression()}`,
      () => `const ${name()} = ${expression()}`,
      () => `function ${name()}(${parameters()}) ${body()}`,
      () =>
        `class ${classText()
          .slice('class'.length)
          .replace(/^ (?=\{|extends)/, ` ${name()} `)}`,
      body,
      () => `if (${expression()}) ${body()} else ${body()}`,
      () => `for (let ${pattern()} = ${expression()}; ${expression()}; ${expression()}) ${body()}`,
      () => `for (var ${name()} = ${expression()}; ${expression()};) ${body()}`,
      () => `for (const ${pattern()} of ${expression()}) ${body()}`,
      () => `for (let ${name()} in ${expression()}) ${body()}`,
      () => `for (var ${pattern()} of ${expression()}) ${body()}`,
      () => `for (${target()} of ${expression()}) ${body()}`,
      () =>
        `try ${body()} catch ${choose(
          () => '',
          () => `(${pattern()}) `,
        )}${body()} finally ${body()}`,
      () =>
        `switch (${expression()}) { case ${expression()}: ${many(statement, '\n', 2)}; default: ${many(statement, '\n', 2)} }`,
      () => `${name()}: while (${expression()}) ${body()}`,
      () => `return ${expression()}`,
      () => `do ${body()} while (${expression()})`,
    )
  const arrow = (): string => {
    const isAsync = choose(
      () => '',
      () => 'async ',
    )
    return `${isAsync}${choose(() => `(${parameters()})`, name)} => ${choose(expression, body)}`
  }
  const functionExpression = (): string =>
    `${choose(
      () => '',
      () => 'async ',
    )}function${choose(
      () => '',
      () => '*',
    )} ${choose(() => '', name)}(${parameters()}) ${body()}`
  const method = (): string =>
    choose(
      () => `${name()}(${parameters()}) ${body()}`,
      () => `get ${name()}() ${body()}`,
      () => `set ${name()}(${parameter()}) ${body()}`,
      () => `async *${name()}(${parameters()}) ${body()}`,
    )
  const member = (): string =>
    choose(
      method,
      () => `static ${method()}`,
      () => `${name()} = ${expression()};`,
      () => `static [${expression()}] = ${expression()};`,
      () => `[${expression()}](${parameters()}) ${body()}`,
      () => `static { ${many(statement, '\n', 3)} }`,
    )
  const classText = (): string =>
    `class ${choose(
      () => '',
      () => `${name()} `,
    )}${choose(
      () => '',
      () => `extends (${expression()}) `,
    )}{ ${many(member, '\n', 3)} }`
  return choose(arrow, functionExpression, classText, method)
}

const randomFunction = fc
  .array(fc.nat(1023), { minLength: 30, maxLength: 250, size: 'max' })
  .map(writeFunction)

function parseEitherForm(text: string, strict: boolean): Program | null {
  for (const wrapped of [`(${text}\n)`, `({${text}\n})`]) {
    try {
      return parse(wrapped, { ...parseOptions, strict })
    } catch {
      // The other form, or a declaration clash, which random text has now and then.
    }
  }
  return null
}

const seen = { programs: 0, free: 0, empty: 0, blockFunctions: 0 }

describe('random functions', () => {
  test('have the free variables that eslint-scope finds, as strict code', () => {
    fc.assert(
      fc.property(randomFunction, (text) => {
        const program = parseEitherForm(text, true)
        fc.pre(program !== null)
        const { through } = scopesOf(program, 'script').globalScope!
        const expected = namesOf(dropOwnNameInHeritage(through, everyNode(program)))
        seen.programs++
        seen[expected.length > 0 ? 'free' : 'empty']++
        expect(ourNames(text, true)).toEqual(expected)
      }),
      { numRuns: 1000, maxSkipsPerRun: 20 },
    )
    // A generator that only writes trivial programs would prove nothing.
    expect(seen.free).toBeGreaterThan(500)
    expect(seen.empty).toBeGreaterThan(10)
  })

  test('have them as sloppy code too, but for functions in blocks', () => {
    fc.assert(
      fc.property(randomFunction, (text) => {
        const program = parseEitherForm(text, false)
        fc.pre(program !== null)
        const nodes = everyNode(program)
        const inBlocks = blockFunctionNames(nodes)
        const { through } = scopesOf(program, 'script').globalScope!
        const expected = namesOf(dropOwnNameInHeritage(through, nodes))
        if (inBlocks.size > 0) seen.blockFunctions++
        const known = (name: string): boolean => !inBlocks.has(name)
        const ours = ourNames(text, false)
        expect(ours.filter(known)).toEqual(expected.filter(known))
        // Hoisting binds more names, never fewer.
        expect(expected).toEqual(expect.arrayContaining(ours))
      }),
      { numRuns: 500, maxSkipsPerRun: 20 },
    )
    expect(seen.blockFunctions).toBeGreaterThan(5)
  })
})

// --- Functions in the wild ---

const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url))

function filesOf(folder: string, most: number): string[] {
  return readdirSync(modules + folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:js|mjs|cjs)$/.test(file) && !file.includes('node_modules'))
    .sort()
    .slice(0, most)
    .map((file) => `${folder}/${file}`)
}

// UMD builds among them are sloppy code, the rest are modules.
const files = [
  'acorn/dist/acorn.js',
  'comlink/dist/umd/comlink.js',
  'comlink/dist/esm/comlink.mjs',
  ...filesOf('eslint-scope/lib', 12),
  ...filesOf('estraverse', 3),
  ...filesOf('fast-check/lib', 1),
  ...filesOf('chai', 4),
  ...filesOf('magic-string/dist', 2),
  ...filesOf('@vitest', 20),
  ...filesOf('vitest/dist', 12),
]

function parseFile(code: string): { program: Program; sourceType: 'script' | 'module' } {
  try {
    return { program: parse(code, { ...parseOptions, sourceType: 'module' }), sourceType: 'module' }
  } catch {
    return {
      program: parse(code, { ...parseOptions, allowReturnOutsideFunction: true }),
      sourceType: 'script',
    }
  }
}

let functions = 0

describe('functions in the wild', () => {
  test.each(files)('%s', (file) => {
    const code = readFileSync(modules + file, 'utf8')
    const { program, sourceType } = parseFile(code)
    const strict = sourceType === 'module'
    const scopes = scopesOf(program, sourceType)
    const nodes = everyNode(program)
    const methods = new Map<AnyNode, AnyNode>()
    const differences: unknown[] = []
    for (const node of nodes) {
      const isMethod =
        node.type === 'MethodDefinition' ||
        (node.type === 'Property' && (node.method || node.kind !== 'init'))
      if (isMethod) methods.set(node.value, node)
    }
    for (const node of nodes) {
      if (!/^(?:Arrow)?Function|^Class(?:Expression|Declaration)/.test(node.type)) continue
      const holder = methods.get(node)
      if (holder?.type === 'MethodDefinition' && holder.kind === 'constructor') continue
      const { start, end } = holder ?? node
      const text = code.slice(start, end)
      functions++
      const inside = everyNode(node)
      const outermost = scopes.acquireAll(node as never)![0]!
      const heritage = 'superClass' in node && node.superClass ? node.superClass : null
      const isOwn = ({ identifier }: Reference): boolean => {
        // A function declaration's name is bound inside its text, as a function expression's is.
        if (node.type === 'FunctionDeclaration' && 'name' in identifier && identifier.name === node.id?.name)
          return false
        return true
      }
      // The heritage stands outside of eslint-scope's class scope: take its references from the scopes around.
      const around = outermost.upper!
      const inHeritage: Reference[] = heritage
        ? [...around.references, ...around.childScopes.flatMap(({ through }) => through)].filter(
            ({ identifier }) => identifier.range![0] >= heritage.start && identifier.range![0] < heritage.end,
          )
        : []
      const through = [...outermost.through, ...inHeritage].filter(isOwn)
      let expected = namesOf(dropOwnNameInHeritage(through, inside))
      let ours = ourNames(text, strict)
      if (!strict) {
        const inBlocks = blockFunctionNames(inside)
        expected = expected.filter((name) => !inBlocks.has(name))
        ours = ours.filter((name) => !inBlocks.has(name))
      }
      if (ours.join() !== expected.join())
        differences.push({ start, text: text.slice(0, 200), ours, expected })
    }
    expect(differences).toEqual([])
  })

  test('are many', () => {
    expect(files.length).toBeGreaterThanOrEqual(40)
    expect(functions).toBeGreaterThan(1500)
  })
})
