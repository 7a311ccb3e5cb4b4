// What each closure takes with it so as to reach, made anew outside, what only code inside the classes around it reaches.
//
// It takes the class itself, by the name that the class has inside. A class that has none is given one.
import type { AnyNode, Node } from 'acorn'
import type { ClassLike } from '../syntax/findings.ts'
import { replacedParts } from './class-parts.ts'
import type { ClassParts } from './class-parts.ts'
import type { Binding, Closure } from './bindings.ts'
import { isRewritable } from './class-uses.ts'
import type { ClassUses, PrivateUse } from './class-uses.ts'
import { inferredName } from './inferred-name.ts'

/** What one closure uses of the classes around it. */
export interface OwnClassUses {
  readonly privates: PrivateUse[]
  /** The variables that hold the classes. */
  readonly variables: Map<ClassLike, string>
  /** The class in which an arrow's `super` stands. */
  home: { readonly owner: ClassLike; readonly isStatic: boolean } | undefined
}

/** What the closures inside a class use of it. */
export interface HandedOut {
  readonly names: Set<string>
  /** The identifier that an anonymous class is given, and the name that it has. */
  readonly named: { readonly id: string; readonly name: string } | undefined
}

interface Capture {
  readonly closure: Closure
  readonly binding: Binding
  readonly isEager: boolean
}

interface PlannedClassUses {
  readonly captures: readonly Capture[]
  readonly own: ReadonlyMap<Closure, OwnClassUses>
  readonly handedOut: ReadonlyMap<Closure, HandedOut>
  /** Why closures cannot be converted. */
  readonly reasons: ReadonlyMap<Closure, string>
}

const contains = (outer: Node, inner: Node): boolean => outer.start <= inner.start && inner.end <= outer.end

const isClass = (node: AnyNode): boolean =>
  node.type === 'ClassDeclaration' || node.type === 'ClassExpression'

/** Plans what is beyond the variables. */
export function planClassUses(
  { privates, supers }: ClassUses,
  closures: readonly Closure[],
  parts: ReadonlyMap<Closure, ClassParts>,
  isSkipped: (closure: Closure) => boolean,
  prefix: string,
): PlannedClassUses {
  const captures: Capture[] = []
  const own = new Map<Closure, OwnClassUses>()
  const handedOut = new Map<Closure, HandedOut>()
  const reasons = new Map<Closure, string>()
  const byNode = new Map<AnyNode, Closure>(closures.map((closure) => [closure.node, closure]))

  /** What a class hands out; undefined if it cannot be given a name. */
  const handedOutBy = (owner: ClassLike): HandedOut | undefined => {
    const closure = byNode.get(owner)!
    const known = handedOut.get(closure)
    if (known) return known
    const inferred = inferredName(closure)
    if (!owner.id && inferred?.computed) return undefined
    const named = owner.id
      ? undefined
      : { id: `${prefix}_w${handedOut.size}`, name: inferred ? (JSON.parse(inferred.key) as string) : '' }
    const made = { names: new Set<string>(), named }
    handedOut.set(closure, made)
    return made
  }

  /** The binding of a class's name inside of it, as code at the place of a closure sees it. */
  const bindingOf = ({ scope }: Closure, owner: ClassLike, name: string): Binding | undefined => {
    for (let at: typeof scope | null = scope; at; at = at.parent) {
      const found = at.bindings.get(name)
      if (at.kind !== 'class' || at.node !== owner) {
        if (found) return undefined
        continue
      }
      const binding: Binding = found ?? { name, scope: at, kind: 'name', value: null, reassigned: false }
      at.bindings.set(name, binding)
      return binding
    }
    return undefined
  }

  const ownOf = (closure: Closure): OwnClassUses => {
    const uses = own.get(closure) ?? { privates: [], variables: new Map(), home: undefined }
    own.set(closure, uses)
    return uses
  }

  /** Has a closure capture a class around it. */
  const capture = (closure: Closure, owner: ClassLike, node: Node, what: string): void => {
    const handed = handedOutBy(owner)
    const name = owner.id?.name ?? handed?.named!.id
    const binding = name === undefined ? undefined : bindingOf(closure, owner, name)
    if (!binding) {
      const why = name === undefined ? 'which has a computed name' : `whose name '${name}' is another's there`
      reasons.set(closure, `uses ${what} of the class around it, ${why}`)
      return
    }
    const isEager = parts.get(closure)?.again.some((part) => contains(part, node)) ?? false
    captures.push({ closure, binding, isEager })
    ownOf(closure).variables.set(owner, binding.name)
  }

  const isReplaced = (closure: Closure, node: Node): boolean => {
    const of = parts.get(closure)
    return of !== undefined && replacedParts(of).some((part) => contains(part, node))
  }

  for (const use of privates) {
    const { owner, name, node } = use
    for (let at = use.closure; at && at.node !== owner; at = at.outer) {
      // A method travels with its class.
      if (isSkipped(at) || at.parentNode.type === 'MethodDefinition' || isReplaced(at, node)) continue
      if (!isRewritable(use)) {
        reasons.set(
          at,
          `uses the private name ${name} of the class around it in an expression that brine cannot write`,
        )
        continue
      }
      capture(at, owner, node, `the private name ${name}`)
      handedOutBy(owner)?.names.add(name)
      ownOf(at).privates.push(use)
    }
  }
  for (const { closure, node, home } of supers) {
    for (let at = closure; at && at.node !== home?.owner; at = at.outer) {
      if (isClass(at.node)) {
        if (isReplaced(at, node)) continue
        break
      }
      if (at.node.type !== 'ArrowFunctionExpression') break
      if (isSkipped(at)) continue
      if (home) {
        capture(at, home.owner, node, 'super')
        ownOf(at).home = home
      } else reasons.set(at, 'uses super of the object literal around it')
    }
  }
  return { captures, own, handedOut, reasons }
}
