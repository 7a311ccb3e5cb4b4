// The heap graph becomes live values, in two phases: allocate every node, then inflate it.
//
// Allocation makes the identity, so that cycles close; it waits only for what a thing is made of (a class for its
// superclass, a bound function for its target). Inflation fills in what may refer to anything. An instance of a
// registered type is the exception: `decode` wants its whole state, so that the state is completed first.
import { BrineError } from '../errors/brine-error.ts'
import { emptyArray } from '../payload/empty-array.ts'
import type { Limits } from '../payload/limits.ts'
import { reachedBy, slotsOf } from '../payload/references.ts'
import type { ClosureNode, HeapNode, NodeKind, NodeOf, PayloadData, Slot } from '../payload/types.ts'
import { resolveGlobal } from '../realm/globals.ts'
import { bind } from '../realm/bind.ts'
import { isHome, knownClass, realm } from '../realm/registry.ts'
import type { AnyFunction, ScopeInstance } from '../realm/registry.ts'
import { makeShared, stateOf } from '../realm/shared.ts'
import { makeClosure } from './closure.ts'
import type { CompiledUnit } from './evaluate.ts'
import { applyOwn, ownValue } from './own.ts'
import type { FromSlot } from './own.ts'
import { withPrivates, writePrivates, writeStatics } from './privates.ts'
import { eagerNames, keptScopes, makeScope, refreshScope, scopesAround } from './scope.ts'
import { decodeTyped, refuseTypedCycle } from './typed.ts'

const STATE = { untouched: 0, allocating: 1, allocated: 2, inflated: 3 } as const

/** Kinds that are code: what they reach is there by the time they are called. */
const CODE: ReadonlySet<NodeKind> = new Set(['closure', 'scope', 'bound', 'prototype', 'member'])

type Allocate = { [Kind in NodeKind]: (node: NodeOf<Kind>, index: number) => unknown }
type Inflate = { [Kind in NodeKind]?: (node: NodeOf<Kind>, value: never, index: number) => void }

