// Teaching brine a class by two functions (Python: copyreg).
import { BrineError } from '../errors/brine-error.ts'
import { realm } from '../realm/registry.ts'
import type { AnyFunction, Environment } from '../realm/registry.ts'

/** How instances of a class travel. */
export interface TypeOptions<Instance, State> extends Environment {
  /** A name that is unique in the app, and the same in every thread: `shop/Money`. */
  readonly name: string
  /** Turns an instance into a value that can travel. */
  readonly encode: (value: Instance) => State
  /** Turns that value into an instance again. */
  readonly decode: (state: State) => Instance
}

/**
 * Teaches brine a class whose instances it cannot read by itself: private fields, handles, anything with a constructor
 * that must run. Works like Python's `copyreg`. Instances of subclasses are not meant.
 *
 * The type travels with its instances if `using` or `scope` is given (an empty `using: {}` will do), and the class,
 * `encode` and `decode` are captured with it; otherwise each thread registers it by itself.
 *
 * @param constructor The class.
 * @param options Its name, `encode` and `decode`; `using` or `scope` if the type is to travel.
 * @throws {BrineError} `ARGUMENT_INVALID` when an option is missing or of the wrong type; `TYPE_CONFLICT` when another
 *   class has the name.
 *
 * @example
 * ```ts
 * class Money {
 *   #cents: number
 *   constructor(cents: number) { this.#cents = cents }
 *   get cents() { return this.#cents }
 * }
 * registerType(Money, {
 *   name: 'shop/Money',
 *   encode: (money) => money.cents,
 *   decode: (cents: number) => new Money(cents),
 *   using: { Money },
 * })
 * const halve = (money: Money) => new Money(money.cents / 2)
 * const half = await pool.with({ using: { Money } }).offload(halve, new Money(500))
 * half instanceof Money // true
 * half.cents // 250
 * ```
 */
export function registerType<Instance extends object, State>(
  constructor: abstract new (...args: never[]) => Instance,
  options: TypeOptions<Instance, State>,
): void {
  const action = 'register the type'
  const check = (valid: boolean, argument: string, expected: string, found: unknown): void => {
    if (!valid) throw new BrineError('ARGUMENT_INVALID', { action, argument, expected, found: String(found) })
  }
  check(typeof constructor === 'function', 'the class', 'a class', constructor)
  check(typeof options === 'object' && options !== null, 'options', 'an object', options)
  const { name, encode, decode, using, scope } = options
  check(typeof name === 'string' && name !== '', 'name', 'a non-empty string', name)
  check(typeof encode === 'function', 'encode', 'a function', encode)
  check(typeof decode === 'function', 'decode', 'a function', decode)
  const { types, typesByPrototype } = realm()
  const known = types.get(name)
  const target = constructor as unknown as AnyFunction
  if (known && known.constructor !== target) throw new BrineError('TYPE_CONFLICT', { name })
  const environment = using || scope ? { ...(using && { using }), ...(scope && { scope }) } : undefined
  const type = { name, constructor: target, encode, decode, ...(environment && { environment }) }
  types.set(name, type)
  typesByPrototype.set(constructor.prototype as object, type)
}
