// What closures use of the classes around them that only code inside of these can reach: private names, and `super`.
import type { AnyNode, BinaryExpression, MemberExpression, Program } from 'acorn'
import { forEachChild, withoutParentheses } from '../syntax/child-nodes.ts'
import type { ClassLike } from '../syntax/findings.ts'
import type { Closure } from './bindings.ts'

/** `target.#name` or `#name in target`. */
export interface PrivateUse {
  readonly node: MemberExpression | BinaryExpression
  readonly closure: Closure | null
  readonly owner: ClassLike
  readonly name: string
  /** A call keeps its receiver. */
  readonly isCallee: boolean
  /** Part of what `new` calls: a call in it would be taken for the whole. */
  readonly inNew: boolean
}

/** `super.name`. */
interface SuperUse {
  readonly node: MemberExpression
  readonly closure: Closure | null
  /** The class in whose method or field it stands; null in an object literal. */
  readonly home: Home | null
}

/** Where `super` looks from: a class, or its prototype. */
interface Home {
  readonly owner: ClassLike
  readonly isStatic: boolean
}

export interface ClassUses {
  /** What stands inside of something comes before it. */
  readonly privates: readonly PrivateUse[]
  readonly supers: readonly SuperUse[]
}

interface Context {
  readonly closure: Closure | null
  readonly names: {
    readonly owner: ClassLike
    readonly own: ReadonlySet<string>
    readonly outer: Context['names']
  } | null
  readonly home: Home | null
  readonly isCallee: boolean
  readonly inNew: boolean
}

function ownerOf(name: string, names: Context['names']): ClassLike | undefined {
  for (let at = names; at; at = at.outer) if (at.own.has(name)) return at.owner
  return undefined
}

/** Finds them in a module. */
export function findClassUses(program: Program, closures: readonly Closure[]): ClassUses {
  const privates: PrivateUse[] = []
  const supers: SuperUse[] = []
  const byNode = new Map<AnyNode, Closure>(closures.map((closure) => [closure.node, closure]))

  const usePrivate = (
    node: PrivateUse['node'],
    name: string,
    { closure, names, isCallee, inNew }: Context,
  ): void => {
    const owner = ownerOf(name, names)
    if (owner) privates.push({ node, closure, owner, name: `#${name}`, isCallee, inNew })
  }

  const visitClass = (node: ClassLike, context: Context): void => {
    const outside: Context = { ...context, closure: byNode.get(node) ?? context.closure }
    if (node.superClass) visit(node.superClass, outside)
    const own = new Set<string>()
    for (const member of node.body.body) {
      if (member.type !== 'StaticBlock' && member.key.type === 'PrivateIdentifier') own.add(member.key.name)
    }
    const keys: Context = { ...outside, names: { owner: node, own, outer: context.names } }
    for (const member of node.body.body) {
      const isStatic = member.type === 'StaticBlock' || member.static
      const inside: Context = { ...keys, home: { owner: node, isStatic } }
      if (member.type === 'StaticBlock') for (const statement of member.body) visit(statement, inside)
      else {
        if (member.computed) visit(member.key, keys)
        if (member.value) visit(member.value, inside, member.type === 'MethodDefinition')
      }
    }
  }

  const visit = (node: AnyNode, given: Context, isMethod = false): void => {
    const { isCallee, inNew } = given
    const context: Context = isCallee || inNew ? { ...given, isCallee: false, inNew: false } : given
    switch (node.type) {
      case 'ClassDeclaration':
      case 'ClassExpression':
        return visitClass(node as ClassLike, context)
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression': {
        const closure = byNode.get(node) ?? context.closure
        const home = isMethod || node.type === 'ArrowFunctionExpression' ? context.home : null
        return forEachChild(node, (child) => visit(child, { ...context, closure, home }))
      }
      case 'ParenthesizedExpression':
      case 'ChainExpression':
        return visit(node.expression, { ...context, isCallee })
      case 'Property': {
        if (node.computed) visit(node.key, context)
        const hasHome = node.method || node.kind !== 'init'
        return visit(node.value, hasHome ? { ...context, home: null } : context, hasHome)
      }
      case 'CallExpression':
        visit(node.callee, { ...context, isCallee: true })
        for (const argument of node.arguments) visit(argument, context)
        return
      case 'TaggedTemplateExpression':
        visit(node.tag, { ...context, isCallee: true })
        return visit(node.quasi, context)
      case 'NewExpression':
        visit(node.callee, { ...context, inNew: true })
        for (const argument of node.arguments) visit(argument, context)
        return
      case 'MemberExpression':
        visit(node.object, { ...context, inNew })
        if (node.computed) visit(node.property, context)
        if (node.property.type === 'PrivateIdentifier') usePrivate(node, node.property.name, given)
        if (node.object.type === 'Super') supers.push({ node, closure: context.closure, home: context.home })
        return
      case 'BinaryExpression':
        forEachChild(node, (child) => visit(child, context))
        if (node.left.type === 'PrivateIdentifier') usePrivate(node, node.left.name, context)
        return
      default:
        return forEachChild(node, (child) => visit(child, context))
    }
  }
  visit(program, { closure: null, names: null, home: null, isCallee: false, inNew: false })
  return { privates, supers }
}

/** Whether what stands before the last link of a chain may end the chain: `a?.b` of `a?.b.#c`. */
function mayEnd(node: AnyNode): boolean {
  if (node.type === 'MemberExpression') return node.optional || mayEnd(node.object)
  if (node.type === 'CallExpression') return node.optional || mayEnd(node.callee)
  return false
}

/** Where nothing that is put around a function could come between the expression and what is put around that. */
const ENDS_ITSELF: ReadonlySet<AnyNode['type']> = new Set([
  'Identifier',
  'Literal',
  'ThisExpression',
  'MemberExpression',
  'CallExpression',
  'ChainExpression',
  'ParenthesizedExpression',
])

/** Whether a use can be written without the private name. */
export function isRewritable({ node }: PrivateUse): boolean {
  if (node.type === 'BinaryExpression') return ENDS_ITSELF.has(node.right.type)
  const isFunction = /^(?:Class|Function|ArrowFunction)Expression$/.test(withoutParentheses(node.object).type)
  return !isFunction && (node.optional || !mayEnd(node.object))
}
