// State that belongs to the realm, not to a copy of brine: one record under a `Symbol.for` key on `globalThis`.
//
// A worker script may be a bundle of its own while closure modules import the app's copy of brine; both must see
// the same classes, types and current task. Nothing here runs at import: the record is made on first use.
import type { SharedState } from './sharing.ts'

import type { PrivateAccess, PrivateElements, PrivateStatics } from './private-elements.ts'

/** Any function or class. */
export type AnyFunction = (...args: never[]) => unknown

/** Where the variables of a function are read: by name from `using`, or through `scope`. */
export interface Environment {
  /**
   * The variables that the function captured, and those of the functions that it reaches: `() => ({ prices, round })`,
   * which is called at each call of brine and in which a minifier changes the names together with those in all other
   * code; or the object itself, where names stay as they were written. Functions that read one such object or function
   * share the variables that they assign. Transfer lists that `Comlink.transfer` gave to the variables count.
   */
  readonly using?: Readonly<Record<string, unknown>> | (() => Readonly<Record<string, unknown>>)
  /**
   * Reads a variable by name: `(name) => eval(name)`, written where the variables are visible. Asked for what `using`
   * does not have.
   */
  readonly scope?: (name: string) => unknown
}

/** A scope that was rebuilt in this realm: the variables of the functions that it made. */
export interface ScopeInstance {
  readonly hash: string
  readonly text?: string
  readonly module?: { readonly url: string; readonly export: string }
  readonly child?: number
  readonly names: readonly string[]
  /** The scope that made it. */
  readonly parent?: ScopeInstance
  readonly make: readonly AnyFunction[]
  /** Makes the scopes inside that are made anew in each turn. */
  readonly scopes?: readonly UnitFactory[]
  read(): unknown[]
  write(values: readonly unknown[]): void
}

/** Makes one scope instance. */
export type UnitFactory = () => Pick<ScopeInstance, 'make' | 'read' | 'write' | 'scopes'>

/** What a closure lexically received beside its variables. */
export interface ClosureInputs {
  readonly self?: unknown
  readonly args?: readonly unknown[]
  readonly newTarget?: unknown
  readonly parent?: unknown
  readonly keys?: readonly unknown[]
  /** The object whose prototype `super` looks into. */
  readonly home?: object
  /** Variables that are read while a class is defined. */
  readonly eager?: readonly string[]
}

/** Own properties that the code of a function or class makes by itself, by key. */
export type ImpliedProperties = ReadonlyMap<PropertyKey, PropertyDescriptor>

/** How a rebuilt function came to be, so that it can travel on without being parsed. */
interface Origin {
  readonly scope: ScopeInstance
  readonly index: number
  readonly inputs: ClosureInputs
  readonly implied: ImpliedProperties
  /** The same of its prototype object, where it has one. */
  readonly impliedPrototype?: ImpliedProperties
  /** Private instance members of a class, which cannot be read from outside. */
  readonly privateState: readonly string[]
}

/** A function that came with a class. */
export interface MemberOf {
  readonly of: AnyFunction
  readonly static: boolean
  readonly key: PropertyKey
  readonly part: 'value' | 'get' | 'set'
}

/** A registered type (Python: copyreg). */
export interface RegisteredType {
  readonly name: string
  readonly constructor: AnyFunction
  readonly encode: (value: never) => unknown
  readonly decode: (state: never) => unknown
  /** The environment of `encode` and `decode`: present if the type travels with its instances. */
  readonly environment?: Environment
}

/** The target, receiver and arguments of a bound function, which JavaScript does not tell. */
interface Binding {
  readonly target: AnyFunction
  readonly self: unknown
  readonly args: readonly unknown[]
}

/** Imports of one module: each is read when it is needed, and has a module of its own that exports it as `value`. */
export type ImportTable = readonly (readonly [read: () => unknown, url: string])[]

/** The task that this thread runs. */
export interface RunningTask {
  readonly id: string
  /** From 1. */
  readonly attempt: number
  readonly signal: AbortSignal
  progress(value: unknown): void
}