/** Rebuilds the root of a verified payload. */
export function rebuild(
  data: PayloadData,
  units: ReadonlyMap<number, CompiledUnit>,
  limits: Limits,
  remote: ((port: unknown) => unknown) | undefined,
  shares: ReadonlyMap<string, object>,
): unknown {
  const { heap } = data
  const values: unknown[] = Array.from({ length: heap.length })
  const states = new Uint8Array(heap.length)
  /** Things that had their state before this payload came: classes of this realm, and their parts. */
  const settled = new Set<number>()
  const again = new Set<number>()
  const homes = new Map<number, (home: object) => void>()
  const kept = keptScopes(data)
  let depth = 0

  const value: FromSlot = (slot) => (Array.isArray(slot) ? values[(slot as readonly [number])[0]] : slot)
  /** Allocates what a slot refers to, and reads it. */
  const allocated: FromSlot = (slot) => {
    if (Array.isArray(slot)) allocate((slot as readonly [number])[0])
    return value(slot)
  }

  const makers: Allocate = {
    plain: (node) => node.value,
    native: (node) => node.value,
    symbol: (node) => Symbol(node.description),
    'registered-symbol': (node) => Symbol.for(node.key),
    global: ({ path }) => {
      const found = resolveGlobal(path)
      if (found === undefined) throw new BrineError('GLOBAL_MISSING', { path })
      return found
    },
    object: () => ({}),
    array: ({ length, items }) => emptyArray(length, items.length),
    arguments: () =>
      (function (..._args: unknown[]): unknown {
        return arguments
      })(),
    map: () => new Map(),
    set: () => new Set(),
    'boxed-symbol': (node) => Object(allocated(node.symbol)) as unknown,
    error: ({ stack }) => {
      const error = new Error()
      if (stack === undefined) Reflect.deleteProperty(error, 'stack')
      else
        Object.defineProperty(error, 'stack', {
          value: stack,
          writable: true,
          enumerable: false,
          configurable: true,
        })
      return error
    },
    scope: (node, index) => {
      // Its variables then take their new values.
      return (
        kept.get(index) ??
        makeScope(units.get(node.code)!, allocated(node.parent) as ScopeInstance | undefined)
      )
    },
    closure: (node, index) => allocateClosure(node, index),
    bound: (node) => {
      const target = allocated(node.target)
      if (typeof target !== 'function')
        return malformed(`node ${String(node.target)}`, 'a function', typeof target)
      return bind(
        target as AnyFunction,
        allocated(node.self) as never,
        ...(node.args.map(allocated) as never[]),
      )
    },
    prototype: (node, index) => {
      const owner = allocated(node.of)
      inheritState(node.of, index)
      return ownValue(owner, 'prototype', 'value', index)
    },
    member: (node, index) => {
      const owner = allocated(node.of)
      inheritState(node.of, index)
      const holder = node.static ? owner : ownValue(owner, 'prototype', 'value', index)
      return ownValue(holder, allocated(node.key) as PropertyKey, node.part, index)
    },
    typed: (node) => decode(node),
    imported: (node, index) => {
      settled.add(index)
      const { unit, factory } = units.get(node.code)!
      realm().imported.set(factory as AnyFunction, unit.module!.url)
      return factory
    },
    shared: ({ id }) => (id === undefined ? makeShared({ value: undefined }) : shares.get(id)),
    remote: (node) => {
      if (!remote) throw new BrineError('CODE_NOT_ALLOWED', { what: 'a remote function' })
      return remote(node.port)
    },
  }

  const fillers: Inflate = {
    array: (node, array: unknown[]) => {
      for (let at = 0; at < node.items.length; at++) array[at] = value(node.items[at])
    },
    map: (node, map: Map<unknown, unknown>) => {
      for (const [key, item] of node.entries) Map.prototype.set.call(map, value(key), value(item))
    },
    set: (node, set: Set<unknown>) => {
      for (const item of node.values) Set.prototype.add.call(set, value(item))
    },
    shared: (node, shared: object) => {
      if (node.id === undefined) stateOf(shared)!.value = value(node.value)
    },
    scope: (node, scope: ScopeInstance) => scope.write(node.env.map(value)),
    closure: (node, fn: AnyFunction, index) => {
      if (node.home !== undefined) homes.get(index)?.(value(node.home) as object)
      if (node.statics) writeStatics(fn, node.statics, value, index)
      if (again.has(index)) refreshScope(realm().origins.get(fn)!.scope, variablesOf(node))
    },
  }

  /** The variables that a function travels with, by name. */
  const variablesOf = (node: ClosureNode): Map<string, unknown> => {
    const { code, env } = heap[node.scope[0]] as NodeOf<'scope'>
    return new Map(data.code[code]!.names.map((name, at) => [name, value(env[at])]))
  }

  /** A part of a class that had its state before has had its own state too. */
  const inheritState = (owner: Slot, index: number): void => {
    const at = (owner as readonly [number])[0]
    if (settled.has(at)) settled.add(index)
    if (again.has(at)) again.add(index)
  }

  const allocateClosure = (node: ClosureNode, index: number): AnyFunction => {
    const known = node.id === undefined ? undefined : knownClass(node.id)
    if (known) {
      ;(isHome(node.id!, known) ? settled : again).add(index)
      return known
    }
    const scope = allocated(node.scope) as ScopeInstance
    if (node.index >= scope.make.length)
      malformed(`node ${index}`, 'a function of its scope', String(node.index))
    const inputs = {
      ...('self' in node && { self: allocated(node.self) }),
      ...(node.args && { args: node.args.map(allocated) }),
      ...('newTarget' in node && { newTarget: allocated(node.newTarget) }),
      ...('parent' in node && { parent: allocated(node.parent) }),
      ...(node.keys && { keys: node.keys.map(allocated) as PropertyKey[] }),
      ...(node.eager && { eager: eagerNames(node, data) }),
    }
    if (node.eager) {
      complete(node.eager)
      for (const at of scopesAround(node, data)) fillers.scope!(heap[at] as never, values[at] as never, at)
    }
    const privateState = node.privateState ?? []
    const { fn, setHome } = makeClosure({
      scope,
      index: node.index,
      name: node.name,
      id: node.id,
      inputs,
      hasHome: 'home' in node,
      privateState,
    })
    if ('home' in node) homes.set(index, setHome)
    return fn
  }

  const decode = (node: NodeOf<'typed'>): unknown => {
    complete(slotsOf(node))
    // Code may lead back to the instance, which is there when it runs; the state must be whole now.
    for (const index of reachedBy(heap, [node.state], (reached) => !CODE.has(reached.kind))) {
      if (heap[index]!.kind === 'typed' && states[index] === STATE.allocating) refuseTypedCycle(node.name)
    }
    return decodeTyped(node, value)
  }

  const allocate = (index: number): void => {
    if (states[index]! >= STATE.allocated) return
    if (states[index] === STATE.allocating) malformed(`node ${index}`, 'made without itself', 'a cycle')
    if (++depth > limits.nesting) {
      throw new BrineError('LIMIT_EXCEEDED', {
        what: 'levels of construction',
        limit: limits.nesting,
        found: depth,
      })
    }
    states[index] = STATE.allocating
    const node = heap[index]!
    const made = (makers[node.kind] as (node: HeapNode, index: number) => unknown)(node, index)
    values[index] =
      'privates' in node && node.privates
        ? withPrivates(
            made as object,
            node.kind === 'object',
            node.privates.map(([of]) => allocated(of)),
            index,
          )
        : made
    states[index] = STATE.allocated
    depth--
  }

  const inflate = (index: number): void => {
    if (states[index] === STATE.inflated) return
    states[index] = STATE.inflated
    if (settled.has(index)) return
    const node = heap[index]!
    ;(fillers[node.kind] as ((node: HeapNode, value: unknown, index: number) => void) | undefined)?.(
      node,
      values[index],
      index,
    )
    if ('privates' in node && node.privates) {
      writePrivates(values[index] as object, node.privates, value, index)
    }
    if ('props' in node || 'proto' in node || 'deleted' in node || 'fixed' in node) {
      applyOwn(values[index] as object, node, value, again.has(index))
    }
  }

  /** Allocates and inflates all that the slots reach, as far as it does not wait for what is being made right now. */
  const complete = (slots: readonly Slot[]): void => {
    const reached = reachedBy(heap, slots)
    for (const index of reached)
      if (states[index] === STATE.untouched && heap[index]!.kind !== 'scope') allocate(index)
    for (const index of reached) {
      if (states[index] !== STATE.allocated) continue
      const waits = slotsOf(heap[index]!).some(
        (slot) => Array.isArray(slot) && states[slot[0] as number] === STATE.allocating,
      )
      if (!waits) inflate(index)
      else if (heap[index]!.kind === 'scope') fillers.scope!(heap[index], values[index] as never, index)
    }
  }

  // A scope is made when the first of its closures is: that of a class which is here already stays unmade.
  for (let index = 0; index < heap.length; index++) if (heap[index]!.kind !== 'scope') allocate(index)
  for (let index = 0; index < heap.length; index++) if (states[index] !== STATE.untouched) inflate(index)
  return value(data.root)
}

function malformed(at: string, expected: string, found: string): never {
  throw new BrineError('PAYLOAD_MALFORMED', { at, expected, found })
}
