// What the reader of a generator tells the one who drives it.

export type Command =
  /** Run on: so many more batches may be sent. */
  | { readonly kind: 'pull'; readonly batches: number }
  /** Run to the end; nobody reads the values. */
  | { readonly kind: 'drain' }
  | Resumption

/** How the generator goes on from the yield at which it waits, up to its next. */
export interface Resumption {
  readonly kind: 'next' | 'return' | 'throw'
  readonly value: unknown
}

/** How many batches may be on the way or unread. */
export const WINDOW = 16

/** Whether calls of a function give generators. */
export function isGeneratorFunction(fn: unknown): boolean {
  return typeof fn === 'function' && /^\[object (Async)?GeneratorFunction\]$/.test(tagOf(fn))
}

/** Whether a value is what a generator function gives. */
export function isGenerator(value: unknown): value is Generator | AsyncGenerator {
  return typeof value === 'object' && value !== null && /^\[object (Async)?Generator\]$/.test(tagOf(value))
}

function tagOf(value: object): string {
  try {
    return Object.prototype.toString.call(value)
  } catch {
    // A proxy, or a getter that throws.
    return ''
  }
}
