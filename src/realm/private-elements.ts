// What a realm knows of the private members of classes.

/** The private elements of a class that the plugin converted, through code that stands in the class. */
export interface PrivateElements {
  readonly of: (...args: never[]) => unknown
  /** Whether instances are made by a superclass. */
  readonly derived: boolean
  /** Whether properties come with the private elements. */
  readonly properties: boolean
  /** How many parameters the constructor has. */
  readonly params: number
  /** The values of the private fields of an instance, by position; null for what is none. */
  get(instance: object): unknown[] | null
  set(instance: object, values: readonly unknown[]): void
}

/** The private statics of a class that the plugin converted, by position. */
export interface PrivateStatics {
  get(): unknown[]
  set(values: readonly unknown[]): void
}

/** Reaches one private name of a class, through code that stands in the class. */
export type PrivateAccess = readonly [
  has: (target: object) => boolean,
  /** Missing for an accessor without a getter. */
  get?: ((target: unknown) => unknown) | 0,
  /** Missing for what cannot be assigned. */
  set?: (target: unknown, value: unknown) => void,
]
