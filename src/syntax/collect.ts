// Walks a function's tree once: builds its scopes, and notes every use of a name, `this`, `super` and the like with its context.

import type { AnyNode, CallExpression, ClassDeclaration, FunctionDeclaration, Identifier } from 'acorn'
import { forEachChild, withoutParentheses } from './child-nodes.ts'
import { noFindings } from './findings.ts'
import type { ClassLike, Context, Findings, FunctionLike, ReferenceTraits } from './findings.ts'
import { hasUseStrict } from './parse.ts'
import { scopeReaderCall } from './scope-reader.ts'
import { ownerOfPrivateName, Scope } from './scope.ts'

/** Walks `node`, a function or class. The `super` of a `method` belongs to its home object and thus to the outside. */
export function collect(node: FunctionLike | ClassLike, method: boolean, strict: boolean): Findings {
  const findings = noFindings()
  const scope = new Scope(null, true)
  const context = { findings, scope, privates: null, strict, ownThis: false, ownSuper: false }
  if (node.type === 'ClassExpression' || node.type === 'ClassDeclaration') visitClass(node, context)
  else visitFunction(node, context, method)
  for (const { name, scope } of findings.blockFunctions) scope.hoistBlockFunction(name)
  return findings
}

type Visitors = {
  [Type in AnyNode['type']]?: (node: Extract<AnyNode, { type: Type }>, context: Context) => void
}

// Nodes that are more than the sum of their children.
const visitors: Visitors = {
  ArrowFunctionExpression: (node, context) => visitFunction(node, context, false),
  FunctionExpression: (node, context) => visitFunction(node, context, false),
  FunctionDeclaration(node, context) {
    const { scope, findings, strict } = context
    if (node.id) {
      scope.declare(node.id.name, scope.holdsVar ? 'var' : 'lexical')
      if (!scope.holdsVar && !strict && !node.async && !node.generator) {
        findings.blockFunctions.push({ name: node.id.name, scope })
      }
    }
    visitFunction(node as FunctionDeclaration, context, false)
  },
  ClassExpression: visitClass,
  ClassDeclaration(node, context) {
    if (node.id) context.scope.declare(node.id.name, 'lexical')
    visitClass(node as ClassDeclaration, context)
  },

  BlockStatement: (node, context) => visitAll(node.body, inner(context)),
  ForStatement: (node, context) => visitChildren(node, inner(context)),
  ForInStatement: visitForEach,
  ForOfStatement: visitForEach,
  SwitchStatement(node, context) {
    visit(node.discriminant, context)
    visitAll(node.cases, inner(context))
  },
  CatchClause(node, context) {
    const caught = inner(context)
    const { param } = node
    // A plain parameter does not stand in the way of hoisting, a pattern does (Annex B.3.4).
    const binding = param?.type === 'Identifier' ? 'var' : 'lexical'
    if (param) visitPattern(param, caught, (id) => caught.scope.declare(id.name, binding))
    visit(node.body, caught)
  },
  IfStatement(node, context) {
    visit(node.test, context)
    // `if (x) function f() {}` of sloppy code stands for a block (Annex B.3.3).
    for (const branch of [node.consequent, node.alternate]) {
      if (branch) visit(branch, branch.type === 'FunctionDeclaration' ? inner(context) : context)
    }
  },
  VariableDeclaration(node, context) {
    const { scope } = context
    for (const { id, init } of node.declarations) {
      visitPattern(id, context, ({ name }) => {
        if (node.kind === 'var') scope.declareVar(name)
        else scope.declare(name, 'lexical')
      })
      if (init) visit(init, context)
    }
  },

  ImportDeclaration: (node, { findings }) => findings.moduleDeclarations.push(node),
  ExportNamedDeclaration: (node, { findings }) => findings.moduleDeclarations.push(node),
  ExportDefaultDeclaration: (node, { findings }) => findings.moduleDeclarations.push(node),
  ExportAllDeclaration: (node, { findings }) => findings.moduleDeclarations.push(node),

  Identifier: (node, context) => use(node, context, {}),
  AssignmentExpression(node, context) {
    visitTarget(node.left, context)
    visit(node.right, context)
  },
  UpdateExpression: (node, context) => visitTarget(node.argument, context),
  UnaryExpression: (node, context) =>
    visitNamed(node.argument, context, { typeofOnly: node.operator === 'typeof' }),
  TaggedTemplateExpression(node, context) {
    visitNamed(node.tag, context, { call: true })
    visit(node.quasi, context)
  },
  CallExpression(node, context) {
    if (node.callee.type !== 'Super') visitNamed(node.callee, context, { call: true }, node)
    else if (!context.ownSuper) context.findings.uses.superCall.push(node)
    visitAll(node.arguments, context)
  },
  MemberExpression(node, context) {
    if (node.object.type !== 'Super') visit(node.object, context)
    else if (!context.ownSuper) context.findings.uses.superProperty.push(node)
    if (node.computed || node.property.type === 'PrivateIdentifier') visit(node.property, context)
  },
  Property(node, context) {
    if (node.computed) visit(node.key, context)
    if (node.shorthand) visitNamed(node.value, context, { shorthand: true })
    else visit(node.value, context)
  },
  PrivateIdentifier(node, { findings, privates }) {
    const name = `#${node.name}`
    findings.privates.push({ name, node, owner: ownerOfPrivateName(privates, name) })
  },
  ThisExpression(node, { findings, ownThis }) {
    if (!ownThis) findings.uses.this.push(node)
  },
  MetaProperty(node, { findings, ownThis }) {
    if (node.meta.name === 'import') findings.uses.importMeta.push(node)
    else if (!ownThis) findings.uses.newTarget.push(node)
  },
  ImportExpression(node, context) {
    context.findings.uses.dynamicImport.push(node)
    visitChildren(node, context)
  },
}

