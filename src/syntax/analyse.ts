// Analyses the text of a function: what kind it is, which variables it takes from outside, and what else it needs from there.

import { describeClass, rangeOf, staticKey } from './class-syntax.ts'
import { collect } from './collect.ts'
import { isDirectEval } from './findings.ts'
import type { Findings } from './findings.ts'
import type {
  FreeVariable,
  FunctionKind,
  FunctionSyntax,
  LexicalUses,
  Range,
  Reference,
} from './function-syntax.ts'
import type { FunctionNode, ParsedFunction } from './parse.ts'
import { hasUseStrict, parseFunction, syntaxError } from './parse.ts'

export interface AnalyseOptions {
  /**
   * The function was written in strict code, such as a module. A text that does not say so itself is else read as sloppy code where
   * the two differ, which is in the visibility of functions declared in blocks.
   *
   * @default false
   */
  readonly strict?: boolean
}

/**
 * Analyses any result of `Function.prototype.toString`: arrow, function, method, accessor, class, native function.
 *
 * @throws {SyntaxError} with the position as `pos` when `text` is not the text of exactly one function
 *
 * @example
 * ```ts
 * const { free } = analyseFunction('(v) => norm(v) * k')
 * free.map(({ name }) => name) // ['norm', 'k']
 * ```
 */
export function analyseFunction(text: string, options: AnalyseOptions = {}): FunctionSyntax {
  const strict = options.strict ?? false
  const parsed = parseFunction(text, strict)
  if (!parsed) return nativeFunction(text)
  const { node, holder, offset, sloppyOnly } = parsed
  const findings = collect(node, holder !== null, strict)
  for (const { start } of findings.moduleDeclarations) {
    throw syntaxError('A function cannot contain an import or export declaration', start - offset)
  }
  const isClass = node.type === 'ClassExpression'
  const { free, uses } = resolve(findings, offset)
  return {
    text,
    kind: kindOf(parsed),
    async: !isClass && node.async,
    generator: !isClass && node.generator,
    name: nameOf(parsed),
    id: Boolean(node.id),
    computedKey: holder?.computed ? rangeOf(holder.key, offset) : null,
    length: lengthOf(node),
    strict: isClass || hasUseStrict(node),
    sloppyOnly,
    free,
    uses,
    privateNames: findings.privates
      .filter((use) => use.owner === null)
      .map((use) => ({ name: use.name, range: rangeOf(use.node, offset) })),
    class: isClass ? describeClass(node, text, offset, findings.privates) : null,
  }
}

function resolve(findings: Findings, offset: number): Pick<FunctionSyntax, 'free' | 'uses'> {
  const references = new Map<string, Reference[]>()
  const argumentsUses: Range[] = []
  const directEval: Range[] = []
  // The walk goes from left to right, so that these are in source order.
  for (const use of findings.names) {
    const { node, scope, directCall, assigned, typeofOnly, call, shorthand } = use
    const { name } = node
    if (scope.binds(name)) continue
    const range = rangeOf(node, offset)
    if (name === 'arguments') {
      argumentsUses.push(range)
      continue
    }
    if (directCall && isDirectEval(use, findings)) directEval.push(rangeOf(directCall, offset))
    const reference = {
      ...range,
      assigned: assigned ?? false,
      typeofOnly: typeofOnly ?? false,
      call: call ?? false,
      shorthand: shorthand ?? false,
    }
    const known = references.get(name)
    if (known) known.push(reference)
    else references.set(name, [reference])
  }
  const free: FreeVariable[] = Array.from(references, ([name, references]) => ({ name, references }))
  const ranges = (nodes: readonly Range[]): Range[] => nodes.map((node) => rangeOf(node, offset))
  const { uses } = findings
  return {
    free,
    uses: {
      this: ranges(uses.this),
      arguments: argumentsUses,
      newTarget: ranges(uses.newTarget),
      superProperty: ranges(uses.superProperty),
      superCall: ranges(uses.superCall),
      importMeta: ranges(uses.importMeta),
      dynamicImport: ranges(uses.dynamicImport),
      directEval,
    },
  }
}

function kindOf({ node, holder }: ParsedFunction): FunctionKind {
  if (holder?.kind === 'get') return 'getter'
  if (holder?.kind === 'set') return 'setter'
  if (holder) return 'method'
  if (node.type === 'ClassExpression') return 'class'
  return node.type === 'ArrowFunctionExpression' ? 'arrow' : 'function'
}

function nameOf({ node, holder }: ParsedFunction): string | null {
  if (!holder) return node.id?.name ?? null
  return holder.key.type === 'PrivateIdentifier' ? `#${holder.key.name}` : staticKey(holder)
}

function lengthOf(node: ParsedFunction['node']): number {
  let called: FunctionNode
  if (node.type === 'ClassExpression') {
    const constructor = node.body.body.find(
      (member) => member.type === 'MethodDefinition' && member.kind === 'constructor',
    )
    if (constructor?.type !== 'MethodDefinition') return 0
    called = constructor.value
  } else called = node
  const { params } = called
  const optional = params.findIndex(({ type }) => type === 'AssignmentPattern' || type === 'RestElement')
  return optional < 0 ? params.length : optional
}

const noUses: LexicalUses = {
  this: [],
  arguments: [],
  newTarget: [],
  superProperty: [],
  superCall: [],
  importMeta: [],
  dynamicImport: [],
  directEval: [],
}

function nativeFunction(text: string): FunctionSyntax {
  return {
    text,
    kind: 'native',
    async: false,
    generator: false,
    name: null,
    id: false,
    computedKey: null,
    length: 0,
    strict: false,
    sloppyOnly: false,
    free: [],
    uses: noUses,
    privateNames: [],
    class: null,
  }
}
