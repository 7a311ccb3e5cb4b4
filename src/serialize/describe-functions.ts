// Functions, classes, their methods and prototype objects: code by scope, then what they own beyond their code.
import type { Captured } from '../capture/types.ts'
import type { ClosureNode } from '../payload/types.ts'
import { isNative } from '../realm/globals.ts'
import { classId, membersOf, realm } from '../realm/registry.ts'
import { importedFrom, registrationOf } from '../realm/sites.ts'
import type { AnyFunction, Environment, MemberOf } from '../realm/registry.ts'
import type { DescribeContext } from './context.ts'
import { describeOwn } from './own.ts'
import type { OwnDescription } from './own.ts'
import { importedUnit } from './scope-table.ts'
import type { ScopeTable } from './scope-table.ts'
import type { Child, Description, ToSlot, Visit } from './walk.ts'

/** What the function describers of one payload keep beside the shared context. */
export interface FunctionContext extends DescribeContext {
  readonly scopes: ScopeTable
  readonly members: Map<unknown, MemberOf>
  /** The prototype objects of generator functions, which do not name their function. */
  readonly prototypes: Map<object, AnyFunction>
}

const part = (value: unknown, name: string): Child => ({ value, step: { kind: 'part', name } })

/** The prototype object that came with `fn`, if it still has it. */
function prototypeOf(captured: Captured): object | undefined {
  const value = captured.implied.get('prototype')?.value as unknown
  return typeof value === 'object' && value !== null ? value : undefined
}

