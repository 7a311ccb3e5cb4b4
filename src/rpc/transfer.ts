// What `Comlink.transfer(value, […])` noted down about a value. Comlink keeps that to itself, and tells it only to the
// endpoint of a call that carries the value: so a call is made, on an endpoint that leads nowhere.
import { transferHandlers, wrap } from 'comlink'

type Listener = (event: { data: unknown }) => void

let probe: ((value: unknown) => unknown) | undefined
let noted: readonly unknown[] = []

function createProbe(): (value: unknown) => unknown {
  let answer: Listener = () => {}
  const nowhere = {
    addEventListener: (_type: string, listener: Listener) => {
      answer = listener
    },
    removeEventListener: () => {},
    postMessage: ({ id }: { id: string }, transferables: readonly unknown[] = []) => {
      noted = transferables
      // Comlink remembers every call until it is answered.
      answer({ data: { id, type: 'RAW', value: undefined } })
    },
  }
  return wrap<(value: unknown) => unknown>(nowhere as never)
}

/** The transfer list that `Comlink.transfer` attached to a value; empty for any other value. */
export function transferOf(value: unknown): readonly unknown[] {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return []
  try {
    // A value with a handler of its own (`Comlink.proxy`, an Error to be thrown) is not transferred by Comlink either.
    for (const handler of transferHandlers.values()) if (handler.canHandle(value)) return []
    probe ??= createProbe()
    noted = []
    void probe(value)
    return noted
  } catch {
    // A proxy whose traps throw: the serializer meets it next and names it.
    return []
  } finally {
    noted = []
  }
}

/** The transfer lists of several values in one. */
export function transfersOf(values: Iterable<unknown>): unknown[] {
  const found: unknown[] = []
  for (const value of values) found.push(...transferOf(value))
  return found
}
