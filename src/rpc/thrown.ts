// A thrown value on its way to another thread: as it is, or, if it cannot travel (it holds a socket, a promise, …), as
// an Error that tells what it was.
import { isBrineError } from '../errors/brine-error.ts'
import type { Payload } from '../payload/types.ts'

interface Writer {
  write(value: unknown, action: string): Payload
}

/** Writes what a function threw; never fails because of what that is. */
export function writeThrown(thrown: unknown, writer: Writer): Payload {
  try {
    return writer.write(thrown, 'throw')
  } catch (refusal) {
    const reason = isBrineError(refusal) ? refusal.message : String(refusal)
    return writer.write(describeThrown(thrown, reason), 'throw')
  }
}

/** An error with the name, message and stack of what was thrown, and the reason why it did not come itself. */
function describeThrown(thrown: unknown, reason: string): Error {
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