/** The prototype that the prototype object of a function has at birth; undefined where that cannot be foreseen. */
function bornPrototype(fn: AnyFunction, captured: Captured, prototype: object): object | null | undefined {
  if (!captured.isClass) {
    const isGenerator = !captured.impliedPrototype?.has('constructor')
    return isGenerator ? (Object.getPrototypeOf(prototype) as object | null) : Object.prototype
  }
  const { parent } = captured.inputs
  if (parent === undefined) {
    // No heritage, or `extends null`, which the text keeps.
    const proto = Object.getPrototypeOf(prototype) as object | null
    return proto === null && /^class[^{]*\bextends\s+\(?\s*null/.test(Function.prototype.toString.call(fn))
      ? null
      : Object.prototype
  }
  if (parent === null) return null
  const ofParent = Object.getOwnPropertyDescriptor(parent, 'prototype')
  return ofParent && !ofParent.writable ? (ofParent.value as object) : undefined
}

function describePrototypeOwn(fn: AnyFunction, captured: Captured, prototype: object): OwnDescription {
  const properties = captured.impliedPrototype
  const proto = bornPrototype(fn, captured, prototype)
  return describeOwn(prototype, { ...(properties && { properties }), ...(proto !== undefined && { proto }) })
}

/** The prototype that a function has at birth. */
function bornFunctionPrototype(fn: AnyFunction, captured: Captured): unknown {
  if (captured.isClass) return captured.inputs.parent ?? Function.prototype
  const proto = Object.getPrototypeOf(fn) as object | null
  // Async and generator functions inherit from their own intrinsics, which the code chooses again.
  const text = Function.prototype.toString.call(fn)
  const special =
    proto !== null &&
    proto !== Function.prototype &&
    /^(?:async|function\s*\*|\*)/.test(text) &&
    isIntrinsic(proto)
  return special ? proto : Function.prototype
}

const isIntrinsic = (proto: object): boolean =>
  isNative(Object.getOwnPropertyDescriptor(proto, 'constructor')?.value)

/** Notes whose methods a class's functions are, and lists those that carry properties of their own. */
function noteMembers(fn: AnyFunction, captured: Captured, context: FunctionContext): Child[] {
  if (!captured.isClass) return []
  const decorated: Child[] = []
  for (const [method, member] of membersOf(fn, captured.implied, captured.impliedPrototype)) {
    context.members.set(method, member)
    if (!memberOwn(method).empty)
      decorated.push({ value: method, step: { kind: 'property', key: member.key } })
  }
  return decorated
}

function memberOwn(method: AnyFunction): OwnDescription {
  const keys = Reflect.ownKeys(method).filter(
    (key) => key !== 'name' && key !== 'length' && key !== 'prototype',
  )
  return describeOwn(method, { keys, proto: Object.getPrototypeOf(method) as object | null })
}

function describeMember(method: AnyFunction, member: MemberOf): Description {
  const own = memberOwn(method)
  const owner = part(member.of, 'class')
  return {
    plain: false,
    children: [owner, part(member.key, 'key'), ...own.children],
    node: (slot) => ({
      kind: 'member',
      of: slot(member.of),
      static: member.static,
      key: slot(member.key),
      part: member.part,
      ...own.write(slot),
    }),
  }
}

function describeBound(fn: AnyFunction): Description | undefined {
  const binding = realm().bindings.get(fn)
  if (!binding) return undefined
  const own = describeOwn(fn, {
    proto: Object.getPrototypeOf(binding.target) as object | null,
  })
  return {
    plain: false,
    children: [
      part(binding.target, 'bound function'),
      part(binding.self, 'bound this'),
      ...binding.args.map((value, at) => part(value, `bound argument ${at}`)),
      ...own.children,
    ],
    node: (slot) => ({
      kind: 'bound',
      target: slot(binding.target),
      self: slot(binding.self),
      args: binding.args.map(slot),
      ...own.write(slot),
    }),
  }
}

/** Where a function can be imported from, if its creation left no trace: it is of a module that was not converted. */
function importedBy(fn: AnyFunction): string | undefined {
  const { imports, imported, origins } = realm()
  if (imports.size === 0 && !imported.has(fn)) return undefined
  return origins.has(fn) || registrationOf(fn) ? undefined : importedFrom(fn)
}

/** Whether a function travels as an import. */
export const isImported = (fn: AnyFunction): boolean => importedBy(fn) !== undefined

/** Describes a function or class that is no global; undefined as long as it may turn out to be a method of a class. */
export function describeFunction(
  fn: AnyFunction,
  visit: Visit,
  context: FunctionContext,
): Description | undefined {
  const member = context.members.get(fn) ?? realm().members.get(fn)
  if (member) return describeMember(fn, member)
  const bound = describeBound(fn)
  if (bound) return bound

  const from = importedBy(fn)
  if (from !== undefined) {
    return {
      plain: false,
      children: [],
      node: () => ({ kind: 'imported', code: context.scopes.unitIndex(importedUnit(from)) }),
    }
  }

  const captured = context.capture(fn, visit)
  if (!captured) return undefined
  const { inputs } = captured
  const environment: Environment =
    captured.code.kind === 'piece' ? captured.code.piece.environment : visit.environment
  const place = context.scopes.enter(captured)
  const own = describeOwn(fn, {
    properties: captured.implied,
    proto: bornFunctionPrototype(fn, captured) as object | null,
    // Engines' own leftovers on sloppy functions.
    keys: Reflect.ownKeys(fn).filter((key) => key !== 'caller' && key !== 'arguments'),
  })
  const prototype = prototypeOf(captured)
  if (prototype) context.prototypes.set(prototype, fn)
  const statics = realm().privateStatics.get(fn)?.get()
  const children: Child[] = [
    ...place.variables.map(([name, value]): Child => ({ value, step: { kind: 'variable', name } })),
    ...('self' in inputs ? [{ value: inputs.self, step: { kind: 'variable', name: 'this' } } as const] : []),
    ...(inputs.args ?? []).map((value, at) => part(value, `arguments[${at}]`)),
    ...('newTarget' in inputs ? [part(inputs.newTarget, 'new.target')] : []),
    ...('parent' in inputs ? [part(inputs.parent, 'superclass')] : []),
    ...(inputs.keys ?? []).map((key) => part(key, 'key')),
    ...(inputs.home ? [part(inputs.home, 'home object')] : []),
    ...(statics ?? []).map((value) => part(value, 'private static')),
    ...noteMembers(fn, captured, context),
    ...own.children,
    ...(prototype && !describePrototypeOwn(fn, captured, prototype).empty
      ? [part(prototype, 'prototype')]
      : []),
  ]
  const id = captured.isClass ? classId(fn) : undefined
  return {
    plain: false,
    children:
      environment === visit.environment ? children : children.map((child) => ({ environment, ...child })),
    node: (slot): ClosureNode => ({
      kind: 'closure',
      scope: [context.scopes.indexOf(place)],
      index: place.index(),
      name: captured.name,
      ...(id !== undefined && { id }),
      ...(captured.privateState.length > 0 && { privateState: captured.privateState }),
      ...writeInputs(captured, place.variables, slot),
      ...(statics && { statics: statics.map(slot) }),
      ...own.write(slot),
    }),
  }
}

function writeInputs(
  { inputs }: Captured,
  variables: readonly (readonly [name: string, value: unknown])[],
  slot: ToSlot,
): Partial<ClosureNode> {
  const eager = variables.filter(([name]) => inputs.eager?.includes(name)).map(([, value]) => slot(value))
  return {
    ...('self' in inputs && { self: slot(inputs.self) }),
    ...(inputs.args && { args: inputs.args.map(slot) }),
    ...('newTarget' in inputs && { newTarget: slot(inputs.newTarget) }),
    ...('parent' in inputs && { parent: slot(inputs.parent) }),
    ...(inputs.keys && { keys: inputs.keys.map((key) => slot(key)) }),
    ...(inputs.home && { home: slot(inputs.home) }),
    ...(inputs.eager && { eager }),
  }
}

/** Describes the prototype object that came with a function or class; undefined for any other object. */
export function describePrototype(
  value: object,
  visit: Visit,
  context: FunctionContext,
): Description | undefined {
  const fn: unknown =
    context.prototypes.get(value) ?? Object.getOwnPropertyDescriptor(value, 'constructor')?.value
  if (typeof fn !== 'function' || isNative(fn)) return undefined
  if (Object.getOwnPropertyDescriptor(fn, 'prototype')?.value !== value) return undefined
  if (importedBy(fn as AnyFunction) !== undefined) {
    return {
      plain: false,
      children: [part(fn, 'constructor')],
      node: (slot) => ({ kind: 'prototype', of: slot(fn) }),
    }
  }
  const captured = context.capture(fn as AnyFunction, visit)
  if (!captured || prototypeOf(captured) !== value) return undefined
  const own = describePrototypeOwn(fn as AnyFunction, captured, value)
  return {
    plain: false,
    children: [part(fn, 'constructor'), ...own.children],
    node: (slot) => ({ kind: 'prototype', of: slot(fn), ...own.write(slot) }),
  }
}
