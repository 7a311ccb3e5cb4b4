// Writes a closure module: for each closure a factory that makes it from its variables.
import MagicString from 'magic-string'
import type { Node, Program } from 'acorn'
import { assemble } from './assembly.ts'
import type { Assembly } from './assembly.ts'
import { replacedParts } from './class-parts.ts'
import { accessors, aroundArrow, rewritePrivates } from './class-use-code.ts'
import type { ClassParts } from './class-parts.ts'
import { firstWhere } from './first-where.ts'
import type { Insertion, Names } from './instrument.ts'
import { tokenOf } from './instrument.ts'
import { isObjectMethod } from './plan.ts'
import type { PlannedClosure } from './plan.ts'
import type { SharedScope } from './shared-scopes.ts'
import type { Group, Units } from './units.ts'

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

interface Source {
  readonly code: string
  readonly id: string
  readonly insertions: readonly Insertion[]
  readonly names: Names
  readonly units: Units
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
  rewritePrivates(text, planned, names)
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
  const [before, after] = method ? [`{ __proto__: ${names.prefix}.home, `, ' }'] : aroundArrow(planned, names)
  to.add(`function (${names.prefix}) { ${declared}return (${before}`)
  to.addSlice(text, whole.start)
  to.add(`${after}) }`)
}

/** `read` and `write` of some variables. */
function access(variables: readonly string[], { prefix }: Names): string {
  const writes = variables.map((name, at) => `${name} = ${prefix}_v[${at}]`).join('; ')
  return `read: () => [${variables.join(', ')}], write: (${prefix}_v) => { ${writes} }`
}

/**
 * Writes the module of a group. `source.insertions` are sorted.
 *
 * @param registrations What makes known the closures that a text registers: the factories run later.
 */
export function closureModule(
  program: Program,
  source: Source,
  group: Group,
  registrations: (text: string) => string,
): ReturnType<Assembly['finish']> {
  const { units, names, code, id } = source
  const module = assemble(id, code)

  for (const statement of program.body) {
    if (statement.type !== 'ImportDeclaration') continue
    const specifiers = statement.specifiers.filter(({ local }) => group.imports.has(local.name))
    if (specifiers.length > 0) module.add(`${importOf(code, statement, specifiers)}\n`)
  }

  const leaf = (planned: PlannedClosure, before: string, after: string): void => {
    const variables = planned.names
    const declared = variables.length > 0 ? `var ${variables.join(', ')}; ` : ''
    module.add(`${before}() => { ${declared}${accessors(planned, names)}return { make: [`)
    addCopy(planned, source, module)
    module.add(`], ${access(variables, names)} } }${after}\n`)
  }
  const shared = (owner: SharedScope, before: string, after: string): void => {
    const own = units.children.get(owner)!
    module.add(
      `${before}() => { var ${owner.names.join(', ')}; ${tokenOf(owner, names)} return { make: [], ${access(owner.names, names)}, scopes: [\n`,
    )
    for (const child of own.closures) leaf(child, '', ',')
    for (const child of own.shared) shared(child, '', ',')
    module.add(`] } }${after}\n`)
  }
  for (const planned of group.closures) leaf(planned, `export const s${planned.number} = `, '')
  for (const owner of group.shared) shared(owner, `export const t${owner.number} = `, '')
  module.add(registrations(module.text()))
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
