// Makes one function or class from its scope, and remembers how, so that it can travel on.
import { BrineError } from '../errors/brine-error.ts'
import { superOf } from '../realm/class-access.ts'
import { adoptClass, membersOf, realm } from '../realm/registry.ts'
import type { AnyFunction, ClosureInputs, ImpliedProperties, ScopeInstance } from '../realm/registry.ts'

function birthState(target: object): ImpliedProperties {
  return new Map(Reflect.ownKeys(target).map((key) => [key, Object.getOwnPropertyDescriptor(target, key)!]))
}

/** A maker of a method returns the literal around it, which gives `super` its home. */
function unwrapMethod(made: object): unknown {
  const [key] = Reflect.ownKeys(made)
  const property = key === undefined ? undefined : Object.getOwnPropertyDescriptor(made, key)
  return property?.get ?? property?.set ?? property?.value
}

/** What a closure is made of. */
export interface ClosureParts {
  readonly scope: ScopeInstance
  readonly index: number
  readonly name: string
  readonly id: string | undefined
  readonly inputs: Omit<ClosureInputs, 'home'>
  /** Whether it uses `super`, and so needs a home object. */
  readonly hasHome: boolean
  readonly privateState: readonly string[]
}

/** Runs the maker of a function. `this`, `arguments` and `new.target` of the place where an arrow stood are native. */
function make({ scope, index, inputs }: ClosureParts, home: object | undefined): unknown {
  const maker = scope.make[index]!
  const input = { parent: inputs.parent, keys: inputs.keys, home }
  const args = (inputs.args ?? [input]) as never[]
  if (inputs.newTarget !== undefined) return Reflect.construct(maker, args, inputs.newTarget as AnyFunction)
  return Reflect.apply(maker, inputs.self, args)
}

/** Makes a function or class. `homeObject` is told later, as it may not exist yet. */
export function makeClosure(parts: ClosureParts): { fn: AnyFunction; setHome: (homeObject: object) => void } {
  const inputs: { -readonly [Key in keyof ClosureInputs]: ClosureInputs[Key] } = { ...parts.inputs }
  let made: unknown
  try {
    made = make(parts, parts.hasHome ? superOf(() => inputs.home!) : undefined)
    if (typeof made === 'object' && made !== null) made = unwrapMethod(made)
  } catch (error) {
    throw new BrineError('CODE_FAILED', { name: parts.name, reason: String(error) }, { cause: error })
  }
  if (typeof made !== 'function') {
    throw new BrineError('CODE_FAILED', {
      name: parts.name,
      reason: `it made a ${typeof made}, not a function`,
    })
  }
  const fn = made as AnyFunction
  const prototype = Object.getOwnPropertyDescriptor(fn, 'prototype')?.value as object | undefined
  const implied = birthState(fn)
  const impliedPrototype = prototype && birthState(prototype)
  realm().origins.set(fn, {
    scope: parts.scope,
    index: parts.index,
    inputs,
    implied,
    ...(impliedPrototype && { impliedPrototype }),
    privateState: parts.privateState,
  })
  for (const [method, member] of membersOf(fn, implied, impliedPrototype)) realm().members.set(method, member)
  if (parts.id !== undefined) adoptClass(parts.id, fn)
  const setHome = (homeObject: object): void => {
    inputs.home = homeObject
  }
  return { fn, setHome }
}
