// Closure conversion of one module: code in, instrumented code and closure modules out. A pure function.
//
//   const k = 2                                 const k = 2
//   export const f = (v) => norm(v) * k   ->    export const f = $brine_r({ "f": (v) => norm(v) * k }["f"], ($brine_s ?? $brine_f())[0], () => [k])
//
// and a closure module, in which the function is made anew from its variables, with the imports that it uses:
//
//   import { norm } from './norm'
//   export const s0 = () => { var k; return { make: [function () { return ((v) => norm(v) * k) }], read: …, write: … } }
//
// Variables that are captured and reassigned are shared: the scope that owns them becomes a factory around those of its
// closures, so that sharing is the language's own in the copy. In place such a scope makes a token, by whose identity
// the closures of one scope instance are recognised.
import type { Program } from 'acorn'
import MagicString from 'magic-string'
import type { ModuleBindings } from './bindings.ts'
import { closureModule, sortInsertions } from './closure-module.ts'
import { blank, hashbangLength, ownDirectives } from './directives.ts'
import type { OwnSourceMap } from './source-map.ts'
import { chooseNames, instrument } from './instrument.ts'
import type { ModuleReading } from './read-module.ts'
import { startOf } from './scope-start.ts'
import { neededBy, recordsOf, tableText } from './site-table.ts'
import type { SiteTable } from './site-table.ts'
import { unitsOf } from './units.ts'

export interface ConvertOptions {
  /** The module's id, for source maps. */
  readonly id: string
  /** What the instrumented code imports its run-time half from. */
  readonly runtime: string
  /** An expression for the URL of a closure module, in all other modules. */
  readonly url: (group: number) => string
  /** An expression for the absolute URL under which all modules of the app lie. */
  readonly base?: string
  /** Names the module, if it may be edited while pages run it. */
  readonly edited?: string
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
  /** The closure modules, by group. */
  readonly closures: readonly { readonly code: string; readonly map: OwnSourceMap }[]
  readonly imports: readonly UsedImport[]
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
  const insertions = sortInsertions(instrument(plan, names, code))
  const units = unitsOf(plan)
  const sites: SiteTable = {
    ...recordsOf(plan, units.places),
    urls: units.groups.map((_, group) => options.url(group)),
    imports: imports.map(({ name }, index) => ({ name, url: options.importUrl(index) })),
  }
  const text = new MagicString(code, { filename: options.id })
  // Vite puts code before it, in development.
  if (hashbangLength(code) > 0) text.overwrite(0, 2, '//')
  for (const { start, end } of ownDirectives(code)) text.overwrite(start, end, blank(code.slice(start, end)))
  for (const { at, text: inserted } of insertions) text.appendLeft(at, inserted)
  const { at, behindDirective } = startOf(bindings.root)!
  text.prependLeft(at, `${behindDirective ? ';' : ''}${tableText(sites, names, options)}`)
  const closures = units.groups.map((group, own) => {
    const source = { code, id: options.id, insertions, names, units }
    return closureModule(program, source, group, (factories) => {
      const needed = neededBy(factories, group, names, {
        ...sites,
        urls: sites.urls.with(own, 'import.meta.url'),
      })
      // Each version has a URL of its own, and is evaluated once.
      const { edited: _, ...others } = options
      return needed ? tableText(needed, names, others) : ''
    })
  })
  return {
    code: text.toString(),
    map: text.generateMap({ hires: true, includeContent: true, source: options.id }),
    sites: names.sites,
    closures,
    imports,
  }
}