/** The record of one realm. */
export interface Realm {
  /** Ids that start with it were given out here. */
  readonly prefix: string
  nextId: number
  readonly classIds: WeakMap<object, string>
  readonly classes: Map<string, WeakRef<AnyFunction>>
  /** Forgets the ids of classes that are gone. */
  readonly gone: FinalizationRegistry<string>
  readonly origins: WeakMap<AnyFunction, Origin>
  /** How the plugin knows functions: what reads their registrations, one of each copy of brine that registers some. */
  readonly registrations: Set<(fn: AnyFunction) => object | undefined>
  /** How the plugin knows classes. */
  readonly registered: WeakMap<AnyFunction, object>
  /** Methods and accessors of classes that were rebuilt or registered here. */
  readonly members: WeakMap<AnyFunction, MemberOf>
  readonly bindings: WeakMap<AnyFunction, Binding>
  readonly environments: WeakMap<AnyFunction, Environment>
  readonly types: Map<string, RegisteredType>
  readonly typesByPrototype: WeakMap<object, RegisteredType>
  /** Functions that stay on their thread and are called through a port. */
  readonly callbacks: WeakMap<AnyFunction, AnyFunction>
  /** Handles on values that are sent to each worker once. */
  readonly shared: WeakMap<object, SharedState>
  /** Those among them that this page shares, by id. */
  readonly shares: Map<string, WeakRef<object>>
  /** Calls back when a handle is gone that nobody released. */
  readonly unreachable: FinalizationRegistry<() => void>
  /** What moves with results that brine made itself. */
  readonly moving: WeakMap<object, readonly unknown[]>
  /** Things that every copy of brine has, by name (`task`), which travel by reference. */
  readonly intrinsics: Map<string, unknown>
  /** The names of such things, of all copies of brine in this realm. */
  readonly intrinsicNames: Map<unknown, string>
  /** Compiled code units by text. */
  readonly units: Map<string, UnitFactory>
  /** What modules import, and where a worker can import it from: looked up when nothing else is known of a function. */
  readonly imports: Map<string | ImportTable, ImportTable>
  /** What was found there. */
  readonly imported: WeakMap<AnyFunction, string>
  /** Where else than on the thread's own origin the app's modules lie: see `bases.ts`. */
  readonly bases: Set<string>
  /** By the prototype object of their class. */
  readonly privates: WeakMap<object, PrivateElements>
  /** By class. */
  readonly privateStatics: WeakMap<object, PrivateStatics>
  /** What reaches private names from outside, by class. */
  readonly privateNames: WeakMap<object, Readonly<Record<string, PrivateAccess>>>
  /** While it is `on`, constructors and initialisers of classes with private elements do nothing. */
  readonly restoring: { on: boolean }
  /** Whether this thread is a worker of a pool: what its tasks offload runs here as well. */
  isWorker: boolean
  /** What `task` shows, while a task runs. */
  current: RunningTask | undefined
}

const KEY: unique symbol = Symbol.for('brine.realm') as never

function createRealm(): Realm {
  const classes = new Map<string, WeakRef<AnyFunction>>()
  const random = () => Math.random().toString(36).slice(2, 10)
  return {
    prefix: `${random()}${random()}:`,
    nextId: 0,
    classIds: new WeakMap(),
    classes,
    // An id may have passed to another copy of the class since.
    gone: new FinalizationRegistry((id) => {
      if (!classes.get(id)?.deref()) classes.delete(id)
    }),
    origins: new WeakMap(),
    registrations: new Set(),
    registered: new WeakMap(),
    members: new WeakMap(),
    bindings: new WeakMap(),
    environments: new WeakMap(),
    types: new Map(),
    typesByPrototype: new WeakMap(),
    callbacks: new WeakMap(),
    shared: new WeakMap(),
    shares: new Map(),
    moving: new WeakMap(),
    unreachable: new FinalizationRegistry((gone) => gone()),
    intrinsics: new Map(),
    intrinsicNames: new Map(),
    units: new Map(),
    imports: new Map(),
    imported: new WeakMap(),
    bases: new Set(),
    privates: new WeakMap(),
    privateStatics: new WeakMap(),
    privateNames: new WeakMap(),
    restoring: { on: false },
    isWorker: false,
    current: undefined,
  }
}

/** The record of this realm, made on first use. */
export function realm(): Realm {
  const host = globalThis as { [KEY]?: Realm }
  const known = host[KEY]
  if (known) return known
  const made = createRealm()
  Object.defineProperty(host, KEY, { value: made })
  return made
}

/**
 * Enters things that every copy of brine has, by name. They travel by reference: whichever copy's thing is captured, the
 * receiver finds that of its first copy.
 */
export function shareIntrinsics(things: Readonly<Record<string, unknown>>): void {
  const { intrinsics, intrinsicNames } = realm()
  for (const [name, value] of Object.entries(things)) {
    intrinsicNames.set(value, name)
    if (!intrinsics.has(name)) intrinsics.set(name, value)
  }
}

/**
 * The identity of a class across threads: given out on first use, kept by copies of the class elsewhere. Where the
 * plugin knows that a class is defined once, it is the place of its definition.
 */
export function classId(target: AnyFunction): string {
  const { classIds, prefix } = realm()
  const known = classIds.get(target)
  if (known) return known
  const id = `${prefix}${realm().nextId++}`
  adoptClass(id, target)
  return id
}

/** Records that `target` is the copy, in this realm, of the class with that id. */
export function adoptClass(id: string, target: AnyFunction): void {
  const { classIds, classes, gone } = realm()
  classIds.set(target, id)
  classes.set(id, new WeakRef(target))
  gone.register(target, id)
}

/** The functions that came with a class, as its code made them. */
export function membersOf(
  target: AnyFunction,
  ofClass: ImpliedProperties,
  ofPrototype: ImpliedProperties | undefined,
): readonly (readonly [method: AnyFunction, member: MemberOf])[] {
  const found: (readonly [AnyFunction, MemberOf])[] = []
  for (const isStatic of [true, false]) {
    for (const [key, property] of (isStatic ? ofClass : ofPrototype) ?? []) {
      if (key === (isStatic ? 'prototype' : 'constructor')) continue
      for (const part of ['value', 'get', 'set'] as const) {
        const method = property[part] as unknown
        if (typeof method !== 'function') continue
        found.push([method as AnyFunction, { of: target, static: isStatic, key, part }])
      }
    }
  }
  return found
}

/** The class with that id, if this realm has it. */
export function knownClass(id: string): AnyFunction | undefined {
  return realm().classes.get(id)?.deref()
}

/** Whether a class is of this realm, and no copy of one that came: it was first seen here, or a module defined it here. */
export function isHome(id: string, target: AnyFunction): boolean {
  const { prefix, registered } = realm()
  return id.startsWith(prefix) || registered.has(target)
}
