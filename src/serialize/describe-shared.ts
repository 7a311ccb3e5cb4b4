// Handles on shared values: by their id where the receiver has the value, else with the value in place.
import { stateOf } from '../realm/shared.ts'
import type { DescribeContext } from './context.ts'
import type { Description, Visit } from './walk.ts'

/** Describes a handle; undefined for any other object. */
export function describeShared(
  value: object,
  visit: Visit,
  context: DescribeContext,
  isKnown: ((value: object) => boolean) | undefined,
): Description | undefined {
  const state = stateOf(value)
  if (!state) return undefined
  if (state.released) context.fail(visit, 'SHARE_RELEASED', {})
  const { id } = state
  if (id !== undefined && isKnown?.(value)) {
    return { plain: false, children: [], node: () => ({ kind: 'shared', id }) }
  }
  return {
    plain: false,
    children: [{ value: state.value, step: { kind: 'property', key: 'value' } }],
    node: (slot) => ({ kind: 'shared', value: slot(state.value) }),
  }
}
