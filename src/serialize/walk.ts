// The walk over a live graph: visits everything the root reaches, once, depth first, and finds what is plain.
//
// Depth first and in key order, since structured clone goes the same way: so the depth seen here is the depth of its
// recursion, and what is too deep for it is rebuilt node by node instead.
import type { Environment } from '../realm/registry.ts'
import type { HeapNode, Slot } from '../payload/types.ts'
import type { CapturePath, Step } from './capture-path.ts'
import { PLAIN_DEPTH, plainCheck } from './plain.ts'

/** Something with identity. */
export type Identity = object | symbol

/** Turns a value into a slot, once the walk is over. */
export type ToSlot = (value: unknown) => Slot

/** A value reached from another one. */
export interface Child {
  readonly value: unknown
  readonly step: Step
  /** Where free variables below are read, if not where they are read above. */
  readonly environment?: Environment
  /** The object that holds the value in a property: a method's `super`, a field arrow's `this`. */
  readonly holder?: object
}

/** What a family tells of a value. */
export interface Description {
  /** Structured clone keeps the value exactly, if it keeps all that the value reaches. */
  readonly plain: boolean
  readonly children: readonly Child[]
  /** Writes the node, for a value that is not handed over as it is. */
  readonly node: (slot: ToSlot) => HeapNode
}

/** Where a value was first met. */
export interface Visit {
  readonly path: CapturePath
  readonly environment: Environment
  /** The objects that hold the value in a property: the first one met, and, for a value that waited, all. */
  readonly holders: readonly object[]
  /** All else is walked: what there was to learn from it is known. */
  readonly last: boolean
}

/** One visited value. */
interface Entry extends Description {
  readonly value: Identity
  /** Whether the value, with all that it reaches, is handed over as it is. Settled at the end of the walk. */
  plain: boolean
  /** Whether it needs a node of its own. */
  referenced: boolean
}

export interface Walked {
  /** In the order of the first visit. */
  readonly entries: readonly Entry[]
  readonly indexOf: ReadonlyMap<Identity, number>
}

const hasIdentity = (value: unknown): value is Identity =>
  (typeof value === 'object' && value !== null) || typeof value === 'function' || typeof value === 'symbol'

/** A value that the fast path found plain. Its parts are not visited: a further reference to one is a further look. */
const PLAIN: Description = {
  plain: true,
  children: [],
  node: () => {
    throw new Error('a plain value with plain parts is never written as a node')
  },
}

/**
 * Hears of each value that is reached: from the entry `from`, which none is for the root, as the entry `index`, which a
 * primitive has none of.
 */
export type Reached = (child: Child, from: number | undefined, index: number | undefined) => void

interface WalkOptions {
  /** Where free variables are read. */
  readonly environment?: Environment
  /** Whether plain data is handed over as it is. */
  readonly byReference?: boolean
  readonly trace?: { readonly reached: Reached }
}

/**
 * Visits all that `root` reaches.
 *
 * @param describe Tells of each value; where it gives undefined, it is asked again when all else is walked.
 */
export function walk(
  root: unknown,
  { environment = {}, byReference = true, trace }: WalkOptions,
  describe: (value: Identity, visit: Visit) => Description | undefined,
): Walked {
  const entries: Entry[] = []
  const indexOf = new Map<Identity, number>()
  // Edges, as two parallel lists: who reaches whom.
  const from: number[] = []
  const to: number[] = []
  interface Frame {
    readonly index: number
    readonly visit: Visit
    readonly children: readonly Child[]
    next: number
  }
  const stack: Frame[] = []
  const waiting = new Map<number, Visit & { readonly holders: object[] }>()
  const isPlain = byReference ? plainCheck() : () => false

  const open = (index: number, value: Identity, visit: Visit): void => {
    const description = typeof value === 'object' && isPlain(value) ? PLAIN : describe(value, visit)
    if (!description) {
      waiting.set(index, { ...visit, holders: [...visit.holders], last: true })
      return
    }
    // What the fast path found has a depth of its own, which is bounded, and no node.
    const shallow = description === PLAIN || stack.length < PLAIN_DEPTH
    const plain = byReference && description.plain && shallow
    entries[index] = { value, plain, referenced: false, children: [], node: description.node }
    if (description.children.length > 0) stack.push({ index, visit, children: description.children, next: 0 })
  }
  const enter = (value: Identity, visit: Visit): number => {
    const index = entries.push({ value, referenced: false, ...PLAIN }) - 1
    indexOf.set(value, index)
    open(index, value, visit)
    return index
  }

  const step: Step = { kind: 'root' }
  const path: CapturePath = { step, before: undefined }
  trace?.reached({ value: root, step }, undefined, hasIdentity(root) ? 0 : undefined)
  if (hasIdentity(root)) enter(root, { path, environment, holders: [], last: false })
  for (;;) {
    const frame = stack.at(-1)
    if (!frame) {
      const [next] = waiting
      if (!next) break
      const [index, visit] = next
      waiting.delete(index)
      open(index, entries[index]!.value, visit)
      continue
    }
    const child = frame.children[frame.next++]
    if (!child) {
      stack.pop()
      continue
    }
    if (!hasIdentity(child.value)) {
      trace?.reached(child, frame.index, undefined)
      continue
    }
    from.push(frame.index)
    const known = indexOf.get(child.value)
    trace?.reached(child, frame.index, known ?? entries.length)
    if (known !== undefined) {
      to.push(known)
      if (child.holder) waiting.get(known)?.holders.push(child.holder)
    } else {
      const path: CapturePath = { step: child.step, before: frame.visit.path }
      to.push(
        enter(child.value, {
          path,
          environment: child.environment ?? frame.visit.environment,
          holders: child.holder ? [child.holder] : [],
          last: false,
        }),
      )
    }
  }
  settle(entries, from, to)
  return { entries, indexOf }
}

/** Spreads "not plain" to all that reach it, then marks what needs a node: roots, and what a rebuilt value refers to. */
function settle(entries: readonly Entry[], from: readonly number[], to: readonly number[]): void {
  const tainted = entries.flatMap((entry, index) => (entry.plain ? [] : [index]))
  if (tainted.length > 0) {
    const parents = new Map<number, number[]>()
    for (let edge = 0; edge < to.length; edge++) {
      const list = parents.get(to[edge]!)
      if (list) list.push(from[edge]!)
      else parents.set(to[edge]!, [from[edge]!])
    }
    for (let index = tainted.pop(); index !== undefined; index = tainted.pop()) {
      for (const parent of parents.get(index) ?? []) {
        if (!entries[parent]!.plain) continue
        entries[parent]!.plain = false
        tainted.push(parent)
      }
    }
  }
  if (entries[0]) entries[0].referenced = true
  for (let edge = 0; edge < to.length; edge++) {
    if (!entries[from[edge]!]!.plain) entries[to[edge]!]!.referenced = true
  }
}
