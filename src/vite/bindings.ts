// The scopes of a whole module: every binding, where it is declared, who writes it, and which binding each name means.
import type { AnyNode, Identifier, ObjectExpression, Program } from 'acorn'
import { forEachChild } from '../syntax/child-nodes.ts'
import type { ClassLike, FunctionLike } from '../syntax/findings.ts'
import { servesHotUpdates } from './hot-statements.ts'

/** What a scope belongs to, which tells where a statement can be put at its start. */
type ScopeKind =
  | 'module'
  | 'function'
  | 'parameters'
  | 'block'
  | 'loop'
  | 'switch'
  | 'name'
  | 'class'
  | 'member'

/** One declared name. */
export interface Binding {
  readonly name: string
  readonly scope: ModuleScope
  readonly kind: 'import' | 'variable' | 'function' | 'class' | 'parameter' | 'name'
  /** What gives it its first value: an initialiser, a function, a class, the specifier of an import. */
  readonly value: AnyNode | null
  /** Written after its declaration gave it its value. */
  reassigned: boolean
}

/** One scope of the module. */
export interface ModuleScope {
  readonly kind: ScopeKind
  readonly node: AnyNode
  readonly parent: ModuleScope | null
  readonly bindings: Map<string, Binding>
}

/** A function or class, where it stands. */
export interface Closure {
  readonly node: FunctionLike | ClassLike
  /** The scope that it is created in. */
  readonly scope: ModuleScope
  readonly parentNode: AnyNode
  /** The object literal whose property it is. */
  readonly literal: ObjectExpression | null
  /** The functions and classes around it, innermost last. */
  readonly outer: Closure | null
}

interface NameUse {
  readonly node: Identifier
  readonly scope: ModuleScope
  readonly closure: Closure | null
  readonly written: boolean
  /** The callee of a call. */
  readonly called: boolean
}

/** What the walk over a module finds. */
export interface ModuleBindings {
  readonly root: ModuleScope
  readonly closures: readonly Closure[]
  /** The binding of each use; undefined for a global. */
  readonly uses: readonly {
    readonly node: Identifier
    readonly closure: Closure | null
    readonly binding: Binding | undefined
    readonly called: boolean
  }[]
}

interface Context {
  readonly scope: ModuleScope
  readonly closure: Closure | null
  readonly parent: AnyNode
  readonly literal?: ObjectExpression | null
  /** Inside of a statement that serves hot updates. */
  readonly hot: boolean
}

/** Finds the binding that a name means in a scope. */
function lookUp(scope: ModuleScope | null, name: string): Binding | undefined {
  for (let at = scope; at; at = at.parent) {
    const binding = at.bindings.get(name)
    if (binding) return binding
  }
  return undefined
}

