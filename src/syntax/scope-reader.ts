// Recognises `(name) => eval(name)`, with which code hands its scope to brine.

import type { AnyNode, CallExpression } from 'acorn'
import { withoutParentheses } from './child-nodes.ts'
import type { FunctionLike } from './findings.ts'

/** The call of `eval`, in a function that does nothing but to evaluate its own only parameter; null in all others. */
export function scopeReaderCall({ params, body, async, generator }: FunctionLike): CallExpression | null {
  const [parameter] = params
  if (params.length !== 1 || parameter?.type !== 'Identifier' || async || generator) return null
  const result = resultOf(body)
  const call = result && withoutParentheses(result)
  if (call?.type !== 'CallExpression' || call.optional || call.arguments.length !== 1) return null
  const argument = withoutParentheses(call.arguments[0]!)
  const isOwn = argument.type === 'Identifier' && argument.name === parameter.name
  return isOwn ? call : null
}

function resultOf(body: AnyNode): AnyNode | null {
  if (body.type !== 'BlockStatement') return body
  const [statement, ...others] = body.body
  return statement?.type === 'ReturnStatement' && others.length === 0 ? (statement.argument ?? null) : null
}
