// Code that runs only where the page is: behind `typeof document`, inside `try`, and the like.
import type { AnyNode, Node } from 'acorn'
import { isPageOnly } from './page-globals.ts'
import { forEachChild, withoutParentheses } from '../syntax/child-nodes.ts'
import type { Range } from '../syntax/function-syntax.ts'
import { valueOf } from './brine-calls.ts'
import type { Names } from './brine-calls.ts'
import type { Binding } from './bindings.ts'

const isThreadName = (name: string): boolean => /^(?:importScripts|\w*WorkerGlobalScope)$/.test(name)

function exits(statement: AnyNode): boolean {
  if (statement.type === 'BlockStatement') return statement.body.some(exits)
  return /^(?:Return|Throw|Break|Continue)Statement$/.test(statement.type)
}

/** The pieces of a function that cope with the absence of what a page has. Whichever branch a guard means, both count. */
export function guardedRanges(
  root: Node & AnyNode,
  { bindingOf }: Pick<Names, 'bindingOf'>,
): readonly Range[] {
  const ranges: Range[] = []
  const isHere = ({ scope }: Binding): boolean =>
    scope.kind !== 'module' && root.start <= scope.node.start && scope.node.end <= root.end

  /** Whether a condition asks in which thread it is. */
  const asks = (node: AnyNode, seen: ReadonlySet<Binding> = new Set()): boolean => {
    if (node.type === 'Identifier') {
      const binding = bindingOf(node)
      if (!binding) return isThreadName(node.name)
      const value = seen.has(binding) ? undefined : valueOf(binding)
      // A variable from outside travels with the answer that it has on the page; a function asks again.
      const isAsked = value !== undefined && (isHere(binding) || /Function/.test(value.type))
      return isAsked && asks(value, new Set(seen).add(binding))
    }
    if (node.type === 'UnaryExpression' && node.operator === 'typeof') {
      const argument = withoutParentheses(node.argument)
      const isGlobal = argument.type === 'Identifier' && !bindingOf(argument)
      if (isGlobal && (isPageOnly(argument.name) || isThreadName(argument.name))) return true
    }
    if (node.type === 'BinaryExpression' && node.operator === 'in' && node.left.type === 'Literal')
      return isPageOnly(String(node.left.value))
    if (node.type === 'MemberExpression' && !node.computed && node.object.type === 'Identifier') {
      const isGlobal = /^(?:globalThis|self)$/.test(node.object.name) && !bindingOf(node.object)
      if (isGlobal && node.property.type === 'Identifier') return isPageOnly(node.property.name)
    }
    let found = false
    forEachChild(node, (child) => {
      found ||= asks(child, seen)
    })
    return found
  }

  const visit = (node: AnyNode): void => {
    switch (node.type) {
      case 'UnaryExpression':
        if (node.operator === 'typeof' && withoutParentheses(node.argument).type === 'Identifier')
          ranges.push(node.argument)
        break
      case 'IfStatement':
      case 'ConditionalExpression':
        if (asks(node.test)) ranges.push(node.consequent, ...(node.alternate ? [node.alternate] : []))
        break
      case 'LogicalExpression':
        if (asks(node.left)) ranges.push(node.right)
        break
      case 'TryStatement':
        if (node.handler) ranges.push(node.block)
        break
      case 'BlockStatement':
        for (const statement of node.body) {
          if (statement.type === 'IfStatement' && exits(statement.consequent) && asks(statement.test))
            ranges.push({ start: statement.end, end: node.end })
        }
        break
      default:
    }
    forEachChild(node, visit)
  }
  visit(root)
  return ranges
}
