// The private state of instances: read by the code that the plugin put into their classes, refused where there is none.
import { isNative, functionName, globalPath } from '../realm/globals.ts'
import { realm } from '../realm/registry.ts'
import type { AnyFunction } from '../realm/registry.ts'
import type { PrivateState } from '../payload/types.ts'
import type { CapturePath } from './capture-path.ts'
import { isImported } from './describe-functions.ts'
import type { DescribeContext } from './context.ts'
import type { Description, Visit } from './walk.ts'

/** A class, and the values of the private fields that an instance has of it. */
type StateOfClass = readonly [of: AnyFunction, values: readonly unknown[]]

/** The private state of an instance, that of the class nearest to the root first. */
export function privateStateOf(
  value: object,
  visit: Visit,
  context: DescribeContext,
): readonly StateOfClass[] {
  const found: StateOfClass[] = []
  for (
    let proto = Object.getPrototypeOf(value) as object | null;
    proto;
    proto = Object.getPrototypeOf(proto) as object | null
  ) {
    const known = realm().privates.get(proto)
    if (!known) {
      refuseUnread(value, proto, visit, context)
      continue
    }
    const values = known.get(value)
    if (!values) continue
    // A copy is made below the class, which for that time has another superclass.
    if (known.derived && !Object.isExtensible(known.of)) refuse(value, known.of, visit, context)
    found.unshift([known.of, values])
  }
  return found
}

/** Refuses an instance of a class with private members that nobody can read. */
function refuseUnread(value: object, proto: object, visit: Visit, context: DescribeContext): void {
  const maker = Object.getOwnPropertyDescriptor(proto, 'constructor')?.value as unknown
  if (typeof maker !== 'function' || isNative(maker) || globalPath(maker) !== undefined) return
  if (Object.getOwnPropertyDescriptor(maker, 'prototype')?.value === proto)
    refuse(value, maker as AnyFunction, visit, context)
}

function refuse(value: object, of: AnyFunction, visit: Visit, context: DescribeContext): void {
  const path: CapturePath = { step: { kind: 'property', key: 'constructor' }, before: visit.path }
  const names = isImported(of)
    ? privateNamesIn(of)
    : (context.capture(of, { ...visit, path, holders: [] })?.privateState ?? [])
  if (names.length > 0)
    context.report(value, visit, 'VALUE_PRIVATE_STATE', {
      className: functionName(of),
      names: names.join(', '),
    })
}

/** Private names that the text of a class seems to have: of a class that was not converted nothing else is known. */
function privateNamesIn(target: object): string[] {
  const text = Function.prototype.toString.call(target)
  return /(?<![\w$'"`])#[\p{ID_Start}$_][\p{ID_Continue}$]*/u.exec(text)?.slice(0, 1) ?? []
}

/** Adds private state to what is told of an instance. */
export function withPrivateState(description: Description, states: readonly StateOfClass[]): Description {
  const { children, node } = description
  return {
    plain: false,
    children: [
      ...children,
      ...states.flatMap(([of, values]) => [
        { value: of, step: { kind: 'part', name: 'class' } } as const,
        ...values.map((value) => ({ value, step: { kind: 'part', name: 'private state' } }) as const),
      ]),
    ],
    node: (slot) =>
      ({
        ...node(slot),
        privates: states.map(([of, values]) => [slot(of), ...values.map(slot)] as unknown as PrivateState),
      }) as ReturnType<Description['node']>,
  }
}
