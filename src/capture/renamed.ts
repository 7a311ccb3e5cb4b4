// What a minifier did to the variables that an object `using` names: the names in the code changed, the keys did not.
import type { FreeVariable } from '../syntax/function-syntax.ts'
import { analysisOf } from './analyses.ts'
import { isCompact, isMinified } from './minified.ts'
import { thunkKeys } from './supplied.ts'
import type { CaptureRequest } from './types.ts'

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u

/** The longest names that a minifier may well have given. */
const SHORT = 2

const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ')

const seen = new WeakMap<object, (readonly FreeVariable[])[]>()

/** Notes what a captured function mentions. */
export function note(free: readonly FreeVariable[], call: object): void {
  const known = seen.get(call)
  if (known) known.push(free)
  else seen.set(call, [free])
}

/** The keys of `using` that neither a function captured so far nor the functions in `using` mention. */
function unmentioned(using: object, call: object): string[] {
  const mentioned = new Set((seen.get(call) ?? []).flatMap((free) => free.map(({ name }) => name)))
  for (const key of Object.keys(using)) {
    const value = Object.getOwnPropertyDescriptor(using, key)?.value as unknown
    if (typeof value !== 'function') continue
    try {
      for (const { name } of analysisOf(Function.prototype.toString.call(value)).free) mentioned.add(name)
    } catch {
      // What does not parse is refused where it is captured.
    }
  }
  return Object.keys(using).filter((key) => !mentioned.has(key) && IDENTIFIER.test(key))
}

/** What to add where nobody supplies a variable; nothing where renaming is not the likely cause. */
export function adviceOn(name: string, { environment: { using }, call }: CaptureRequest): string {
  if (typeof using === 'function') {
    if (!thunkKeys(using).includes(name)) return ''
    return ', though a key is called so: of a function `using` the variables count, and not the keys'
  }
  const keys = using ? unmentioned(using, call) : []
  if (keys.length === 0) return ''
  const [which, them] = keys.length > 1 ? [keys.slice(0, 3), 'them'] : [keys, 'it']
  const literal = `{ ${keys.length > 3 ? `${which.join(', ')}, …` : which.join(', ')} }`
  return (
    `, while \`using\` names ${quoted(which)}, which the code does not mention: ` +
    `a minifier may have renamed ${them}. Write \`using: () => (${literal})\``
  )
}

/**
 * A variable that may have been taken for another one: it has a short name in a minified text, and `using` names
 * variables that no code mentions. So `{ rates, n }` with `e=>n.get(e)`, where `n` may well be `rates`.
 */
export function mistaken(
  free: readonly FreeVariable[],
  text: string,
  { environment: { using }, call }: CaptureRequest,
): { name: string; keys: string } | undefined {
  if (!using || typeof using === 'function') return undefined
  const short = free.find(({ name }) => name.length <= SHORT && Object.hasOwn(using, name))
  if (!short || !isCompact(text) || !isMinified()) return undefined
  const keys = unmentioned(using, call)
  return keys.length > 0 ? { name: short.name, keys: quoted(keys.slice(0, 3)) } : undefined
}
