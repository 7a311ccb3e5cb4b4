// The path from the root value to the thing at hand, kept as a chain and written out when an error needs it.

/** How a value was reached from the one before it. */
export type Step =
  | { readonly kind: 'root' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'property'; readonly key: PropertyKey }
  | { readonly kind: 'argument'; readonly index: number }
  /** Anything else, in words that end a path: `prototype`, `entry 3`. */
  | { readonly kind: 'part'; readonly name: string }

/** A step and those before it. */
export interface CapturePath {
  readonly step: Step
  readonly before: CapturePath | undefined
}

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u

/** A step as a path shows it. */
export function stepText(step: Step): string {
  if (step.kind === 'root') return ''
  if (step.kind === 'argument') return `[${step.index}]`
  const name = step.kind === 'property' ? step.key : step.name
  if (typeof name === 'symbol') return `[${String(name)}]`
  if (step.kind === 'part') return `.<${name}>`
  if (typeof name === 'number' || /^\d+$/.test(name)) return `[${name}]`
  return IDENTIFIER.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
}

/** Steps of a path that are written at its beginning, and as many at its end. */
const SHOWN = 20

/** `.opts.socket`; empty for the root. The middle of a long path is left out. */
export function pathText(path: CapturePath | undefined): string {
  const parts: string[] = []
  for (let at = path; at; at = at.before) parts.push(stepText(at.step))
  parts.reverse()
  const hidden = parts.length - 2 * SHOWN
  if (hidden > 1) parts.splice(SHOWN, hidden, ` … ${hidden} steps … `)
  return parts.join('')
}

/** `variable 'socket' (captured at .opts.socket)`, the part of a message that names the culprit. */
export function whereText(path: CapturePath | undefined): string {
  if (!path || path.step.kind === 'root') return 'it'
  const { step } = path
  const text = pathText(path)
  if (step.kind === 'argument') return `argument ${step.index} (at ${text})`
  let captured = false
  for (let at: CapturePath | undefined = path; at; at = at.before) captured ||= at.step.kind === 'variable'
  const name = step.kind === 'property' ? String(step.key) : step.name
  const noun = step.kind === 'part' ? 'part' : step.kind
  return `${noun} '${name}' (${captured ? 'captured at' : 'at'} ${text})`
}
