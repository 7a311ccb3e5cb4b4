// What a function owns by its code alone, told from the live function and what is known of its code.
import type { AnyFunction, ImpliedProperties } from '../realm/registry.ts'

/** What code gives to a function when it is evaluated for itself. */
export interface Birth {
  readonly name: string
  readonly length: number
  /** Whose prototype object comes with it, if any does. */
  readonly prototype?: 'constructor' | 'generator'
}

/** What evaluating a function's code gives it. */
export function impliedOf(
  fn: AnyFunction,
  birth: Birth,
): { own: ImpliedProperties; prototype?: ImpliedProperties } {
  const fixed = { writable: false, enumerable: false, configurable: true }
  const own = new Map<PropertyKey, PropertyDescriptor>([
    ['length', { value: birth.length, ...fixed }],
    ['name', { value: birth.name, ...fixed }],
  ])
  const prototype = Object.getOwnPropertyDescriptor(fn, 'prototype')
  const constructs = birth.prototype === 'constructor' || isLowered(fn, prototype)
  if (!prototype || !(birth.prototype || constructs)) return { own }
  const backlink = Object.getOwnPropertyDescriptor((prototype.value ?? {}) as object, 'constructor')
  // The object that came with the function, as against one put there later, names it as its constructor.
  const original = constructs ? backlink?.value === fn : isPlainGeneratorPrototype(fn, prototype.value)
  if (original)
    own.set('prototype', {
      value: prototype.value as unknown,
      writable: true,
      enumerable: false,
      configurable: false,
    })
  else own.set('prototype', {})
  const made = new Map<PropertyKey, PropertyDescriptor>()
  if (constructs)
    made.set('constructor', { value: fn, writable: true, enumerable: false, configurable: true })
  return { own, prototype: made }
}

/** Whether a build for older engines made an ordinary function of an async function or a generator. */
const isLowered = (fn: AnyFunction, prototype: PropertyDescriptor | undefined): boolean =>
  prototype?.configurable === false && Object.getPrototypeOf(fn) === Function.prototype

function isPlainGeneratorPrototype(fn: AnyFunction, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const intrinsic = (Object.getPrototypeOf(fn) as { prototype?: object } | null)?.prototype
  return Object.getPrototypeOf(value) === intrinsic
}

/** What a class extends; null where another object took its place, as a class can be made from a constructor alone. */
export function heritageOf(target: AnyFunction): object | null {
  const parent = Object.getPrototypeOf(target) as object | null
  try {
    Reflect.construct(Object, [], parent as AnyFunction)
    return parent
  } catch {
    return null
  }
}
