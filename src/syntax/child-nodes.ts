// Which properties of each node hold nodes, in source order: the whole knowledge that a walk over the tree needs.

import type { AnyNode } from 'acorn'

type NodeType = AnyNode['type']

// Exhaustive, so that a node type new in acorn is a compile error here and not a subtree that nobody looks at.
const childKeys: Record<NodeType, readonly string[]> = {
  ArrayExpression: ['elements'],
  ArrayPattern: ['elements'],
  ArrowFunctionExpression: ['params', 'body'],
  AssignmentExpression: ['left', 'right'],
  AssignmentPattern: ['left', 'right'],
  AwaitExpression: ['argument'],
  BinaryExpression: ['left', 'right'],
  BlockStatement: ['body'],
  BreakStatement: [],
  CallExpression: ['callee', 'arguments'],
  CatchClause: ['param', 'body'],
  ChainExpression: ['expression'],
  ClassBody: ['body'],
  ClassDeclaration: ['id', 'superClass', 'body'],
  ClassExpression: ['id', 'superClass', 'body'],
  ConditionalExpression: ['test', 'consequent', 'alternate'],
  ContinueStatement: [],
  DebuggerStatement: [],
  DoWhileStatement: ['body', 'test'],
  EmptyStatement: [],
  ExportAllDeclaration: [],
  ExportDefaultDeclaration: ['declaration'],
  ExportNamedDeclaration: ['declaration'],
  ExportSpecifier: [],
  ExpressionStatement: ['expression'],
  ForInStatement: ['left', 'right', 'body'],
  ForOfStatement: ['left', 'right', 'body'],
  ForStatement: ['init', 'test', 'update', 'body'],
  FunctionDeclaration: ['id', 'params', 'body'],
  FunctionExpression: ['id', 'params', 'body'],
  Identifier: [],
  IfStatement: ['test', 'consequent', 'alternate'],
  ImportAttribute: [],
  ImportDeclaration: [],
  ImportDefaultSpecifier: [],
  ImportExpression: ['source', 'options'],
  ImportNamespaceSpecifier: [],
  ImportSpecifier: [],
  LabeledStatement: ['body'],
  Literal: [],
  LogicalExpression: ['left', 'right'],
  MemberExpression: ['object', 'property'],
  MetaProperty: [],
  MethodDefinition: ['key', 'value'],
  NewExpression: ['callee', 'arguments'],
  ObjectExpression: ['properties'],
  ObjectPattern: ['properties'],
  ParenthesizedExpression: ['expression'],
  PrivateIdentifier: [],
  Program: ['body'],
  Property: ['key', 'value'],
  PropertyDefinition: ['key', 'value'],
  RestElement: ['argument'],
  ReturnStatement: ['argument'],
  SequenceExpression: ['expressions'],
  SpreadElement: ['argument'],
  StaticBlock: ['body'],
  Super: [],
  SwitchCase: ['test', 'consequent'],
  SwitchStatement: ['discriminant', 'cases'],
  TaggedTemplateExpression: ['tag', 'quasi'],
  TemplateElement: [],
  TemplateLiteral: ['expressions'],
  ThisExpression: [],
  ThrowStatement: ['argument'],
  TryStatement: ['block', 'handler', 'finalizer'],
  UnaryExpression: ['argument'],
  UpdateExpression: ['argument'],
  VariableDeclaration: ['declarations'],
  VariableDeclarator: ['id', 'init'],
  WhileStatement: ['test', 'body'],
  WithStatement: ['object', 'body'],
  YieldExpression: ['argument'],
}

/** Calls `visit` for each node directly below `node`, in source order. Labels and template strings are no children. */
export function forEachChild(node: AnyNode, visit: (child: AnyNode) => void): void {
  const properties = node as unknown as Record<string, AnyNode | (AnyNode | null)[] | null | undefined>
  for (const key of childKeys[node.type]) {
    const value = properties[key]
    if (Array.isArray(value)) {
      for (const child of value) if (child) visit(child)
    } else if (value) visit(value)
  }
}

/** The node inside any number of parentheses (acorn keeps them as nodes, so that ranges are texts one can move). */
export function withoutParentheses(node: AnyNode): AnyNode {
  let inner: AnyNode = node
  while (inner.type === 'ParenthesizedExpression') inner = inner.expression
  return inner
}
