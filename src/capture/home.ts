// The object that a method's `super` looks up from.
import type { AnyFunction } from '../realm/registry.ts'
import type { CaptureRequest } from './types.ts'

/**
 * The object that `super` in a method belongs to: one that holds it as it was written, under its name. Copies of it hold
 * it as well, and do no harm as long as `super` looks into the same prototype.
 */
export function homeOf(
  fn: AnyFunction,
  { name }: { readonly name: string | null },
  { holders }: Pick<CaptureRequest, 'holders'>,
): object | undefined {
  const [home, ...others] = holders.filter((holder) => holds(holder, fn, name))
  if (!home) return undefined
  const prototype: unknown = Object.getPrototypeOf(home)
  return others.every((other) => Object.getPrototypeOf(other) === prototype) ? home : undefined
}

function holds(holder: object, fn: AnyFunction, name: string | null): boolean {
  const keys = name === null ? Reflect.ownKeys(holder) : [name]
  return keys.some((key) => {
    const property = Object.getOwnPropertyDescriptor(holder, key)
    return property?.value === fn || property?.get === fn || property?.set === fn
  })
}
