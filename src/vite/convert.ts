// Closure conversion of one module: code in, instrumented code and closure module out. A pure function.
//
//   const k = 2                                 const k = 2
//   export const f = (v) => norm(v) * k   ->    export const f = $brine_r({ "f": (v) => norm(v) * k }["f"], $brine_s[0], () => [k])
//
// and the closure module, in which the function is made anew from its variables:
//
//   import { norm } from './norm'
//   export const s0 = () => { var k; return { make: [function () { return ((v) => norm(v) * k) }], read: …, write: … } }
//
// Variables that are captured and reassigned are shared: the scope that owns them becomes a factory around those of its
// closures, so that sharing is the language's own in the copy. In place such a scope makes a token, by whose identity
// the closures of one scope instance are recognised.
import type { Pattern, Program } from 'acorn'
import MagicString from 'magic-string'
import type { ClassLike } from '../syntax/findings.ts'
import type { Site } from '../realm/sites.ts'
import type { ModuleBindings } from './bindings.ts'
import { closureModule, placesOf, repeatedImports, sortInsertions } from './closure-module.ts'
import type { Place } from './closure-module.ts'
import type { OwnSourceMap } from './source-map.ts'
import { chooseNames, instrument } from './instrument.ts'
import type { Names } from './instrument.ts'
import { isObjectMethod } from './plan.ts'
import type { Plan, PlannedClosure } from './plan.ts'
import type { ModuleReading } from './read-module.ts'

export interface ConvertOptions {
  /** The module's id, for source maps. */
  readonly id: string
  /** What the instrumented code imports its run-time half from. */
  readonly runtime: string
  /** An expression for the URL of the closure module, in the instrumented module. */
  readonly url: string
  /** An expression for the absolute URL under which all modules of the app lie. */
  readonly base?: string
  /** An expression for the URL of the module that exports an import for itself. */
  readonly importUrl: (index: number) => string
}

/** An import that is used as a value, so that it may have to travel by reference. */
interface UsedImport {
  readonly name: string
  /** The text of a module that exports it as `value`. */
  readonly module: string
}

export interface Converted {
  readonly code: string
  readonly map: ReturnType<MagicString['generateMap']>
  /** The variable of the instrumented code that holds the table of sites. */
  readonly sites: string
  /** The closure module. */
  readonly closures: { readonly code: string; readonly map: OwnSourceMap }
  readonly imports: readonly UsedImport[]
}

const placeOf = ({ export: name, child }: Place): string | number => name ?? child!

/** What the code gives to a closure made anew: its inferred name, for one, is not among it. */
function birthOf({ closure }: PlannedClosure): Pick<Site, 'name' | 'length' | 'prototype'> {
  const { node, parentNode } = closure
  const isClass = node.type === 'ClassDeclaration' || node.type === 'ClassExpression'
  const params = isClass ? constructorParams(node) : node.params
  const optional = params.findIndex(({ type }) => type === 'AssignmentPattern' || type === 'RestElement')
  const length = optional < 0 ? params.length : optional
  if (isObjectMethod(closure) && parentNode.type === 'Property') {
    const { key, computed, kind } = parentNode
    const plain = key.type === 'Identifier' ? key.name : String((key as { value?: unknown }).value)
    const isGenerator = node.type === 'FunctionExpression' && node.generator
    return {
      name: `${kind === 'init' ? '' : `${kind} `}${computed ? '$' : plain}`,
      length,
      ...(isGenerator && { prototype: 'generator' as const }),
    }
  }
  const name = node.type === 'ArrowFunctionExpression' ? '' : (node.id?.name ?? '')
  if (isClass || node.type === 'ArrowFunctionExpression') return { name, length }
  if (node.generator) return { name, length, prototype: 'generator' }
  return { name, length, ...(!node.async && { prototype: 'constructor' as const }) }
}

function constructorParams(node: ClassLike): readonly Pattern[] {
  for (const member of node.body.body) {
    if (member.type === 'MethodDefinition' && member.kind === 'constructor') return member.value.params
  }
  return []
}

function recordOf(planned: PlannedClosure, place: Place): Site {
  const { closure, parts, names, lexical, usesHome, eager } = planned
  const { node } = closure
  const received = (['self', 'args', 'newTarget'] as const).filter((name) => lexical[name])
  const isClass = node.type === 'ClassDeclaration' || node.type === 'ClassExpression'
  const privates = isClass
    ? node.body.body.flatMap((member) =>
        member.type !== 'StaticBlock' && !member.static && member.key.type === 'PrivateIdentifier'
          ? [`#${member.key.name}`]
          : [],
      )
    : []
  const members = parts?.members ?? []
  return {
    at: placeOf(place),
    ...birthOf(planned),
    names,
    ...(received.length > 0 && { lexical: received }),
    ...(parts?.heritage && { inherits: true as const }),
    ...(usesHome && { home: true as const }),
    ...(privates.length > 0 && { privateState: [...new Set(privates)] }),
    ...(members.length > 0 && { members }),
    ...(isClass && closure.scope.kind === 'module' && { once: true as const }),
    ...(eager.length > 0 && { eager }),
  }
}

