// The module carrier: functions that the plugin registered. Their code is an export of a closure module, their variables
// are read by the thunk that stands beside them.
import { functionName } from '../realm/globals.ts'
import type { AnyFunction, ClosureInputs, ImpliedProperties } from '../realm/registry.ts'
import { registrationOf } from '../realm/sites.ts'
import type { Registration } from '../realm/sites.ts'
import { heritageOf, impliedOf } from './implied.ts'
import type { CaptureRequest, Carrier } from './types.ts'

/** Runs a thunk; a variable in its dead zone throws a ReferenceError that names it. */
function readNow(read: () => unknown[], request: Pick<CaptureRequest, 'fail'>): unknown[] {
  try {
    return read()
  } catch (error) {
    const name = /['\u2018"](.+?)['\u2019"]/.exec(String(error))?.[1] ?? 'a variable'
    return request.fail('CAPTURE_DEAD_ZONE', { name })
  }
}

function inputsOf(
  fn: AnyFunction,
  { site, home, keys }: Registration,
  extra: readonly unknown[],
): ClosureInputs {
  const lexical = Object.fromEntries(
    (site.lexical ?? []).map((name, at) => [
      name,
      name === 'args' ? Array.from(extra[at] as ArrayLike<unknown>) : extra[at],
    ]),
  )
  return {
    ...lexical,
    ...(site.inherits && { parent: heritageOf(fn) }),
    ...(home && { home }),
    ...(keys && { keys }),
    ...(site.eager && { eager: site.eager }),
  }
}

/** The place of a class may have given it a name that its code alone does not; a static `name` of its own stays. */
function withBirthName(own: ImpliedProperties, name: string): ImpliedProperties {
  if (typeof own.get('name')?.value !== 'string') return own
  return new Map(own).set('name', { value: name, writable: false, enumerable: false, configurable: true })
}

/** Captures a function that the plugin registered; undefined for any other. */
export const siteCarrier: Carrier = (fn, request) => {
  const registration = registrationOf(fn)
  if (!registration) return undefined
  const { site, read, born } = registration
  if (site.refused !== undefined) return request.fail('CAPTURE_LEFT_ALONE', { reason: site.refused })
  const values = read ? readNow(read, request) : []
  const implied = born ? { ...born, own: withBirthName(born.own, site.name) } : impliedOf(fn, site)
  return {
    name: functionName(fn) || site.name,
    code: {
      kind: 'site',
      registration,
      values: values.slice(0, site.names.length),
      readShared: (token) => readNow(token.read, request),
    },
    inputs: inputsOf(fn, registration, values.slice(site.names.length)),
    isClass: born !== undefined,
    implied: implied.own,
    ...(implied.prototype && { impliedPrototype: implied.prototype }),
    privateState: site.privateState ?? [],
  }
}
