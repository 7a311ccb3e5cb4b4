// Reading a free variable: from `using`, through `scope`, or as a global that every thread has.
import { isNative, isSharedGlobal } from '../realm/globals.ts'
import { realm } from '../realm/registry.ts'
import type { AnyFunction, Environment } from '../realm/registry.ts'
import type { Supply } from './supplied.ts'

/** What became of a free variable. */
export type Resolution =
  | { readonly kind: 'value'; readonly value: unknown }
  /** Left free: the receiver finds its own. */
  | { readonly kind: 'global' }
  | { readonly kind: 'missing' | 'page-only' | 'dead-zone' | 'hidden' }
  | { readonly kind: 'threw'; readonly error: unknown }

const GLOBAL: Resolution = { kind: 'global' }
const host = globalThis as unknown as Record<string, unknown>

/** What the realm itself says about a name that no environment supplied. */
function fromGlobals(name: string): Resolution {
  if (isSharedGlobal(name)) return GLOBAL
  const property = Object.getOwnPropertyDescriptor(globalThis, name)
  if (!property) return { kind: name in globalThis ? 'page-only' : 'missing' }
  // A script's own globals are enumerable data properties; the platform's are accessors or native functions.
  const own = property.enumerable && 'value' in property && !isNative(property.value)
  return own ? { kind: 'value', value: property.value } : { kind: 'page-only' }
}

type ScopeFunction = (name: string) => unknown

/** What a function other than an arrow has of its own, so that `eval` in it does not see that of the place around. */
const LEXICAL: ReadonlySet<string> = new Set(['this', 'arguments', 'new.target'])

const isArrow = (scope: ScopeFunction): boolean =>
  /^(?:async\s*)?(?:\([^)]*\)|[\p{ID_Start}$_][\p{ID_Continue}$]*)\s*=>/u.test(
    Function.prototype.toString.call(scope),
  )

/**
 * Whether `eval` read the parameter of `(name) => eval(name)` and not the variable of that name. A variable may well
 * hold its own name, but the parameter alone holds whatever it is given.
 */
function isParameter(scope: ScopeFunction, name: string, value: unknown): boolean {
  const padded = ` ${name}`
  try {
    return value === name && scope(padded) === padded
  } catch {
    return false
  }
}

function fromScope(scope: ScopeFunction, name: string): Resolution {
  if (LEXICAL.has(name) && !isArrow(scope)) return { kind: 'missing' }
  try {
    const value = scope(name)
    if (isParameter(scope, name, value)) return { kind: 'hidden' }
    return isSharedGlobal(name) && Object.is(value, host[name]) ? GLOBAL : { kind: 'value', value }
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    if (!(error instanceof ReferenceError)) return { kind: 'threw', error }
    // Engines word a dead zone differently; all of them speak of initialization.
    return { kind: /initiali[sz]/.test(message) ? 'dead-zone' : 'missing' }
  }
}

/** An environment, with `using` as it was read for a call. */
export type ReadEnvironment = Pick<Environment, 'scope'> & { readonly using?: Supply['variables'] }

/** Resolves the free variable `name` in an environment, now. */
export function resolveVariable(environment: ReadEnvironment, name: string): Resolution {
  const { using, scope } = environment
  if (using && Object.hasOwn(using, name)) {
    try {
      return { kind: 'value', value: using[name] }
    } catch (error) {
      return { kind: 'threw', error }
    }
  }
  const seen = scope ? fromScope(scope, name) : undefined
  if (seen && seen.kind !== 'missing') {
    // A platform object of the page that `scope` found by itself is as unreachable as without `scope`.
    if (seen.kind === 'value' && Object.is(seen.value, host[name]) && name in globalThis)
      return fromGlobals(name)
    return seen
  }
  return fromGlobals(name)
}

/**
 * Attaches an environment to one function: for closures whose variables the scope of the call does not see. It then
 * counts in place of the call's own, for `fn` and for the functions that are first met through it.
 *
 * @param fn The function or class. It stays what it is.
 * @param environment `using`: the captured variables, `() => ({ a, b })` or, where no minifier renames them, `{ a, b }`;
 *   or `scope`: `(name) => eval(name)`, written beside `fn`. They are read when `fn` travels, and not before.
 * @returns `fn`
 *
 * @example
 * ```ts
 * function closureMaker(captured: number) {
 *   return capture((own: number) => own + captured, { using: () => ({ captured }) })
 * }
 * await offload(closureMaker(3), 4) // 7
 * ```
 */
export function capture<Fn extends AnyFunction | (abstract new (...args: never[]) => unknown)>(
  fn: Fn,
  environment: Environment,
): Fn {
  realm().environments.set(fn as unknown as AnyFunction, environment)
  return fn
}
