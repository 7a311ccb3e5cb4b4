// Nodes that could never be built, as they need themselves first.
import type { HeapNode, PayloadData, Slot } from './types.ts'

const indexOf = (slot: Slot): number | undefined =>
  typeof slot === 'object' && slot !== null ? slot[0] : undefined

/** What must exist before a node can be made: the rest is filled in when all nodes exist. */
function needs(node: HeapNode): readonly Slot[] {
  if (node.kind === 'closure') return [node.self, node.newTarget, node.parent, ...(node.args ?? [])]
  if (node.kind === 'scope') return [node.parent]
  if (node.kind === 'bound') return [node.target, node.self, ...node.args]
  if (node.kind === 'prototype' || node.kind === 'member') return [node.of]
  const classes = 'privates' in node ? (node.privates ?? []).map(([of]) => of) : []
  if (node.kind === 'boxed-symbol') return [node.symbol, ...classes]
  return classes
}

/** The prototype that a node asks for. */
function prototypeOf(node: HeapNode): readonly Slot[] {
  return 'proto' in node ? [node.proto] : []
}

/**
 * Finds a node from which `edges` lead back to itself.
 *
 * @returns its index, or undefined
 */
function findCycle(
  heap: PayloadData['heap'],
  edges: (node: HeapNode) => readonly Slot[],
): number | undefined {
  const OPEN = 1
  const DONE = 2
  const state = new Uint8Array(heap.length)
  for (let start = 0; start < heap.length; start++) {
    if (state[start] === DONE) continue
    // Depth first, with a stack of its own: chains may be as long as the heap.
    const stack = [start]
    while (stack.length > 0) {
      const at = stack[stack.length - 1]!
      if (state[at] !== 0) {
        state[at] = DONE
        stack.pop()
        continue
      }
      state[at] = OPEN
      for (const slot of edges(heap[at]!)) {
        const next = indexOf(slot)
        if (next === undefined || state[next] === DONE) continue
        if (state[next] === OPEN) return next
        stack.push(next)
      }
    }
  }
  return undefined
}

/** A node that must be made before itself. */
export const findNeedCycle = (heap: PayloadData['heap']): number | undefined => findCycle(heap, needs)

/** A node that is on its own prototype chain. */
export const findPrototypeCycle = (heap: PayloadData['heap']): number | undefined =>
  findCycle(heap, prototypeOf)
