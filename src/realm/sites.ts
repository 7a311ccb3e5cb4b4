// The run-time half of closure conversion: functions know the place in the code where they were created.
//
// A registration is a private field that the function is given from outside: nothing copies it to another function, as
// `Object.assign` does with a property, and nobody sees it. It costs a creation at most about as much again, where a
// property that cannot be enumerated costs ten times as much, and an entry in a WeakMap thirty times. For a class the
// WeakMap costs no more, and a class may have frozen itself.
import { allowBase } from './bases.ts'
import { adoptClass, membersOf, realm } from './registry.ts'
import type { AnyFunction, ImportTable, ImpliedProperties } from './registry.ts'
import type { PrivateElements, PrivateStatics } from './private-elements.ts'

/** What the plugin knows of one place that creates closures. */
export interface Site {
  /** The export of a closure module that makes the scope, or its position in the shared scope around it. */
  readonly at: string | number
  /** Which of the closure modules has that export. Default: the first. */
  readonly group?: number
  /** The name and length that the code gives to the closure made anew. */
  readonly name: string
  readonly length: number
  /** Whose prototype object comes with it. */
  readonly prototype?: 'constructor' | 'generator'
  /** Captured variables, in the order of the thunk. */
  readonly names: readonly string[]
  /** What the thunk gives beyond them. */
  readonly lexical?: readonly ('self' | 'args' | 'newTarget')[]
  /** A class that extends something. */
  readonly inherits?: true
  /** A method that uses `super`. */
  readonly home?: true
  /** Static fields of a class whose functions come with it, as methods do. */
  readonly members?: readonly string[]
  readonly privateState?: readonly string[]
  /** A class of the module's own scope, which every thread that loads the module has: it is one class in all of them. */
  readonly once?: true
  readonly eager?: readonly string[]
  /** Why its closures cannot travel, as a predicate. Nothing else is then known of them. */
  readonly refused?: string
}

/** A scope whose variables are shared. */
export type ScopeSite = Pick<Site, 'at' | 'group' | 'names'>

/** The sites of one module, with the scopes whose variables are shared. */
export interface SiteModule {
  /** Of the closure modules, absolute or relative to the document. */
  readonly urls: readonly string[]
  readonly scopes: readonly ScopeSite[]
}

/** Stands for one instance of a scope whose variables are shared. */
export interface ScopeToken {
  readonly module: SiteModule
  readonly number: number
  readonly parent: ScopeToken | 0
  readonly read: () => unknown[]
}

/** What a function was created with. */
export interface Registration {
  readonly site: Site & { readonly module: SiteModule }
  /** Reads the captured variables; 0 for none. */
  readonly read: (() => unknown[]) | 0
  readonly token: ScopeToken | undefined
  /** The object literal of a method that uses `super`. */
  readonly home?: object
  /** The computed keys of a class. */
  readonly keys?: readonly PropertyKey[]
  /** What a class owned when it had been defined. */
  readonly born?: { readonly own: ImpliedProperties; readonly prototype: ImpliedProperties }
}

/** A constructor that gives back its argument, so that what extends it adds its private fields to that. */
const Given = function (target: object): object {
  return target
} as unknown as new (target: object) => object

/** The registration of a function. */
class Registered extends Given {
  #registration: Registration

  constructor(fn: AnyFunction, registration: Registration) {
    super(fn)
    this.#registration = registration
  }

  static put(fn: AnyFunction, registration: Registration): void {
    try {
      return void new Registered(fn, registration)
    } catch {
      // Two declarations of one name in one scope: both places register the function of the second.
      ;(fn as unknown as Registered).#registration = registration
    }
  }

  static read(fn: AnyFunction): Registration | undefined {
    return #registration in fn ? (fn as Registered).#registration : undefined
  }
}

/**
 * Joins the sites of a module with the URLs of its closure modules. `base` is where the build puts all modules of the app.
 * A closure module has gaps in all lists where its code makes no closure of a site.
 */
export function sites(
  urls: readonly string[],
  closures: readonly Site[],
  scopes: SiteModule['scopes'],
  base?: string,
): readonly Registration['site'][] & { readonly module: SiteModule } {
  if (base !== undefined) allowBase(base)
  realm().registrations.add(Registered.read)
  const module: SiteModule = { urls, scopes }
  return Object.assign(
    closures.map((site) => ({ ...site, module })),
    { module },
  )
}

/** Registers a function. */
export function register<Fn extends AnyFunction>(
  fn: Fn,
  site: Registration['site'],
  read: Registration['read'],
  token?: ScopeToken,
): Fn {
  Registered.put(fn, { site, read, token })
  return fn
}

