// `explain`: what would travel, before it does.
import { rebuiltCarrier } from '../capture/rebuilt.ts'
import { siteCarrier } from '../capture/site.ts'
import { sourceCarrier } from '../capture/source.ts'
import type { AnyFunction } from '../realm/registry.ts'
import { realm } from '../realm/registry.ts'
import { explainValue } from '../serialize/explain.ts'
import type { Explanation } from '../serialize/print-explanation.ts'
import type { SerializeOptions } from './serialize.ts'

/**
 * Tells what would travel with a value: which things, how they are reached, how large they are, and all that cannot
 * travel, where `offload` and `serialize` stop at the first. Nothing is copied or moved. As in a call, `scope`, a
 * function `using` and `encode` are called.
 *
 * @param value A function, or anything else. For a call with its arguments: `[fn, args]`.
 * @param options `using` or `scope`, and `transfer`: those of the call.
 * @returns A tree, which prints as text; sizes are estimates, see {@link Explanation.bytes}.
 *
 * @example
 * ```ts
 * const rates = new Float64Array(1_000)
 * const log = new WeakMap()
 * const price = (i: number) => (log.has(rates) ? 0 : rates[i]! * 2)
 * const seen = explain(price, { using: { rates, log } })
 * seen.bytes > 8_000 // true
 * seen.problems.map(({ code, path }) => `${code} at ${path}`) // ['VALUE_UNSUPPORTED at .log']
 * console.log(String(seen))
 * ```
 */
export function explain(value: unknown, options: SerializeOptions = {}): Explanation {
  const { transfer, ...environment } = options
  return explainValue(value, {
    carriers: [rebuiltCarrier, siteCarrier, sourceCarrier],
    action: 'offload',
    environment,
    remote: (candidate) => (staysHere(candidate) ? {} : undefined),
    ...(transfer && { transfer }),
  })
}

/** As `rpc/remote.ts` has it; Comlink is not needed to know its mark. */
const staysHere = (value: object): boolean =>
  realm().callbacks.has(value as AnyFunction) ||
  Object.getOwnPropertySymbols(value).some(({ description }) => description === 'Comlink.proxy')
