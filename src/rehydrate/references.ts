// Which nodes a node refers to: part of the format.
export { heldBy, reachedBy, slotsOf } from '../payload/references.ts'
