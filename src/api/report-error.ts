// Errors of listeners: nobody's to handle, and the pool's least of all.

/** Reports an error as one of an event listener is. */
export function reportError(error: unknown): void {
  const report = (globalThis as { reportError?: (error: unknown) => void }).reportError
  if (report) report(error)
  else console.error(error)
}