function visit(node: AnyNode, context: Context): void {
  const visitor = visitors[node.type] as ((node: AnyNode, context: Context) => void) | undefined
  if (visitor) visitor(node, context)
  else visitChildren(node, context)
}

function visitAll(nodes: readonly AnyNode[], context: Context): void {
  for (const node of nodes) visit(node, context)
}

function visitChildren(node: AnyNode, context: Context): void {
  forEachChild(node, (child) => visit(child, context))
}

function inner(context: Context, holdsVar = false): Context {
  return { ...context, scope: new Scope(context.scope, holdsVar) }
}

function use(node: Identifier, context: Context, traits: ReferenceTraits, directCall?: CallExpression): void {
  context.findings.names.push({ node, scope: context.scope, directCall: directCall ?? null, ...traits })
}

function visitNamed(node: AnyNode, context: Context, traits: ReferenceTraits, call?: CallExpression): void {
  const named = withoutParentheses(node)
  if (named.type === 'Identifier') use(named, context, traits, call)
  else visit(named, context)
}

function visitTarget(node: AnyNode, context: Context): void {
  visitPattern(node, context, (id, shorthand) => use(id, context, { assigned: true, shorthand }))
}

type Bind = (id: Identifier, shorthand: boolean) => void

/** Hands the names that a pattern binds to `bind`; its defaults, computed keys and member targets are expressions like others. */
function visitPattern(node: AnyNode, context: Context, bind: Bind, shorthand = false): void {
  switch (node.type) {
    case 'Identifier':
      return bind(node, shorthand)
    case 'ParenthesizedExpression':
      return visitPattern(node.expression, context, bind)
    case 'RestElement':
      return visitPattern(node.argument, context, bind)
    case 'AssignmentPattern':
      visitPattern(node.left, context, bind, shorthand)
      return visit(node.right, context)
    case 'ArrayPattern':
      for (const element of node.elements) if (element) visitPattern(element, context, bind)
      return
    case 'ObjectPattern':
      for (const property of node.properties) {
        if (property.type === 'RestElement') visitPattern(property.argument, context, bind)
        else {
          if (property.computed) visit(property.key, context)
          visitPattern(property.value, context, bind, property.shorthand)
        }
      }
      return
    default:
      return visit(node, context)
  }
}

function visitForEach(
  node: Extract<AnyNode, { type: 'ForInStatement' | 'ForOfStatement' }>,
  context: Context,
): void {
  // The iterated expression sees the loop's own names too, in their dead zone: `for (const x of x)` reads no outer x.
  const loop = inner(context)
  if (node.left.type === 'VariableDeclaration') visit(node.left, loop)
  else visitTarget(node.left, loop)
  visit(node.right, loop)
  visit(node.body, loop)
}

function visitFunction(node: FunctionLike, context: Context, homeIsOutside: boolean): void {
  const arrow = node.type === 'ArrowFunctionExpression'
  let { scope } = context
  const read = scope.parent && scopeReaderCall(node)
  if (read) context.findings.scopeReads.add(read)
  if (node.type === 'FunctionExpression' && node.id) {
    scope = new Scope(scope, false)
    scope.declare(node.id.name, 'var')
  }
  // Defaults see the parameters but not the body's declarations, hence two scopes. When there are none the two are as good as one.
  const head: Context = {
    ...context,
    scope: new Scope(scope, false),
    strict: context.strict || hasUseStrict(node),
    ownThis: !arrow || context.ownThis,
    ownSuper: arrow ? context.ownSuper : !homeIsOutside,
  }
  if (!arrow) head.scope.declare('arguments', 'var')
  for (const param of node.params) visitPattern(param, head, (id) => head.scope.declare(id.name, 'var'))
  const body = inner(head, true)
  if (node.body.type === 'BlockStatement') visitAll(node.body.body, body)
  else visit(node.body, body)
}

function visitClass(node: ClassLike, outside: Context): void {
  const context = { ...inner(outside), strict: true }
  if (node.id) context.scope.declare(node.id.name, 'lexical')
  // The heritage sees the class's name, but not its private names.
  if (node.superClass) visit(node.superClass, context)
  const names = new Set<string>()
  for (const member of node.body.body) {
    if (member.type !== 'StaticBlock' && member.key.type === 'PrivateIdentifier')
      names.add(`#${member.key.name}`)
  }
  const keys = { ...context, privates: { parent: context.privates, owner: node, names } }
  for (const member of node.body.body) {
    const own = { ...inner(keys, true), ownThis: true, ownSuper: true }
    if (member.type === 'StaticBlock') visitAll(member.body, own)
    else {
      if (member.computed) visit(member.key, keys)
      if (member.type === 'MethodDefinition') visitFunction(member.value, own, false)
      else if (member.value) visit(member.value, own)
    }
  }
}
