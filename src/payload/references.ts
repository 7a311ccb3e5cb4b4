// Which nodes a node refers to.
import type { HeapNode, Instance, NodeKind, NodeOf, Own, Slot } from './types.ts'

const NONE = (): readonly Slot[] => []

function ownSlots(own: Own): Slot[] {
  return [
    own.proto,
    ...(own.props ?? []).flatMap(([key, value, , setter]) => [key, value, setter]),
    ...(own.deleted ?? []),
  ]
}

const instanceSlots = (node: Instance): Slot[] => [...ownSlots(node), ...(node.privates ?? []).flat()]

const slotsByKind: { [Kind in NodeKind]: (node: NodeOf<Kind>) => readonly Slot[] } = {
  plain: NONE,
  symbol: NONE,
  'registered-symbol': NONE,
  global: NONE,
  remote: NONE,
  imported: NONE,
  shared: (node) => [node.value],
  object: instanceSlots,
  arguments: ownSlots,
  native: instanceSlots,
  error: instanceSlots,
  array: (node) => [...node.items, ...instanceSlots(node)],
  map: (node) => [...node.entries.flat(), ...instanceSlots(node)],
  set: (node) => [...node.values, ...instanceSlots(node)],
  'boxed-symbol': (node) => [node.symbol, ...instanceSlots(node)],
  scope: (node) => [node.parent, ...node.env],
  closure: (node) => [
    node.scope,
    node.self,
    ...(node.args ?? []),
    node.newTarget,
    node.parent,
    ...(node.keys ?? []),
    node.home,
    ...(node.eager ?? []),
    ...(node.statics ?? []),
    ...ownSlots(node),
  ],
  bound: (node) => [node.target, node.self, ...node.args, ...ownSlots(node)],
  prototype: (node) => [node.of, ...ownSlots(node)],
  member: (node) => [node.of, node.key, ...ownSlots(node)],
  typed: ({ state, type }) => (type ? [state, type.constructor, type.encode, type.decode] : [state]),
}

/** The slots of a node, in no particular order. */
export function slotsOf(node: HeapNode): readonly Slot[] {
  return (slotsByKind[node.kind] as (node: HeapNode) => readonly Slot[])(node)
}

/** The slots of a node but for its prototype: what the rebuilt value hands out as its own. */
export function heldBy(node: HeapNode): readonly Slot[] {
  return slotsOf('proto' in node ? { ...node, proto: undefined } : node)
}

/** The indexes of all nodes that slots reach, through those that `passes`. */
export function reachedBy(
  heap: readonly HeapNode[],
  slots: readonly Slot[],
  passes: (node: HeapNode) => boolean = () => true,
): number[] {
  const reached = new Set<number>()
  const waiting = [...slots]
  for (let slot = waiting.pop(); waiting.length > 0 || slot !== undefined; slot = waiting.pop()) {
    if (!Array.isArray(slot)) continue
    const index = (slot as readonly [number])[0]
    if (reached.has(index)) continue
    reached.add(index)
    if (passes(heap[index]!)) for (const other of slotsOf(heap[index]!)) waiting.push(other)
  }
  return [...reached]
}
