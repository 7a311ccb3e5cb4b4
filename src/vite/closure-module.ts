// Writes the closure module: for each closure a factory that makes it from its variables.
import MagicString from 'magic-string'
import type { Node, Program } from 'acorn'
import { assemble } from './assembly.ts'
import type { Assembly } from './assembly.ts'
import { replacedParts } from './class-parts.ts'
import type { ClassParts } from './class-parts.ts'
import { firstWhere } from './first-where.ts'
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

interface Children {
  readonly closures: PlannedClosure[]
  readonly shared: SharedScope[]
}

/** The closures and shared scopes directly inside each shared scope, in the order of its `scopes`; outside of all under `null`. */
function childrenOf(plan: Plan): Map<SharedScope | null, Children> {
  const children = new Map<SharedScope | null, Children>()
  for (const owner of [null, ...plan.shared]) children.set(owner, { closures: [], shared: [] })
  for (const planned of plan.closures) children.get(planned.shared)!.closures.push(planned)
  for (const owner of plan.shared) children.get(owner.parent)!.shared.push(owner)
  return children
}

/** Numbers the factories. */
export function placesOf(plan: Plan): Places {
  const closures: Place[] = []
  const shared: Place[] = []
  for (const [owner, children] of childrenOf(plan)) {
    children.closures.forEach(({ number }, child) => {
      closures[number] = owner ? { child } : { export: `s${number}` }
    })
    children.shared.forEach(({ number }, at) => {
      shared[number] = owner ? { child: children.closures.length + at } : { export: `t${number}` }
    })
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
function editClass(text: MagicString, parts: ClassParts, input: string): readonly Node[] {
  const { heritage, keys, dropped } = parts
  if (heritage) text.overwrite(heritage.start, heritage.end, `${input}.parent`)
  keys.forEach(({ start, end }, at) => text.overwrite(start, end, `${input}.keys[${at}]`))
  for (const { start, end } of dropped) text.overwrite(start, end, ';')
  return replacedParts(parts)
}

/** Adds a closure's own text, with the closures inside it instrumented. */
function addCopy(planned: PlannedClosure, { code, insertions, names }: Source, to: Assembly): void {
  const { closure, parts } = planned
  const { node } = closure
  const method = isObjectMethod(closure)
  const whole: Node = method ? closure.parentNode : node
  // Positions stay those of the module.
  const text = new MagicString(code.slice(whole.start, whole.end), { offset: -whole.start })
  const replaced = parts ? editClass(text, parts, names.prefix) : []
  // What starts where the closure starts stands around it.
  const first = firstWhere(insertions.length, (index) => insertions[index]!.at > whole.start)
  const noted: string[] = []
  for (let index = first; index < insertions.length && insertions[index]!.at <= whole.end; index++) {
    const { at, text: inserted, from, span, owner, side, notes } = insertions[index]!
    if (owner === node || from <= whole.start) continue
    // A statement at the start of a part stands before it.
    const isBefore = (part: Node): boolean => span === Infinity && at === part.start
    if (replaced.some((part) => part.start <= at && at <= part.end && !isBefore(part))) {
      // What notes a key stays around it.
      if (notes === undefined || !replaced.some(({ start, end }) => at === start || at === end)) continue
      if (side === 'start') noted.push(notes)
    }
    text.appendLeft(at, inserted)
  }
  if (method && closure.parentNode.type === 'Property' && closure.parentNode.computed) {
    const { key } = closure.parentNode
    text.overwrite(key.start, key.end, `'$'`)
  }
  const declared = noted.length > 0 ? `let ${noted.join(', ')}; ` : ''
  to.add(
    `function (${names.prefix}) { ${declared}return (${method ? `{ __proto__: ${names.prefix}.home, ` : ''}`,
  )
  to.addSlice(text, whole.start)
  to.add(`${method ? ' }' : ''}) }`)
}

/** `read` and `write` of some variables. */
function access(variables: readonly string[], { prefix }: Names): string {
  const writes = variables.map((name, at) => `${name} = ${prefix}_v[${at}]`).join('; ')
  return `read: () => [${variables.join(', ')}], write: (${prefix}_v) => { ${writes} }`
}

/** Writes the module. `source.insertions` are sorted. */
export function closureModule(
  program: Program,
  source: Source,
  header: string,
): ReturnType<Assembly['finish']> {
  const { plan, names, code, id } = source
  const module = assemble(id, code)
  const children = childrenOf(plan)

  const wanted = new Set(repeatedImports(plan))
  for (const statement of program.body) {
    if (statement.type !== 'ImportDeclaration') continue
    const specifiers = statement.specifiers.filter(({ local }) => wanted.has(local.name))
    if (specifiers.length > 0) module.add(`${importOf(code, statement, specifiers)}\n`)
  }
  module.add(header)

  const leaf = (planned: PlannedClosure, before: string, after: string): void => {
    const variables = planned.names
    const declared = variables.length > 0 ? `var ${variables.join(', ')}; ` : ''
    module.add(`\n${before}() => { ${declared}return { make: [`)
    addCopy(planned, source, module)
    module.add(`], ${access(variables, names)} } }${after}`)
  }
  const shared = (owner: SharedScope, before: string, after: string): void => {
    const own = children.get(owner)!
    module.add(
      `\n${before}() => { var ${owner.names.join(', ')}; ${tokenOf(owner, names)} return { make: [], ${access(owner.names, names)}, scopes: [`,
    )
    for (const child of own.closures) leaf(child, '', ',')
    for (const child of own.shared) shared(child, '', ',')
    module.add(`\n] } }${after}`)
  }
  const outermost = children.get(null)!
  for (const planned of outermost.closures) leaf(planned, `export const s${planned.number} = `, '')
  for (const owner of outermost.shared) shared(owner, `export const t${owner.number} = `, '')
  return module.finish()
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
