// What a closure uses of the class that it was made in, when it is made anew outside: private names, and `super`.
import { BrineError } from '../errors/brine-error.ts'
import type { PrivateAccess } from './private-elements.ts'
import { realm } from './registry.ts'
import type { AnyFunction } from './registry.ts'

/** Stands for `target.#name`. */
interface Reference {
  v: unknown
  /** As the callee of a call. */
  readonly m: unknown
}

/** Makes a reference, as `target.#name` is one. */
interface PrivateName {
  (target: unknown): Reference
  /** As `target?.#name` is one. */
  maybe(target: unknown): Reference | undefined
  /** `#name in target` */
  has(target: object): boolean
}

/**
 * Registers what reaches private names of a class: called by a static block of the class itself.
 *
 * @param name That of a class without one in its code, which then has one by which its closures find it.
 */
export function handOut(
  of: AnyFunction,
  names: Readonly<Record<string, PrivateAccess>>,
  name?: string,
): void {
  realm().privateNames.set(of, names)
  if (name === undefined) return
  // A static member may be called so.
  if (typeof Object.getOwnPropertyDescriptor(of, 'name')?.value === 'string')
    Object.defineProperty(of, 'name', { value: name, configurable: true })
}

function accessOf(of: unknown, name: string): PrivateAccess {
  const names = realm().privateNames.get(of as object)
  if (names && Object.hasOwn(names, name)) return names[name]!
  throw new BrineError('PAYLOAD_MALFORMED', {
    at: `the class of '${name}'`,
    expected: 'one that hands out this name',
    found: of === undefined ? 'nothing' : 'another',
  })
}

/** A private name of a class. `read` gives the class, which need not be there before the name is used. */
export function privateName(read: () => unknown, name: string): PrivateName {
  let of: unknown
  let known: PrivateAccess | undefined
  const access = (): PrivateAccess => {
    const now = read()
    if (!known || now !== of) known = accessOf((of = now), name)
    return known
  }
  const refuse = (): never => {
    throw new TypeError(`Cannot read or write '${name}': it is an accessor without that half, or a method`)
  }
  class NameReference implements Reference {
    readonly target: unknown
    constructor(target: unknown) {
      this.target = target
    }
    get v(): unknown {
      return (access()[1] || refuse)(this.target)
    }
    set v(value) {
      ;(access()[2] ?? refuse)(this.target, value)
    }
    get m(): unknown {
      const { target, v: fn } = this
      return typeof fn === 'function' ? (...args: unknown[]): unknown => Reflect.apply(fn, target, args) : fn
    }
  }
  const reference = (target: unknown): Reference => new NameReference(target)
  return Object.assign(reference, {
    maybe: (target: unknown) => (target === undefined || target === null ? undefined : reference(target)),
    has: (target: object) => access()[0](target),
  })
}

/** Stands for the prototype of a home object, which may change between two uses of `super`. */
export function superOf(home: () => object): object {
  const now = (): object => Object.getPrototypeOf(home()) as object
  return new Proxy(
    {},
    {
      get: (_, key, receiver) => Reflect.get(now(), key, receiver) as unknown,
      set: (_, key, value, receiver) => Reflect.set(now(), key, value, receiver),
    },
  )
}
