// A thrown value that cannot travel (it holds a socket, a promise, …) as an Error that tells what it was.

/** An error with the name, message and stack of what was thrown, and the reason why it did not come itself. */
export function describeThrown(thrown: unknown, reason: string): Error {
  const text = read(thrown, 'message') ?? describe(thrown)
  const error = new Error(`${text} (the thrown value itself could not travel: ${reason})`)
  const name = read(thrown, 'name')
  const stack = read(thrown, 'stack')
  if (name !== undefined) error.name = name
  if (stack !== undefined) error.stack = stack
  return error
}

function read(thrown: unknown, key: string): string | undefined {
  try {
    const value = (thrown as Record<string, unknown> | null | undefined)?.[key]
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

function describe(thrown: unknown): string {
  try {
    return String(thrown)
  } catch {
    return `a value of type ${typeof thrown}`
  }
}
