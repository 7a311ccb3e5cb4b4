// Joins the stack of an error from a worker with that of the call.

/** Where a call comes from. */
export interface CallSite {
  readonly stack?: string
}

/**
 * Takes down where a call comes from, without the frames of `above` and of what it called. The text is made only if it is
 * needed.
 */
export function takeCallSite(above: (...args: never[]) => unknown): CallSite {
  const { captureStackTrace } = Error as { captureStackTrace?: (target: CallSite, above: unknown) => void }
  if (!captureStackTrace) return new Error('call site')
  // No Error: making one would take down the stack a second time, and this happens at each call.
  const site: CallSite = {}
  captureStackTrace(site, above)
  return site
}

/** Adds the frames of the call to an error's stack; leaves alone what is no error. */
export function joinStack(error: unknown, site: CallSite): void {
  try {
    if (typeof error !== 'object' || error === null) return
    const { stack } = error as { stack?: unknown }
    if (typeof stack !== 'string') return
    Object.defineProperty(error, 'stack', {
      value: `${stack.trimEnd()}\n    at offload (page)\n${framesOf(site)}`,
      writable: true,
      configurable: true,
      enumerable: false,
    })
  } catch {
    // Frozen, or a proxy: the error matters more than its stack.
  }
}

/** Tells in an error's stack which item of a map it comes from; leaves alone what is no error. */
export function nameItem(error: unknown, index: number): void {
  try {
    const { stack } = error as { stack?: unknown }
    if (typeof stack !== 'string') return
    const place = `    at item ${index} of the map\n`
    const value = stack.replace(/^ {4}at offload \(page\)$/m, (line) => `${place}${line}`)
    Object.defineProperty(error, 'stack', { value, writable: true, configurable: true, enumerable: false })
  } catch {
    // As above.
  }
}

function framesOf({ stack = '' }: CallSite): string {
  // V8 opens with a line for an error, the others with the first frame.
  return stack.replace(/^Error(?:: call site)?\n/, '').trimEnd()
}