/** Walks a module. */
export function findBindings(program: Program): ModuleBindings {
  const closures: Closure[] = []
  const names: NameUse[] = []

  const open = (kind: ScopeKind, node: AnyNode, parent: ModuleScope | null): ModuleScope => {
    return { kind, node, parent, bindings: new Map() }
  }
  const declare = (scope: ModuleScope, name: string, kind: Binding['kind'], value: AnyNode | null = null) => {
    const known = scope.bindings.get(name)
    if (known) {
      // `var` twice, or a function over a parameter: two values one after the other.
      known.reassigned = true
      return known
    }
    const binding: Binding = { name, scope, kind, value, reassigned: false }
    scope.bindings.set(name, binding)
    return binding
  }
  const varScope = (scope: ModuleScope): ModuleScope =>
    scope.kind === 'module' || scope.kind === 'function' || scope.kind === 'member' || !scope.parent
      ? scope
      : varScope(scope.parent)

  const use = (node: Identifier, context: Context, written: boolean): void => {
    const called = context.parent.type === 'CallExpression' && context.parent.callee === node
    names.push({ node, scope: context.scope, closure: context.closure, written, called })
  }

  const visitAll = (nodes: readonly (AnyNode | null)[], context: Context): void => {
    for (const node of nodes) if (node) visit(node, context)
  }

  const visitPattern = (node: AnyNode, context: Context, bind: (id: Identifier) => void): void => {
    const inside = { ...context, parent: node }
    switch (node.type) {
      case 'Identifier':
        return bind(node)
      case 'ParenthesizedExpression':
        return visitPattern(node.expression, context, bind)
      case 'RestElement':
        return visitPattern(node.argument, inside, bind)
      case 'AssignmentPattern':
        visitPattern(node.left, inside, bind)
        return visit(node.right, inside)
      case 'ArrayPattern':
        for (const element of node.elements) if (element) visitPattern(element, inside, bind)
        return
      case 'ObjectPattern':
        for (const property of node.properties) {
          if (property.type === 'RestElement') visitPattern(property.argument, inside, bind)
          else {
            if (property.computed) visit(property.key, { ...context, parent: property })
            visitPattern(property.value, { ...context, parent: property }, bind)
          }
        }
        return
      default:
        return visit(node, context)
    }
  }

  const enterClosure = (node: FunctionLike | ClassLike, context: Context): Closure | null => {
    if (context.hot) return null
    const closure: Closure = {
      node,
      scope: context.scope,
      parentNode: context.parent,
      literal: context.literal ?? null,
      outer: context.closure,
    }
    closures.push(closure)
    return closure
  }

  const visitFunction = (node: FunctionLike, context: Context): void => {
    const closure = enterClosure(node, context)
    let { scope } = context
    if (node.type === 'FunctionExpression' && node.id) {
      scope = open('name', node, scope)
      declare(scope, node.id.name, 'name')
    }
    const head: Context = { scope: open('parameters', node, scope), closure, parent: node, hot: context.hot }
    for (const param of node.params)
      visitPattern(param, head, (id) => declare(head.scope, id.name, 'parameter'))
    const body: Context = { ...head, scope: open('function', node, head.scope) }
    if (node.body.type === 'BlockStatement') visitAll(node.body.body, { ...body, parent: node.body })
    else visit(node.body, body)
  }

  const visitClass = (node: ClassLike, context: Context): void => {
    const closure = enterClosure(node, context)
    const scope = open('class', node, context.scope)
    if (node.id) declare(scope, node.id.name, 'name')
    const inside: Context = { scope, closure, parent: node, hot: context.hot }
    if (node.superClass) visit(node.superClass, inside)
    for (const member of node.body.body) {
      const own: Context = { ...inside, scope: open('member', member, scope), parent: member }
      if (member.type === 'StaticBlock') visitAll(member.body, own)
      else {
        if (member.computed) visit(member.key, { ...inside, parent: member })
        if (member.value) visit(member.value, own)
      }
    }
  }

  const inBlock = (kind: ScopeKind, node: AnyNode, context: Context): Context => ({
    ...context,
    scope: open(kind, node, context.scope),
    parent: node,
  })

  const visit = (node: AnyNode, context: Context): void => {
    const inside: Context = { ...context, parent: node, literal: null }
    switch (node.type) {
      // `const f = (() => 1)` names the function as well.
      case 'ParenthesizedExpression':
        return visit(node.expression, context)
      case 'ObjectExpression':
        for (const property of node.properties) visit(property, { ...inside, literal: node })
        return
      case 'FunctionDeclaration':
        if (node.id) declare(context.scope, node.id.name, 'function', node)
        return visitFunction(node as FunctionLike, context)
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return visitFunction(node, context)
      case 'ClassDeclaration':
        if (node.id) declare(context.scope, node.id.name, 'class', node)
        return visitClass(node as ClassLike, context)
      case 'ClassExpression':
        return visitClass(node, context)
      case 'ImportDeclaration':
        for (const each of node.specifiers) declare(context.scope, each.local.name, 'import', each)
        return
      case 'ExportNamedDeclaration':
        if (node.declaration) visit(node.declaration, inside)
        else if (!node.source) {
          for (const { local } of node.specifiers) if (local.type === 'Identifier') use(local, context, false)
        }
        return
      case 'BlockStatement':
        return visitAll(node.body, inBlock('block', node, context))
      case 'ForStatement': {
        const inLoop = inBlock('loop', node, context)
        return forEachChild(node, (child) => visit(child, inLoop))
      }
      case 'ForInStatement':
      case 'ForOfStatement': {
        const each = inBlock('loop', node, context)
        if (node.left.type === 'VariableDeclaration') visit(node.left, each)
        else visitPattern(node.left, each, (id) => use(id, each, true))
        visit(node.right, each)
        return visit(node.body, each)
      }
      case 'SwitchStatement':
        visit(node.discriminant, inside)
        return visitAll(node.cases, inBlock('switch', node, context))
      case 'CatchClause': {
        const caught = inBlock('block', node.body, context)
        if (node.param) visitPattern(node.param, caught, (id) => declare(caught.scope, id.name, 'variable'))
        return visitAll(node.body.body, { ...caught, parent: node.body })
      }
      case 'VariableDeclaration': {
        const scope = node.kind === 'var' ? varScope(context.scope) : context.scope
        const looping = context.parent.type === 'ForInStatement' || context.parent.type === 'ForOfStatement'
        for (const declarator of node.declarations) {
          visitPattern(declarator.id, { ...inside, parent: declarator }, ({ name }) => {
            const value = declarator.id.type === 'Identifier' ? declarator.init : null
            const binding = declare(scope, name, 'variable', value)
            // One variable for all turns: more than one value over its life.
            if (node.kind === 'var' && (looping || insideLoop(context.scope))) binding.reassigned = true
          })
          if (declarator.init) visit(declarator.init, { ...inside, parent: declarator })
        }
        return
      }
      case 'Identifier':
        return use(node, context, false)
      case 'AssignmentExpression':
        visitPattern(node.left, inside, (id) => use(id, context, true))
        return visit(node.right, inside)
      case 'UpdateExpression':
        return visitPattern(node.argument, inside, (id) => use(id, context, true))
      case 'MemberExpression':
        visit(node.object, inside)
        if (node.computed) visit(node.property, inside)
        return
      case 'Property':
        if (node.computed) visit(node.key, inside)
        return visit(node.value, { ...inside, literal: context.literal ?? null })
      default:
        return forEachChild(node, (child) => visit(child, inside))
    }
  }
  const insideLoop = ({ kind, parent }: ModuleScope): boolean =>
    kind === 'loop' || (kind !== 'function' && kind !== 'module' && parent !== null && insideLoop(parent))

  const root = open('module', program, null)
  for (const statement of program.body)
    visit(statement, { scope: root, closure: null, parent: program, hot: servesHotUpdates(statement) })

  const uses = names.map(({ node, scope, closure, written, called }) => {
    const binding = lookUp(scope, node.name)
    if (binding && written) binding.reassigned = true
    return { node, closure, binding, called }
  })
  return { root, closures, uses }
}