/** Registers the function that a module exports by default and gives no name: in place it has one, to be found by. */
export function registerDefault<Fn extends AnyFunction>(
  fn: Fn,
  site: Registration['site'],
  read: Registration['read'],
  token?: ScopeToken,
): Fn {
  Object.defineProperty(fn, 'name', { value: 'default', configurable: true })
  return register(fn, site, read, token)
}

/** What code made: methods and accessors, which cannot be enumerated, as against fields. */
function hidden(target: object, members: readonly PropertyKey[] = []): ImpliedProperties {
  const found = new Map<PropertyKey, PropertyDescriptor>()
  for (const key of Reflect.ownKeys(target)) {
    const property = Object.getOwnPropertyDescriptor(target, key)!
    if (!property.enumerable || members.includes(key)) found.set(key, property)
  }
  return found
}

/** Registers a class, and notes what it owns now that it has been defined. `keys` are the values of its computed keys. */
export function registerClass<Class extends AnyFunction>(
  target: Class,
  site: Registration['site'],
  read: Registration['read'],
  token?: ScopeToken,
  keys?: readonly PropertyKey[],
): Class {
  const { prototype } = target as unknown as { prototype: object }
  const born = { own: hidden(target, site.members), prototype: hidden(prototype) }
  const registration: Registration = { site, read, token, born, ...(keys && { keys }) }
  const { members, registered } = realm()
  registered.set(target, registration)
  if (site.once) adoptClass(lastingId(site, site.module, token), target)
  // A method alone travels as that of its class.
  for (const [method, member] of membersOf(target, born.own, born.prototype)) members.set(method, member)
  return target
}

/** An identity by place: where the unit of the class is. */
function lastingId({ at, group = 0 }: ScopeSite, module: SiteModule, token: ScopeToken | 0 = 0): string {
  if (!token) return `${module.urls[group]}#${at}`
  return `${lastingId(module.scopes[token.number]!, module, token.parent)}/${at}`
}

/** Registers the methods and accessors of an object literal. */
export function registerMethods<Literal extends object>(
  literal: Literal,
  methods: readonly (readonly [
    key: PropertyKey,
    part: 'value' | 'get' | 'set',
    ...rest: [Registration['site'], Registration['read'], ScopeToken?],
  ])[],
): Literal {
  for (const [key, part, site, read, token] of methods) {
    const method = Object.getOwnPropertyDescriptor(literal, key)?.[part] as unknown
    // A later property of the literal may have taken its place.
    if (typeof method !== 'function' || registrationOf(method as AnyFunction)) continue
    Registered.put(method as AnyFunction, { site, read, token, ...(site.home && { home: literal }) })
  }
  return literal
}

/** Makes the token of one scope instance. */
export function token(
  { module }: { readonly module: SiteModule },
  number: number,
  parent: ScopeToken | 0,
  read: () => unknown[],
): ScopeToken {
  return { module, number, parent, read }
}

/** Registers what reads and writes the private elements of a class: called by a static block of the class itself. */
export function privates(
  of: AnyFunction,
  flags: number,
  params: number,
  get: PrivateElements['get'],
  set: PrivateElements['set'],
): void {
  const { prototype } = of as unknown as { prototype: object }
  const derived = (flags & 1) > 0
  const properties = (flags & 2) > 0
  realm().privates.set(prototype, { of, derived, properties, params, get, set })
}

/** Registers what reads and writes the private statics of a class. */
export function privateStatics(
  of: AnyFunction,
  get: PrivateStatics['get'],
  set: PrivateStatics['set'],
): void {
  realm().privateStatics.set(of, { get, set })
}

/** What the instrumented constructors and initialisers of a module look at. */
export const restoring = (): { readonly on: boolean } => realm().restoring

export { handOut, privateName, superOf } from './class-access.ts'

/**
 * Registers the imports of a module.
 *
 * @param of Names a module that may be evaluated again, after an edit: its newest table counts.
 */
export function imports(table: ImportTable, of?: string): void {
  realm().imports.set(of ?? table, table)
}

/** Where a function that a module imports can be imported from; undefined if no module is known to import it. */
export function importedFrom(fn: AnyFunction): string | undefined {
  const { imports: tables, imported } = realm()
  const known = imported.get(fn)
  if (known !== undefined) return known
  for (const table of tables.values()) {
    for (const [read, url] of table) {
      if (readImport(read) !== fn) continue
      imported.set(fn, url)
      return url
    }
  }
  return undefined
}

/** A module that is still being evaluated has not got all its exports. */
function readImport(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** The key that an expression in brackets means. */
export function toKey(value: unknown): PropertyKey {
  return typeof value === 'symbol' ? value : String(value)
}

/** How a function was created; undefined if nothing is known. */
export function registrationOf(fn: AnyFunction): Registration | undefined {
  const { registrations, registered } = realm()
  for (const read of registrations) {
    const found = read(fn)
    if (found) return found as Registration
  }
  return registered.get(fn) as Registration | undefined
}
