// The scopes of one payload: which functions share which, and where their nodes and code units stand.
import { joinScopes } from '../capture/scopes.ts'
import type { Scope } from '../capture/scopes.ts'
import type { Captured, Piece } from '../capture/types.ts'
import type { CodeUnit, HeapNode } from '../payload/types.ts'
import type { ScopeInstance } from '../realm/registry.ts'
import type { Registration, ScopeSite, ScopeToken, SiteModule } from '../realm/sites.ts'
import type { ToSlot } from './walk.ts'

/** Where a captured function stands. */
interface Place {
  readonly captured: Captured
  /** The variables that travel with it, and their values. */
  readonly variables: readonly (readonly [name: string, value: unknown])[]
  /** Its position in its scope; known once the walk is over. */
  readonly index: () => number
}

export interface ScopeTable {
  enter(captured: Captured): Place
  /** Joins scopes and numbers their nodes from `first` on. */
  close(first: number): void
  /** The heap index of the scope node of a place; only after `close`. */
  indexOf(place: Place): number
  /** The position of a unit in the code table. */
  unitIndex(unit: CodeUnit): number
  /** The scope nodes, in order, and the code table. */
  write(slot: ToSlot): { nodes: HeapNode[]; code: CodeUnit[] }
}

/** What stands for a scope instance: the joined pieces, the scope rebuilt here, the creation or the token of a site. */
type ScopeKey = Scope | ScopeInstance | Registration | ScopeToken

interface ScopeEntry {
  readonly unit: CodeUnit
  readonly values: readonly unknown[]
  readonly parent: ScopeKey | undefined
}

const named = (names: readonly string[], values: readonly unknown[]): (readonly [string, unknown])[] =>
  names.map((name, at) => [name, values[at]] as const)

/** The unit that is an export of a module itself. */
export function importedUnit(url: string): CodeUnit {
  const absolute = absoluteUrl(url)
  return { hash: `${absolute}#value`, module: { url: absolute, export: 'value' }, names: [] }
}

const absoluteUrl = (url: string): string =>
  new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href).href

/** The unit that a site, or the scope of a token, is made by. */
function unitOf(
  { at, group = 0, names }: ScopeSite,
  { urls }: SiteModule,
  parent: CodeUnit | undefined,
): CodeUnit {
  if (typeof at === 'number') return { hash: `${parent!.hash}/${at}`, child: at, names }
  const absolute = absoluteUrl(urls[group]!)
  return { hash: `${absolute}#${at}`, module: { url: absolute, export: at }, names }
}

/** Makes the scope table of one payload. */
export function scopeTable(): ScopeTable {
  const pieces: Piece[] = []
  const positions = new Map<Piece, { scope: Scope; index: number }>()
  const entries = new Map<ScopeKey, ScopeEntry>()
  const indexes = new Map<ScopeKey, number>()

  const code: CodeUnit[] = []
  const byHash = new Map<string, number>()
  const unitIndex = (unit: CodeUnit): number => {
    const known = byHash.get(unit.hash)
    if (known !== undefined) return known
    byHash.set(unit.hash, code.length)
    return code.push(unit) - 1
  }

  const enterInstance = (scope: ScopeInstance): void => {
    if (entries.has(scope)) return
    const { hash, text, module, child, names, parent } = scope
    const unit = {
      hash,
      ...(text !== undefined && { text }),
      ...(module && { module }),
      ...(child !== undefined && { child }),
      names,
    }
    entries.set(scope, { unit, values: scope.read(), parent })
    if (parent) enterInstance(parent)
  }
  const enterToken = (token: ScopeToken, read: (token: ScopeToken) => readonly unknown[]): void => {
    if (entries.has(token)) return
    const site = token.module.scopes[token.number]!
    if (token.parent) enterToken(token.parent, read)
    const parent = token.parent ? entries.get(token.parent)!.unit : undefined
    entries.set(token, {
      unit: unitOf(site, token.module, parent),
      values: read(token),
      parent: token.parent || undefined,
    })
  }
  /** The variables of a scope and of those around it. */
  const variablesOf = (key: ScopeKey | undefined): (readonly [string, unknown])[] => {
    const entry = key && entries.get(key)
    return entry ? [...named(entry.unit.names, entry.values), ...variablesOf(entry.parent)] : []
  }

  const enter = (captured: Captured): Place => {
    const { code } = captured
    if (code.kind === 'piece') {
      pieces.push(code.piece)
      return {
        captured,
        variables: [...code.piece.variables],
        index: () => positions.get(code.piece)!.index,
      }
    }
    if (code.kind === 'instance') {
      enterInstance(code.scope)
      return { captured, variables: variablesOf(code.scope), index: () => code.index }
    }
    const { registration, values, readShared } = code
    const { site, token } = registration
    if (token) enterToken(token, readShared)
    entries.set(registration, {
      unit: unitOf(site, site.module, token && entries.get(token)!.unit),
      values,
      parent: token,
    })
    return { captured, variables: variablesOf(registration), index: () => 0 }
  }

  const close = (first: number): void => {
    for (const scope of joinScopes(pieces)) {
      entries.set(scope, { unit: scope.unit, values: scope.values, parent: undefined })
      scope.pieces.forEach((piece, index) => positions.set(piece, { scope, index }))
    }
    for (const key of entries.keys()) indexes.set(key, first + indexes.size)
  }

  const keyOf = ({ code }: Captured): ScopeKey =>
    code.kind === 'piece'
      ? positions.get(code.piece)!.scope
      : code.kind === 'instance'
        ? code.scope
        : code.registration

  const write = (slot: ToSlot): { nodes: HeapNode[]; code: CodeUnit[] } => {
    const nodes = [...entries.values()].map(({ unit, values, parent }): HeapNode => ({
      kind: 'scope',
      code: unitIndex(unit),
      ...(parent && { parent: [indexes.get(parent)!] as const }),
      env: values.map(slot),
    }))
    return { nodes, code }
  }

  return { enter, close, indexOf: ({ captured }) => indexes.get(keyOf(captured))!, unitIndex, write }
}
