// Reads the text of a function that names variables, `() => ({ prices, round })`, whatever a bundler and a minifier made
// of it: `()=>({prices:t,round:(0,r.A)})` names the variable `t` and the property `A` of the variable `r`.

import type { AnyNode, Expression, ObjectExpression, Property, SpreadElement } from 'acorn'
import { withoutParentheses } from './child-nodes.ts'
import { rangeOf, staticKey } from './class-syntax.ts'
import type { Range } from './function-syntax.ts'
import type { FunctionNode } from './parse.ts'
import { parseFunction } from './parse.ts'

/** One property of the object. */
export interface ThunkProperty {
  readonly key: string
  /** The variable, and the properties that are read of it: `['r', 'A']` for `r.A`; null for a constant. */
  readonly path: readonly string[] | null
}

/** What is wrong with the text, in words that go on from "it", and where. */
export interface ThunkFault {
  readonly fault: string
  readonly at: Range
}

/**
 * Analyses the text of a function that does nothing but return an object literal of variables. Constants are let pass,
 * as minifiers put them in the place of variables, there and in all other code.
 *
 * @example
 * ```ts
 * analyseThunk('()=>({prices:t,round:(0,r.A)})')
 * // [{ key: 'prices', path: ['t'] }, { key: 'round', path: ['r', 'A'] }]
 * ```
 */
export function analyseThunk(text: string): readonly ThunkProperty[] | ThunkFault {
  const whole = { start: 0, end: text.length }
  let parsed: ReturnType<typeof parseFunction>
  try {
    parsed = parseFunction(text, false)
  } catch (error) {
    return { fault: `cannot be parsed: ${(error as Error).message}`, at: whole }
  }
  if (!parsed) return { fault: 'is a native or bound function', at: whole }
  const { node, offset } = parsed
  if (node.type === 'ClassExpression') return { fault: 'is a class', at: whole }
  if (node.async || node.generator) return { fault: 'is asynchronous or a generator', at: whole }
  const [parameter] = node.params
  if (parameter) return { fault: 'has a parameter', at: rangeOf(parameter, offset) }
  const literal = returned(node)
  if (!literal) return { fault: 'does more than to return an object literal', at: whole }

  const properties: ThunkProperty[] = []
  for (const property of literal.properties) {
    const found = readProperty(property, node.type === 'ArrowFunctionExpression')
    if (typeof found === 'string') return { fault: found, at: rangeOf(property, offset) }
    properties.push(found)
  }
  return properties
}

/** The object literal that a function returns. What a coverage tool counts before does not matter. */
function returned({ body }: FunctionNode): ObjectExpression | null {
  let expression: Expression | null | undefined
  if (body.type === 'BlockStatement') {
    const last = body.body.at(-1)
    if (last?.type !== 'ReturnStatement') return null
    if (body.body.slice(0, -1).some(({ type }) => type !== 'ExpressionStatement')) return null
    expression = last.argument
  } else expression = body
  const result = expression && value(expression)
  return result?.type === 'ObjectExpression' ? result : null
}

/** What an expression comes to: `(0, r.A)` to `r.A`. */
function value(expression: AnyNode): AnyNode {
  const inner = withoutParentheses(expression)
  return inner.type === 'SequenceExpression' ? value(inner.expressions.at(-1)!) : inner
}

function readProperty(property: Property | SpreadElement, ownThis: boolean): ThunkProperty | string {
  if (property.type === 'SpreadElement') return 'spreads an object, whose variables cannot be known'
  const key = staticKey(property)
  if (key === null) return 'has a computed key'
  if (property.kind !== 'init' || property.method) return `has a method or accessor '${key}'`
  if (key === '__proto__' && !property.shorthand) return 'sets a prototype'
  const node = value(property.value)
  if (ownThis && node.type === 'ThisExpression') return { key, path: ['this'] }
  const path = pathOf(node)
  if (path || isConstant(node)) return { key, path }
  return `gives '${key}' something that is no variable`
}

/** The path of `a`, `a.b`, `a['b']`; null for everything else. */
function pathOf(expression: AnyNode): string[] | null {
  const node = value(expression)
  if (node.type === 'Identifier') return [node.name]
  if (node.type !== 'MemberExpression' || node.optional) return null
  const before = pathOf(node.object)
  const { property } = node
  if (node.computed) {
    const isName = property.type === 'Literal' && typeof property.value === 'string'
    return before && isName ? [...before, property.value as string] : null
  }
  return before && property.type === 'Identifier' ? [...before, property.name] : null
}

/** Whether an expression is what a minifier puts in the place of a variable that never changes. */
function isConstant(expression: AnyNode): boolean {
  const node = withoutParentheses(expression)
  switch (node.type) {
    case 'Literal':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ClassExpression':
      return true
    case 'TemplateLiteral':
      return node.expressions.every(isConstant)
    case 'UnaryExpression':
      return isConstant(node.argument)
    case 'BinaryExpression':
      return isConstant(node.left) && isConstant(node.right)
    default:
      return false
  }
}
