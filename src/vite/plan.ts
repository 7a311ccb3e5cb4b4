// What each closure of a module captures, and which scopes its shared variables make it depend on.
import type { AnyNode, Node } from 'acorn'
import { collect } from '../syntax/collect.ts'
import { isDirectEval } from '../syntax/findings.ts'
import type { ClassLike } from '../syntax/findings.ts'
import type { Range } from '../syntax/function-syntax.ts'
import { scopeReaderCall } from '../syntax/scope-reader.ts'
import { classParts, replacedParts } from './class-parts.ts'
import type { ClassParts } from './class-parts.ts'
import { planClassUses } from './plan-class-uses.ts'
import type { HandedOut, OwnClassUses } from './plan-class-uses.ts'
import type { ClassUses } from './class-uses.ts'
import { privateParts } from './private-parts.ts'
import type { PrivateParts } from './private-parts.ts'
import type { Binding, Closure, ModuleBindings, ModuleScope } from './bindings.ts'
import { isBeforeStart, startOf } from './scope-start.ts'
import { planShared } from './shared-scopes.ts'
import type { SharedScope } from './shared-scopes.ts'

/** What a closure takes with it. */
export interface PlannedClosure {
  readonly number: number
  readonly closure: Closure
  /** Of a class. */
  readonly parts: ClassParts | undefined
  /** The private elements of a class's instances. */
  readonly privates: PrivateParts | undefined
  /** Captured variables that keep their value. */
  readonly names: readonly string[]
  /** Imports that its code repeats. */
  readonly imports: readonly Binding[]
  /** The innermost of the scopes whose variables it shares. */
  readonly shared: SharedScope | null
  /** A method that uses `super`. */
  readonly usesHome: boolean
  /** What it uses of the classes around it. */
  readonly ofClasses: OwnClassUses | undefined
  /** Variables that are read while a class is defined. */
  readonly eager: readonly string[]
  readonly lexical: { readonly self: boolean; readonly args: boolean; readonly newTarget: boolean }
}

/** A closure that cannot be converted. */
interface LeftAlone extends PlannedClosure {
  /** Why, as a predicate: `calls super of the constructor around it`. */
  readonly reason: string
}

export interface Plan {
  readonly closures: readonly PlannedClosure[]
  readonly shared: readonly SharedScope[]
  /** Numbered behind the closures. */
  readonly leftAlone: readonly LeftAlone[]
  /** Closures that their author wants left alone. */
  readonly skipped: ReadonlySet<Closure>
  /** The classes whose private names closures inside use. */
  readonly handedOut: ReadonlyMap<Closure, HandedOut>
}

const isClass = (node: AnyNode): node is ClassLike =>
  node.type === 'ClassDeclaration' || node.type === 'ClassExpression'

/** Whether a range lies within another. */
export const contains = (outer: Range, inner: Range): boolean =>
  outer.start <= inner.start && inner.end <= outer.end

/** Whether a scope belongs to a closure: its name, its parameters, its body, anything below. */
const within = (closure: Closure, scope: ModuleScope): boolean =>
  scope.node === closure.node || (scope.kind !== 'module' && contains(closure.node, scope.node))

