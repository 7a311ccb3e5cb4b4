// The constants of a module: which node has which name, and what exists at a point of the text.
import type { HeapNode, PayloadData, Slot } from '../payload/types.ts'
import { globalText, primitiveText, stringText } from './module-syntax.ts'

export const STATE = { untouched: 0, allocating: 1, allocated: 2, inflated: 3 } as const

/** Kinds that an expression stands for, wherever they are used. */
const isInline = ({ kind }: HeapNode): boolean => kind === 'global' || kind === 'registered-symbol'

/** Kinds that are written before all others. */
const isData = ({ kind }: HeapNode): boolean => kind === 'plain' || kind === 'native'

export class ModuleNames {
  readonly states: Uint8Array
  /** The name of each node, or the expression that stands for it. */
  readonly names: readonly string[]
  readonly #heap: readonly HeapNode[]
  /** Identifiers in the code: none of them is given to a constant. */
  readonly #taken = new Set<string>()
  readonly #counts = new Map<string, number>()

  constructor({ code, heap }: PayloadData) {
    this.#heap = heap
    this.states = new Uint8Array(heap.length)
    for (const { text = '' } of code) {
      for (const [word] of text.matchAll(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu)) this.#taken.add(word)
    }
    this.names = heap.map((node) => this.#nameFor(node))
  }

  newName(letter: string): string {
    for (;;) {
      const count = this.#counts.get(letter) ?? 0
      this.#counts.set(letter, count + 1)
      const name = `${letter}${count}`
      if (!this.#taken.has(name)) return name
    }
  }

  #nameFor(node: HeapNode): string {
    if (node.kind === 'global') return globalText(node.path)
    if (node.kind === 'registered-symbol') return `Symbol.for(${stringText(node.key)})`
    return this.newName(node.kind === 'scope' ? 's' : node.kind === 'closure' ? 'f' : 'v')
  }

  /** The text of a slot; what does not exist yet is undefined. */
  slot = (slot: Slot): string => {
    if (typeof slot !== 'object' || slot === null) return primitiveText(slot)
    const [index] = slot
    return this.exists(slot) ? this.names[index]! : 'undefined'
  }

  exists(slot: Slot): boolean {
    if (typeof slot !== 'object' || slot === null) return true
    const node = this.#heap[slot[0]]!
    return this.states[slot[0]]! >= STATE.allocated || isInline(node) || isData(node)
  }

  slots = (slots: readonly Slot[]): string => slots.map(this.slot).join(', ')
}
