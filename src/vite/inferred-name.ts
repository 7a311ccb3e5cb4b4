// The names of functions and classes without one of their own.
import { tokenizer, tokTypes } from 'acorn'
import type { AnyNode, Node } from 'acorn'
import type { Closure } from './bindings.ts'

/** The name that the place gives to an anonymous function, as an expression; undefined for none. */
export function inferredName({ node, parentNode }: Closure): { key: string; computed: boolean } | undefined {
  if (node.type !== 'ArrowFunctionExpression' && node.id) return undefined
  const named = (id: AnyNode) =>
    id.type === 'Identifier' ? { key: JSON.stringify(id.name), computed: false } : undefined
  switch (parentNode.type) {
    case 'VariableDeclarator':
      return named(parentNode.id)
    case 'AssignmentExpression':
      return /^(?:=|\?\?=|\|\|=|&&=)$/.test(parentNode.operator) ? named(parentNode.left) : undefined
    case 'AssignmentPattern':
      return named(parentNode.left)
    case 'ExportDefaultDeclaration':
      return { key: '"default"', computed: false }
    case 'Property':
    case 'PropertyDefinition': {
      const { key, computed } = parentNode
      if (computed) return { key: '', computed: true }
      if (key.type === 'PrivateIdentifier') return { key: JSON.stringify(`#${key.name}`), computed: false }
      const name = key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : ''
      return name === '__proto__' && parentNode.type === 'Property'
        ? undefined
        : { key: JSON.stringify(name), computed: false }
    }
    default:
      return undefined
  }
}

/** Where the parameters of a function without a name begin, and a name can stand before. */
export function parenthesisOf({ start, end }: Node, code: string): number {
  for (const token of tokenizer(code.slice(start, end), { ecmaVersion: 'latest' })) {
    if (token.type === tokTypes.parenL) return start + token.start
  }
  return end
}
