// Scope instances: made from a code unit, or kept from an earlier payload for the sake of a class.
import { BrineError } from '../errors/brine-error.ts'
import type { ClosureNode, NodeOf, PayloadData, Ref, Slot } from '../payload/types.ts'
import { knownClass, realm } from '../realm/registry.ts'
import type { ScopeInstance } from '../realm/registry.ts'
import type { CompiledUnit } from './evaluate.ts'

/** Runs a unit for one scope instance. */
export function makeScope(
  { unit, text, factory }: CompiledUnit,
  parent: ScopeInstance | undefined,
): ScopeInstance {
  const fail = (reason: string, cause?: unknown): never => {
    throw new BrineError('CODE_FAILED', { name: unit.hash, reason }, { cause })
  }
  let reason = 'no scope makes it'
  try {
    const make = unit.child === undefined ? factory : parent?.scopes?.[unit.child]
    const made = make?.()
    if (make) reason = 'it made no scope'
    if (Array.isArray(made?.make) && typeof made.read === 'function' && typeof made.write === 'function') {
      return { ...unit, ...(text !== undefined && { text }), ...(parent && { parent }), ...made }
    }
  } catch (error) {
    return fail(String(error), error)
  }
  return fail(reason)
}

/**
 * The scopes, by node, of classes that were rebuilt here before: functions that come along with such a class share its
 * scope, if it has the same code as then. Joined with other functions it is another unit, with other makers.
 */
export function keptScopes({ heap, code }: PayloadData): Map<number, ScopeInstance> {
  const kept = new Map<number, ScopeInstance>()
  for (const node of heap) {
    if (node.kind !== 'closure' || node.id === undefined) continue
    const known = knownClass(node.id)
    const origin = known && realm().origins.get(known)
    const { hash } = code[(heap[node.scope[0]] as NodeOf<'scope'>).code]!
    if (origin?.scope.hash === hash) kept.set(node.scope[0], origin.scope)
  }
  return kept
}

/** Gives the variables of a scope new values, by name; those that are not named keep theirs. */
export function refreshScope(scope: ScopeInstance, values: ReadonlyMap<string, unknown>): void {
  const old = scope.read()
  scope.write(scope.names.map((name, at) => (values.has(name) ? values.get(name) : old[at])))
}

/** The scope of a closure, and those around it. */
export function scopesAround({ scope }: ClosureNode, { heap }: Pick<PayloadData, 'heap'>): number[] {
  const indexes: number[] = []
  for (let at: Ref | undefined = scope; at; at = (heap[at[0]] as NodeOf<'scope'>).parent) indexes.push(at[0])
  return indexes
}

/** Variables that are read while a class is defined, by name: those that have the values which had to be there. */
export function eagerNames(node: ClosureNode, data: PayloadData): string[] {
  const key = (slot: Slot): unknown => (Array.isArray(slot) ? `[${String(slot[0])}]` : slot)
  const wanted = new Set(node.eager?.map(key))
  return scopesAround(node, data).flatMap((index) => {
    const { code, env } = data.heap[index] as NodeOf<'scope'>
    return data.code[code]!.names.filter((_, at) => wanted.has(key(env[at])))
  })
}
