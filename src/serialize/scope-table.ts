// The scopes of one payload: which functions share which, and where their nodes and code units stand.
import { joinScopes } from '../capture/scopes.ts'
import type { Scope } from '../capture/scopes.ts'
import type { Captured, Piece } from '../capture/types.ts'
import type { CodeUnit, HeapNode } from '../payload/types.ts'
import type { ScopeInstance } from '../realm/registry.ts'
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
  /** The scope nodes, in order, and the code table. */
  write(slot: ToSlot): { nodes: HeapNode[]; code: CodeUnit[] }
}

/** Makes the scope table of one payload. */
export function scopeTable(): ScopeTable {
  const pieces: Piece[] = []
  const instances = new Map<ScopeInstance, readonly unknown[]>()
  const positions = new Map<Piece, { scope: Scope; index: number }>()
  const indexes = new Map<Scope | ScopeInstance, number>()

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
    const values = instances.get(code.scope) ?? code.scope.read()
    instances.set(code.scope, values)
    return {
      captured,
      variables: code.scope.names.map((name, at) => [name, values[at]] as const),
      index: () => code.index,
    }
  }

  const close = (first: number): void => {
    for (const scope of joinScopes(pieces)) {
      indexes.set(scope, first + indexes.size)
      scope.pieces.forEach((piece, index) => positions.set(piece, { scope, index }))
    }
    for (const instance of instances.keys()) indexes.set(instance, first + indexes.size)
  }

  const indexOf = ({ captured: { code } }: Place): number =>
    indexes.get(code.kind === 'piece' ? positions.get(code.piece)!.scope : code.scope)!

  const write = (slot: ToSlot): { nodes: HeapNode[]; code: CodeUnit[] } => {
    const code: CodeUnit[] = []
    const byHash = new Map<string, number>()
    const nodes = [...indexes.keys()].map((scope): HeapNode => {
      const unit = 'unit' in scope ? scope.unit : { hash: scope.hash, text: scope.text, names: scope.names }
      const values = 'unit' in scope ? scope.values : instances.get(scope)!
      const known = byHash.get(unit.hash)
      if (known === undefined) byHash.set(unit.hash, code.push(unit) - 1)
      return { kind: 'scope', code: known ?? code.length - 1, env: values.map(slot) }
    })
    return { nodes, code }
  }

  return { enter, close, indexOf, write }
}
