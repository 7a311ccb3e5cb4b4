// Writes the closure module: for each closure a factory that makes it from its variables.
import MagicString, { Bundle } from 'magic-string'
import type { Node, Program } from 'acorn'
import type { ClassLike } from '../syntax/findings.ts'
import { classParts, replacedParts } from './class-parts.ts'
import type { Insertion, Names } from './instrument.ts'
import { tokenOf } from './instrument.ts'
import { isObjectMethod } from './plan.ts'
import type { Plan, PlannedClosure, SharedScope } from './plan.ts'

/** Where a factory stands: an export of the module, or a child of a shared scope. */
export interface Place {
  readonly export?: string
  readonly child?: number
}

export interface Places {
  readonly closures: readonly Place[]
  readonly shared: readonly Place[]
}

/** The closures and shared scopes directly inside a shared scope, in the order of its `scopes`. */
function childrenOf(plan: Plan, owner: SharedScope): { closures: PlannedClosure[]; shared: SharedScope[] } {
  return {
    closures: plan.closures.filter(({ shared }) => shared === owner),
    shared: plan.shared.filter(({ parent }) => parent === owner),
  }
}

/** Numbers the factories. */
export function placesOf(plan: Plan): Places {
  const closures: Place[] = plan.closures.map(({ number }) => ({ export: `s${number}` }))
  const shared: Place[] = plan.shared.map(({ number }) => ({ export: `t${number}` }))
  for (const owner of plan.shared) {
    const children = childrenOf(plan, owner)
    children.closures.forEach(({ number }, child) => (closures[number] = { child }))
    children.shared.forEach(({ number }, at) => (shared[number] = { child: children.closures.length + at }))
  }
  return { closures, shared }
}

/** In the order in which they are to be applied. */
export function sortInsertions(insertions: readonly Insertion[]): Insertion[] {
  return [...insertions].sort(
    (a, b) =>
      a.at - b.at ||
      (a.side === b.side
        ? a.side === 'end'
          ? a.span - b.span
          : b.span - a.span
        : a.side === 'end'
          ? -1
          : 1),
  )
}

/** The imports that closures use. */
export const repeatedImports = (plan: Plan): string[] =>
  plan.closures.flatMap(({ imports }) => imports.map(({ name }) => name))

interface Source {
  readonly code: string
  readonly id: string
  readonly insertions: readonly Insertion[]
  readonly names: Names
  readonly plan: Plan
}

/** Edits that a class needs to be made again: heritage and keys come in, what has run does not run again. */
function editClass(text: MagicString, node: ClassLike, input: string): readonly Node[] {
  const parts = classParts(node)
  const { heritage, keys, dropped } = parts
  if (heritage) text.overwrite(heritage.start, heritage.end, `${input}.parent`)
  keys.forEach(({ start, end }, at) => text.overwrite(start, end, `${input}.keys[${at}]`))
  for (const { start, end } of dropped) text.overwrite(start, end, ';')
  return replacedParts(parts)
}

/** A closure's own text, with the closures inside it instrumented. */
function copyOf(planned: PlannedClosure, { code, id, insertions, names }: Source): MagicString {
  const { closure } = planned
  const { node } = closure
  const method = isObjectMethod(closure)
  const whole: Node = method ? closure.parentNode : node
  const text = new MagicString(code, { filename: id })
  const isClass = node.type === 'ClassDeclaration' || node.type === 'ClassExpression'
  const replaced = isClass ? editClass(text, node, names.prefix) : []
  for (const { at, text: inserted, from, owner } of insertions) {
    // What starts where the closure starts stands around it.
    if (owner === node || from <= whole.start || at > whole.end) continue
    // What notes a key stays around it.
    const isAround = (part: Node): boolean => owner === null && (at === part.start || at === part.end)
    if (replaced.some((part) => part.start <= at && at <= part.end && !isAround(part))) continue
    text.appendLeft(at, inserted)
  }
  if (method && closure.parentNode.type === 'Property' && closure.parentNode.computed) {
    const { key } = closure.parentNode
    text.overwrite(key.start, key.end, `'$'`)
  }
  if (whole.start > 0) text.remove(0, whole.start)
  if (whole.end < code.length) text.remove(whole.end, code.length)
  const home = method ? `{ __proto__: ${names.prefix}.home, ` : ''
  return text.prepend(`function (${names.prefix}) { return (${home}`).append(`${method ? ' }' : ''}) }`)
}

/** `read` and `write` of some variables. */
function access(variables: readonly string[], { prefix }: Names): string {
  const writes = variables.map((name, at) => `${name} = ${prefix}_v[${at}]`).join('; ')
  return `read: () => [${variables.join(', ')}], write: (${prefix}_v) => { ${writes} }`
}

/** Writes the module. */
export function closureModule(
  program: Program,
  source: Source,
  places: Places,
  header: string,
): MagicString | Bundle {
  const { plan, names, code } = source
  const bundle = new Bundle({ separator: '\n' })
  const plain = (text: string): void => void bundle.addSource(new MagicString(text))
  const sorted = { ...source, insertions: sortInsertions(source.insertions) }

  const wanted = new Set(repeatedImports(plan))
  for (const statement of program.body) {
    if (statement.type !== 'ImportDeclaration') continue
    const specifiers = statement.specifiers.filter(({ local }) => wanted.has(local.name))
    if (specifiers.length > 0) plain(importOf(code, statement, specifiers))
  }
  plain(header)

  const leaf = (planned: PlannedClosure, before: string, after: string): void => {
    const variables = planned.names
    const copy = copyOf(planned, sorted)
    const declared = variables.length > 0 ? `var ${variables.join(', ')}; ` : ''
    copy
      .prepend(`${before}() => { ${declared}return { make: [`)
      .append(`], ${access(variables, names)} } }${after}`)
    bundle.addSource(copy)
  }
  const shared = (owner: SharedScope, before: string, after: string): void => {
    const children = childrenOf(plan, owner)
    plain(
      `${before}() => { var ${owner.names.join(', ')}; ${tokenOf(owner, names)} return { make: [], ${access(owner.names, names)}, scopes: [`,
    )
    for (const child of children.closures) leaf(child, '', ',')
    for (const child of children.shared) shared(child, '', ',')
    plain(`] } }${after}`)
  }
  for (const planned of plan.closures) {
    const name = places.closures[planned.number]!.export
    if (name) leaf(planned, `export const ${name} = `, '')
  }
  for (const owner of plan.shared) {
    const name = places.shared[owner.number]!.export
    if (name) shared(owner, `export const ${name} = `, '')
  }
  return bundle
}

function importOf(
  code: string,
  statement: Extract<Program['body'][number], { type: 'ImportDeclaration' }>,
  specifiers: (typeof statement)['specifiers'],
): string {
  const from = code.slice(statement.source.start, statement.end)
  const named: string[] = []
  const parts: string[] = []
  for (const specifier of specifiers) {
    if (specifier.type === 'ImportDefaultSpecifier') parts.push(specifier.local.name)
    else if (specifier.type === 'ImportNamespaceSpecifier') parts.push(`* as ${specifier.local.name}`)
    else named.push(code.slice(specifier.start, specifier.end))
  }
  if (named.length > 0) parts.push(`{ ${named.join(', ')} }`)
  return `import ${parts.join(', ')} from ${from}`
}
