// How long the calls of a function are going to take, judged by those that were.
import type { PayloadData, Slot } from '../payload/types.ts'

/** How many functions are remembered; the one that was first noted is forgotten first. */
const FUNCTIONS = 1_000
/** The weight of the latest call. Clocks are coarse where a page is not isolated, and only the mean of many calls is right. */
const WEIGHT = 0.2
/** From so many milliseconds on a single call says enough: then the next ones go alone until it is outweighed. */
const LONG_MS = 5

export class Costs {
  readonly #means = new Map<string, number>()

  /** The expected time of a call, in milliseconds; nothing for a function that has not run yet. */
  expected(key: string): number | undefined {
    return this.#means.get(key)
  }

  /** Takes note of a call. */
  note(key: string, ms: number): void {
    const mean = this.#means.get(key)
    if (mean === undefined && this.#means.size >= FUNCTIONS) {
      this.#means.delete(this.#means.keys().next().value!)
    }
    this.#means.set(
      key,
      mean === undefined || ms > LONG_MS ? Math.max(ms, mean ?? 0) : mean + WEIGHT * (ms - mean),
    )
  }
}

/** The code of the function that is called, as a key; nothing where it has no code of its own, or hides it. */
export function codeOfCall({ heap, code, root }: PayloadData): string | undefined {
  const nodeAt = (slot: Slot | undefined) => (Array.isArray(slot) ? heap[slot[0] as number] : undefined)
  const call = nodeAt(root)
  const fn = call?.kind === 'array' ? nodeAt(call.items[0]) : undefined
  if (fn?.kind === 'imported') return code[fn.code]?.hash
  const scope = fn?.kind === 'closure' ? nodeAt(fn.scope) : undefined
  if (fn?.kind !== 'closure' || scope?.kind !== 'scope') return undefined
  return `${code[scope.code]?.hash} ${fn.index}`
}
