// What a module tells the run-time half: the table of its sites, the URLs of their closure modules, its imports.
import type { Pattern } from 'acorn'
import type { ScopeSite, Site } from '../realm/sites.ts'
import type { ClassLike } from '../syntax/findings.ts'
import { tableOf } from './instrument.ts'
import type { Names } from './instrument.ts'
import { isObjectMethod } from './plan.ts'
import type { Plan, PlannedClosure } from './plan.ts'
import type { Group, Place, Units } from './units.ts'

/** What a module registers. Positions are the same in all modules: one that needs no more than some has gaps. */
export interface SiteTable {
  readonly closures: readonly (Site | undefined)[]
  readonly scopes: readonly (ScopeSite | undefined)[]
  /** Expressions for the URLs of the closure modules, by group. */
  readonly urls: readonly (string | undefined)[]
  /** Imports that may travel by reference, each with an expression for the URL of the module that exports it. */
  readonly imports: readonly { readonly name: string; readonly url: string }[]
  /** Whether it makes classes with private elements or statics. */
  readonly hasPrivates: boolean
  /** Whether closures use private names or `super` of classes around them. */
  readonly usesClasses: boolean
}

/** The export of a group, or the child of a scope. */
const placeOf = (place: Place): Pick<Site, 'at' | 'group'> =>
  place.export === undefined
    ? { at: place.child }
    : { at: place.export, ...(place.group > 0 && { group: place.group }) }

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
  const { at, ...group } = placeOf(place)
  return {
    at,
    ...birthOf(planned),
    names,
    ...(received.length > 0 && { lexical: received }),
    ...(parts?.heritage && { inherits: true as const }),
    ...(usesHome && { home: true as const }),
    ...(privates.length > 0 && { privateState: [...new Set(privates)] }),
    ...(members.length > 0 && { members }),
    ...(isClass && closure.scope.kind === 'module' && { once: true as const }),
    ...(eager.length > 0 && { eager }),
    ...group,
  }
}

/** The records of all sites, and of the scopes whose variables are shared. */
export function recordsOf(
  plan: Plan,
  places: Units['places'],
): Pick<SiteTable, 'closures' | 'scopes' | 'hasPrivates' | 'usesClasses'> {
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
  const scopes = plan.shared.map(({ names, number }) => ({ ...placeOf(places.shared[number]!), names }))
  const hasPrivates = plan.closures.some(
    ({ parts, privates }) => privates || (parts && parts.statics.length > 0),
  )
  return { closures, scopes, hasPrivates, usesClasses: plan.handedOut.size > 0 }
}

/** The part of a table that the factories of a closure module need; undefined if they need nothing. */
export function neededBy(
  factories: string,
  group: Group,
  names: Names,
  table: SiteTable,
): SiteTable | undefined {
  const { token, privates, privateStatics, restoring, handOut, privateName, superOf } = names
  // These names stand nowhere but in what was inserted.
  const numbersAfter = (text: string): Set<number> =>
    new Set(
      factories
        .split(text)
        .slice(1)
        .map((rest) => Number.parseInt(rest)),
    )
  const registered = numbersAfter(`(${tableOf(names)})[`)
  const made = numbersAfter(`${token}(${tableOf(names)}, `)
  const closures = table.closures.map((site, at) => (registered.has(at) ? site : undefined))
  const scopes = table.scopes.map((site, at) => (made.has(at) ? site : undefined))
  const imports = table.imports.filter(({ name }) => group.imports.has(name))
  const hasPrivates = [privates, privateStatics, restoring].some((name) => factories.includes(name))
  const usesClasses = [handOut, privateName, superOf].some((name) => factories.includes(`${name}(`))
  if (!hasPrivates && !usesClasses && registered.size + made.size + imports.length === 0) return undefined
  const groups = new Set(
    [...closures, ...scopes].map((site) => (typeof site?.at === 'string' ? (site.group ?? 0) : undefined)),
  )
  const urls = table.urls.map((url, at) => (groups.has(at) ? url : undefined))
  return { closures, scopes, urls, imports, hasPrivates, usesClasses }
}

/** The text of a list with gaps. */
function listText(items: readonly (string | undefined)[]): string {
  const end = items.findLastIndex((item) => item !== undefined) + 1
  return `[${items.slice(0, end).join(',')}]`
}

const recordsText = (records: readonly (ScopeSite | undefined)[]): string =>
  listText(records.map((record) => record && JSON.stringify(record)))

/** The statements that make a table known. */
export function tableText(
  { closures, scopes, urls, imports, hasPrivates, usesClasses }: SiteTable,
  names: Names,
  { runtime, base, edited }: { readonly runtime: string; readonly base?: string; readonly edited?: string },
): string {
  const { prefix, sites, load } = names
  const wanted = [
    `sites as ${sites}_`,
    `register as ${names.register}`,
    `registerDefault as ${names.registerDefault}`,
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
    ...(usesClasses
      ? [`handOut as ${names.handOut}`, `privateName as ${names.privateName}`, `superOf as ${names.superOf}`]
      : []),
  ]
  const args = [listText(urls), recordsText(closures), recordsText(scopes), ...(base ? [base] : [])]
  const getters = imports.map(({ name, url }) => `[() => ${name}, ${url}]`)
  return (
    `import { ${wanted.join(', ')} } from ${JSON.stringify(runtime)};` +
    `var ${sites} = ${load}(); function ${load}() { return ${sites} ??= ${sites}_(${args.join(', ')}) }` +
    (getters.length > 0
      ? `${prefix}_i([${getters.join(', ')}]${edited === undefined ? '' : `, ${JSON.stringify(edited)}`});`
      : '') +
    (hasPrivates ? `var ${names.restoring} = ${names.restoring}_();` : '')
  )
}
