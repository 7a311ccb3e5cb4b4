// What `using` supplies. An object: its properties, by the names that were written. A function: what it returns, by the
// names that its text has for it now, which a minifier changes together with those in all other functions.
import type { Environment } from '../realm/registry.ts'
import { codeFrame } from '../syntax/code-frame.ts'
import type { ThunkProperty } from '../syntax/thunk.ts'
import { thunkOf } from './analyses.ts'

type Using = NonNullable<Environment['using']>
type Variables = Readonly<Record<string, unknown>>

/** What `using` supplies. */
export interface Supply {
  /** The variables, by the names that code has for them. */
  readonly variables: Variables
  /** The values, as they were written. */
  readonly values: readonly unknown[]
}

/** Why a function `using` supplies nothing. */
export interface Unusable {
  /** In words that go on from "`using`". */
  readonly reason: string
  readonly frame?: string
}

const supplies = new WeakMap<object, Map<Using, Supply | Unusable>>()

/**
 * Reads `using`. A function is called now, and once for each call of brine's.
 *
 * @param call An object that stands for the call: the same for all that travels with it.
 */
export function supplyOf(using: Using, call: object): Supply | Unusable {
  if (typeof using !== 'function')
    return {
      variables: using,
      get values() {
        return Object.values(using)
      },
    }
  const ofCall = supplies.get(call) ?? new Map<Using, Supply | Unusable>()
  supplies.set(call, ofCall)
  const known = ofCall.get(using)
  if (known) return known
  const made = callThunk(using)
  ofCall.set(using, made)
  return made
}

/** The keys that a function `using` has, whatever is behind them. */
export function thunkKeys(thunk: () => Variables): readonly string[] {
  const properties = thunkOf(Function.prototype.toString.call(thunk))
  return 'fault' in properties ? [] : properties.map(({ key }) => key)
}

function callThunk(thunk: () => Variables): Supply | Unusable {
  const text = Function.prototype.toString.call(thunk)
  const properties = thunkOf(text)
  if ('fault' in properties) return { reason: properties.fault, frame: codeFrame(text, properties.at) }
  let values: Variables
  try {
    values = thunk()
  } catch (error) {
    return { reason: `threw: ${String(error)}`, frame: codeFrame(text, { start: 0, end: text.length }) }
  }
  return { variables: byName(properties, values), values: Object.values(values) }
}

/** Variables from paths: `r.A` and `r.B` are one variable `r`, an object with these properties. */
function byName(properties: readonly ThunkProperty[], values: Variables): Variables {
  const named = properties.flatMap(({ key, path }) => (path ? [{ path, value: values[key] }] : []))
  // A variable that is named itself comes before its properties, which it then has already.
  named.sort((left, right) => left.path.length - right.path.length)
  const variables = emptyRecord()
  const made = new Set<unknown>([variables])
  for (const { path, value } of named) {
    let at = variables
    for (const [depth, name] of path.entries()) {
      if (depth === path.length - 1) at[name] = value
      else at = (at[name] ??= emptyRecord(made)) as Record<string, unknown>
      if (!made.has(at)) break
    }
  }
  return variables
}

/** Without a prototype, as names may be `__proto__` or `constructor`. */
function emptyRecord(among?: Set<unknown>): Record<string, unknown> {
  const record = Object.create(null) as Record<string, unknown>
  among?.add(record)
  return record
}
