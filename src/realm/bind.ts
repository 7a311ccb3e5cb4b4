// Bound functions that can travel.
import { realm } from './registry.ts'

/**
 * Binds a function as `Function.prototype.bind` does, and remembers the parts, so that the result can travel. A native
 * bound function cannot: it hides its target.
 *
 * @param target The function to call.
 * @param self Its `this`.
 * @param args Its first arguments.
 * @returns The bound function.
 *
 * @example
 * ```ts
 * const double = bind((a: number, b: number) => a * b, null, 2)
 * double(4) // 8
 * await offload(double, 21) // 42
 * ```
 */
export function bind<This, Bound extends unknown[], Rest extends unknown[], Result>(
  target: (this: This, ...args: [...Bound, ...Rest]) => Result,
  self: This,
  ...args: Bound
): (...rest: Rest) => Result {
  const bound = Function.prototype.bind.call(target, self, ...args) as (...rest: Rest) => Result
  realm().bindings.set(bound, { target: target, self, args })
  return bound
}