/** The records of all sites, and of the scopes whose variables are shared. */
function tableOf(plan: Plan): string {
  const places = placesOf(plan)
  const closures = [
    ...plan.closures.map((planned) => recordOf(planned, places.closures[planned.number]!)),
    ...plan.leftAlone.map(({ reason }): Site => ({
      at: -1,
      name: '',
      length: 0,
      names: [],
      refused: reason,
    })),
  ]
  const scopes = plan.shared.map(({ names, number }) => ({ at: placeOf(places.shared[number]!), names }))
  return `${JSON.stringify(closures)}, ${JSON.stringify(scopes)}`
}

/** Imports of the run-time half and the table of sites, for either module. */
function header(
  { closures }: Plan,
  table: string,
  names: Names,
  options: ConvertOptions,
  url: string,
  imports: readonly UsedImport[],
  known?: ReadonlySet<string>,
): string {
  const { prefix } = names
  const hasPrivates = closures.some(({ parts, privates }) => privates || (parts && parts.statics.length > 0))
  const wanted = [
    `sites as ${names.sites}_`,
    `register as ${names.register}`,
    `registerClass as ${names.registerClass}`,
    `registerMethods as ${names.registerMethods}`,
    `token as ${names.token}`,
    `toKey as ${prefix}_key`,
    `imports as ${prefix}_i`,
    ...(hasPrivates
      ? [
          `privates as ${names.privates}`,
          `privateStatics as ${names.privateStatics}`,
          `restoring as ${names.restoring}_`,
        ]
      : []),
  ]
  const getters = imports.flatMap(({ name }, index) =>
    !known || known.has(name) ? [`[() => ${name}, ${options.importUrl(index)}]`] : [],
  )
  return (
    `import { ${wanted.join(', ')} } from ${JSON.stringify(options.runtime)};` +
    `const ${names.sites} = ${names.sites}_(${url}, ${table}${options.base ? `, ${options.base}` : ''});` +
    (getters.length > 0 ? `${prefix}_i([${getters.join(', ')}]);` : '') +
    (hasPrivates ? `const ${names.restoring} = ${names.restoring}_();` : '')
  )
}

/** The imports of a module that are used otherwise than by calling them. */
function usedImports(program: Program, code: string, { uses }: ModuleBindings): UsedImport[] {
  const asValues = new Set(
    uses.filter(({ binding, called }) => binding?.kind === 'import' && !called).map(({ node }) => node.name),
  )
  return program.body.flatMap((statement) => {
    if (statement.type !== 'ImportDeclaration') return []
    const from = code.slice(statement.source.start, statement.end)
    return statement.specifiers.flatMap((specifier): UsedImport[] => {
      const { name } = specifier.local
      if (
        !asValues.has(name) ||
        statement.source.value === 'brine' ||
        specifier.type === 'ImportNamespaceSpecifier'
      )
        return []
      const exported =
        specifier.type === 'ImportDefaultSpecifier'
          ? 'default'
          : code.slice(specifier.imported.start, specifier.imported.end)
      return [{ name, module: `export { ${exported} as value } from ${from}` }]
    })
  })
}

/** Converts a module; undefined if there is nothing to know of it. */
export function convert(
  { code, program, bindings, plan }: ModuleReading,
  options: ConvertOptions,
): Converted | undefined {
  const imports = usedImports(program, code, bindings)
  if (plan.closures.length + plan.leftAlone.length + imports.length === 0) return undefined
  const names = chooseNames(code)
  const insertions = sortInsertions(instrument(plan, names))
  const table = tableOf(plan)
  const text = new MagicString(code, { filename: options.id })
  for (const { at, text: inserted } of insertions) text.appendLeft(at, inserted)
  const directives = program.body.filter(
    (statement) => statement.type === 'ExpressionStatement' && statement.directive,
  )
  const start = directives.at(-1)?.end ?? 0
  text.prependLeft(
    start,
    `${start > 0 ? ';' : ''}${header(plan, table, names, options, options.url, imports)}`,
  )
  const known = new Set(repeatedImports(plan))
  const closures = closureModule(
    program,
    { code, id: options.id, insertions, names, plan },
    header(plan, table, names, options, 'import.meta.url', imports, known),
  )
  return {
    code: text.toString(),
    map: text.generateMap({ hires: true, includeContent: true, source: options.id }),
    sites: names.sites,
    closures,
    imports,
  }
}
