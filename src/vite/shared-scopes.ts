// Which reassigned variables travel together, and around which others.
import type { Binding, ModuleScope } from './bindings.ts'

/** Variables of one scope that are captured and reassigned, and that closures use together: those closures share them. */
export interface SharedScope {
  /** Names its token and its factory. A parent has a lower one. */
  readonly number: number
  readonly scope: ModuleScope
  readonly parent: SharedScope | null
  readonly names: readonly string[]
}

/**
 * Divides shared variables into scopes, and puts these inside each other.
 *
 * A closure takes along the scopes of the variables that it uses and those around them, so variables of one lexical scope
 * that no closure uses together are apart. The scopes that one closure uses lie inside each other: a copy of a function
 * knows the tokens of those scopes alone whose variables it captures.
 *
 * @param captures The shared variables of each closure.
 * @returns The scope of each variable, in the order of their numbers.
 */
export function planShared(captures: readonly (readonly Binding[])[]): Map<Binding, SharedScope> {
  const together = joined(captures)
  const components = [...new Set(together.values())].sort((a, b) => depth(scopeOf(a)) - depth(scopeOf(b)))
  const numbers = new Map(components.map((component, number) => [component, number]))

  const around = components.map(() => new Set<number>())
  for (const bindings of captures) {
    const used = new Set(bindings.map((binding) => numbers.get(together.get(binding)!)!))
    const inOrder = [...used].sort((a, b) => a - b)
    inOrder.forEach((number, at) => at > 0 && around[number]!.add(inOrder[at - 1]!))
  }
  // From the innermost out: the nearest of several becomes the parent, and leads on to the others.
  const parents: (number | undefined)[] = []
  for (let number = components.length - 1; number >= 0; number--) {
    const [nearest, ...others] = [...around[number]!].sort((a, b) => b - a)
    parents[number] = nearest
    for (const other of others) around[nearest!]!.add(other)
  }
  const planned: SharedScope[] = []
  for (const [number, component] of components.entries()) {
    const parent = parents[number]
    planned.push({
      number,
      scope: scopeOf(component),
      parent: parent === undefined ? null : planned[parent]!,
      names: [...component].map(({ name }) => name),
    })
  }
  return new Map(
    components.flatMap((component, number) =>
      [...component].map((binding) => [binding, planned[number]!] as const),
    ),
  )
}

/** For each variable those of its scope that closures use together with it, itself among them. */
function joined(captures: readonly (readonly Binding[])[]): Map<Binding, Set<Binding>> {
  const together = new Map<Binding, Set<Binding>>()
  for (const bindings of captures) {
    const ofScope = new Map<ModuleScope, Set<Binding>>()
    for (const binding of bindings) {
      const own = together.get(binding) ?? new Set([binding])
      const known = ofScope.get(binding.scope) ?? own
      for (const each of own) together.set(each, known.add(each))
      ofScope.set(binding.scope, known)
    }
  }
  return together
}

const scopeOf = (component: ReadonlySet<Binding>): ModuleScope => component.values().next().value!.scope

function depth(scope: ModuleScope): number {
  let levels = 0
  for (let at: ModuleScope | null = scope; at; at = at.parent) levels++
  return levels
}
