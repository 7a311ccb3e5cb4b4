// The units of a module: where the factory of each stands, and which of them share a closure module.
//
// A worker loads all that a closure module imports. So units stand together if their code uses the same imports, and a
// worker loads for a closure what that one uses and nothing else.
import type { Plan, PlannedClosure } from './plan.ts'
import type { SharedScope } from './shared-scopes.ts'

/** Where a factory stands: an export of a closure module, or a child of a shared scope. */
export type Place =
  | { readonly export: string; readonly group: number }
  | { readonly child: number; readonly export?: never }

interface Children {
  readonly closures: PlannedClosure[]
  readonly shared: SharedScope[]
}

/** What one closure module exports. */
export interface Group extends Children {
  /** The names of the imports that its units use, each of them all. */
  readonly imports: ReadonlySet<string>
}

export interface Units {
  readonly groups: readonly Group[]
  /** The closures and shared scopes directly inside each shared scope, in the order of its `scopes`. */
  readonly children: ReadonlyMap<SharedScope, Children>
  readonly places: { readonly closures: readonly Place[]; readonly shared: readonly Place[] }
}

function childrenOf(plan: Plan): Map<SharedScope, Children> {
  const children = new Map<SharedScope, Children>(
    plan.shared.map((owner) => [owner, { closures: [], shared: [] }]),
  )
  for (const planned of plan.closures)
    if (planned.shared) children.get(planned.shared)!.closures.push(planned)
  for (const owner of plan.shared) if (owner.parent) children.get(owner.parent)!.shared.push(owner)
  return children
}

/** Numbers the factories and divides them into groups. */
export function unitsOf(plan: Plan): Units {
  const children = childrenOf(plan)
  const groups = new Map<string, Group & { readonly number: number }>()
  const closures: Place[] = []
  const shared: Place[] = []
  const groupOf = (names: readonly string[]): Group & { readonly number: number } => {
    const imports = new Set([...names].sort())
    const key = [...imports].join()
    const group = groups.get(key) ?? { number: groups.size, imports, closures: [], shared: [] }
    groups.set(key, group)
    return group
  }
  const importsIn = (owner: SharedScope): string[] => {
    const inside = children.get(owner)!
    return [...inside.closures.flatMap(importsOf), ...inside.shared.flatMap(importsIn)]
  }
  for (const planned of plan.closures) {
    if (planned.shared) continue
    const group = groupOf(importsOf(planned))
    group.closures.push(planned)
    closures[planned.number] = { export: `s${planned.number}`, group: group.number }
  }
  for (const owner of plan.shared) {
    if (owner.parent) continue
    const group = groupOf(importsIn(owner))
    group.shared.push(owner)
    shared[owner.number] = { export: `t${owner.number}`, group: group.number }
  }
  for (const inside of children.values()) {
    inside.closures.forEach(({ number }, child) => (closures[number] = { child }))
    inside.shared.forEach(({ number }, at) => (shared[number] = { child: inside.closures.length + at }))
  }
  return { groups: [...groups.values()], children, places: { closures, shared } }
}

const importsOf = ({ imports }: PlannedClosure): string[] => imports.map(({ name }) => name)
