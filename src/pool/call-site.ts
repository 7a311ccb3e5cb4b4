// Joins the stack of an error from a worker with that of the call.

/** Takes down where a call comes from; `above` is the outermost function of brine. The text is made only if needed. */
export function takeCallSite(above: (...args: never[]) => unknown): Error {
  const site = new Error('call site')
  // V8 alone: leaves out brine's own frames.
  const capture = (Error as { captureStackTrace?: (target: object, above: unknown) => void })
    .captureStackTrace
  capture?.(site, above)
  return site
}

/** Adds the frames of the call to an error's stack; leaves alone what is no error. */
export function joinStack(error: unknown, site: Error): void {
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

function framesOf({ stack = '' }: Error): string {
  // V8 opens with a line for the error itself, the others with the first frame.
  return stack.replace(/^Error: call site\n/, '').trimEnd()
}