/** Plans the conversion of a module, without the closures that are to be left alone. */
export function planClosures(
  { closures, uses }: ModuleBindings,
  isSkipped: (closure: Closure) => boolean,
  classUses: ClassUses,
  prefix: string,
): Plan {
  const captured = new Map<Closure, Set<Binding>>(closures.map((closure) => [closure, new Set()]))
  const eager = new Map<Closure, Set<Binding>>(closures.map((closure) => [closure, new Set()]))
  const parts = new Map(
    closures.flatMap((closure) =>
      isClass(closure.node) ? [[closure, classParts(closure.node)] as const] : [],
    ),
  )
  for (const { binding, closure, node } of uses) {
    if (!binding) continue
    for (let at = closure; at && !within(at, binding.scope); at = at.outer) {
      const own = parts.get(at)
      const isIn = (part: Node): boolean => contains(part, node)
      if (own && replacedParts(own).some(isIn)) continue
      captured.get(at)!.add(binding)
      if (own?.again.some(isIn)) eager.get(at)!.add(binding)
    }
  }
  const ofClasses = planClassUses(classUses, closures, parts, isSkipped, prefix)
  for (const { closure, binding, isEager } of ofClasses.captures) {
    captured.get(closure)!.add(binding)
    if (isEager) eager.get(closure)!.add(binding)
  }

  const skipped = new Set(closures.filter(isSkipped))
  const refused: { closure: Closure; reason: string }[] = []
  const convertible: {
    closure: Closure
    bindings: readonly Binding[]
    usesHome: boolean
    lexical: PlannedClosure['lexical']
  }[] = []
  for (const closure of closures) {
    // A method travels with its class.
    if (skipped.has(closure) || closure.parentNode.type === 'MethodDefinition') continue
    const bindings = [...captured.get(closure)!]
    // A method's `super` belongs to its home object, and thus to the outside.
    const findings = collect(closure.node, isObjectMethod(closure), true)
    const reason = ofClasses.reasons.get(closure) ?? reasonAgainst(closure, bindings, findings)
    if (reason) {
      refused.push({ closure, reason })
      continue
    }
    const isArrow = closure.node.type === 'ArrowFunctionExpression'
    const args =
      isArrow &&
      findings.names.some(({ node, scope }) => node.name === 'arguments' && !scope.binds('arguments'))
    convertible.push({
      closure,
      bindings,
      usesHome: isObjectMethod(closure) && findings.uses.superProperty.length > 0,
      lexical: {
        // `super` looks on behalf of `this`.
        self: isArrow && findings.uses.this.length + findings.uses.superProperty.length > 0,
        args,
        newTarget: isArrow && findings.uses.newTarget.length > 0,
      },
    })
  }

  const shared = planShared(convertible.map(({ bindings }) => bindings.filter(isShared)))

  const converted = new Set<Node>(convertible.map(({ closure }) => closure.node))
  const planned = convertible.map(({ closure, bindings, usesHome, lexical }, number): PlannedClosure => {
    // They lie inside each other; the innermost leads to all others.
    const used = bindings.flatMap((binding) => shared.get(binding) ?? [])
    const innermost = used.reduce<SharedScope | null>(
      (inner, each) => (inner && inner.number > each.number ? inner : each),
      null,
    )
    const own = bindings.filter((binding) => binding.kind !== 'import' && !isShared(binding))
    return {
      number,
      closure,
      parts: parts.get(closure),
      privates: isClass(closure.node) ? privateParts(closure.node, (node) => converted.has(node)) : undefined,
      names: own.map(({ name }) => name),
      eager: bindings
        .filter((binding) => binding.kind !== 'import' && eager.get(closure)!.has(binding))
        .map(({ name }) => name),
      imports: bindings.filter(({ kind }) => kind === 'import'),
      shared: innermost,
      usesHome,
      ofClasses: ofClasses.own.get(closure),
      lexical,
    }
  })
  const leftAlone = refused.map(({ closure, reason }, at): LeftAlone => ({
    ...NOTHING,
    closure,
    number: planned.length + at,
    reason,
  }))
  return {
    closures: planned,
    shared: [...new Set(shared.values())],
    leftAlone,
    skipped,
    handedOut: ofClasses.handedOut,
  }
}

/** What a closure takes with it that does not travel. */
const NOTHING: Omit<PlannedClosure, 'closure' | 'number'> = {
  parts: undefined,
  privates: undefined,
  names: [],
  imports: [],
  shared: null,
  usesHome: false,
  ofClasses: undefined,
  eager: [],
  lexical: { self: false, args: false, newTarget: false },
}

const isShared = ({ reassigned, kind }: Binding): boolean => reassigned && kind !== 'import'

function reasonAgainst(
  closure: Closure,
  bindings: readonly Binding[],
  findings: ReturnType<typeof collect>,
): string | undefined {
  const { uses, names } = findings
  // A closure that is nothing but `(name) => eval(name)` is for brine, in its place.
  const own = 'params' in closure.node ? scopeReaderCall(closure.node) : null
  if (names.some((use) => use.directCall !== own && isDirectEval(use, findings)))
    return 'calls eval directly, which may use any variable around it ((0, eval)(text) sees the global ones)'
  if (uses.superCall.length > 0) return 'calls super of the constructor around it'
  const isArrow = closure.node.type === 'ArrowFunctionExpression'
  if (isArrow && uses.superProperty.length > 0 && uses.newTarget.length > 0)
    return 'uses both super and new.target of what is around it'
  const unowned = bindings.find((binding) => isShared(binding) && !startOf(binding.scope))
  if (unowned) return `shares '${unowned.name}', which a switch or class scope owns`
  const unstarted = bindings.find(
    (binding) => isShared(binding) && isBeforeStart(closure.node, binding.scope),
  )
  if (unstarted) return `shares '${unstarted.name}' from where parameters or a loop begin`
  return undefined
}

/** Whether a closure is a method or accessor of an object literal. */
export function isObjectMethod({ parentNode }: Closure): boolean {
  return parentNode.type === 'Property' && (parentNode.method || parentNode.kind !== 'init')
}
