// Instances of registered types: the state that `encode` gives, and the type itself where it travels.
import { isBrineError } from '../errors/brine-error.ts'
import { realm } from '../realm/registry.ts'
import type { AnyFunction } from '../realm/registry.ts'
import type { DescribeContext } from './context.ts'
import type { Child, Description, Visit } from './walk.ts'

/** Describes an instance of a registered type; undefined for any other object. */
export function describeTyped(
  value: object,
  visit: Visit,
  context: DescribeContext,
): Description | undefined {
  const proto = Object.getPrototypeOf(value) as object | null
  const type = proto === null ? undefined : realm().typesByPrototype.get(proto)
  if (!type) return undefined
  let state: unknown
  try {
    state = (type.encode as (value: object) => unknown)(value)
  } catch (error) {
    if (isBrineError(error)) throw error
    context.fail(visit, 'VALUE_ENCODE', { name: type.name, reason: String(error) })
  }
  const { environment } = type
  const part = (child: unknown, name: string): Child => ({
    value: child,
    step: { kind: 'part', name },
    ...(environment && name !== 'state' && { environment }),
  })
  const parts: AnyFunction[] = environment ? [type.constructor, type.encode, type.decode] : []
  const labels = ['class', 'encode', 'decode']
  return {
    plain: false,
    children: [...parts.map((fn, at) => part(fn, labels[at]!)), part(state, 'state')],
    node: (slot) => ({
      kind: 'typed',
      name: type.name,
      state: slot(state),
      ...(environment && {
        type: { constructor: slot(type.constructor), encode: slot(type.encode), decode: slot(type.decode) },
      }),
    }),
  }
}
