// Which statements of a module are not about what it does, but about how it is exchanged during development.
import type { AnyNode } from 'acorn'

/**
 * Whether a statement of a module serves hot updates: frameworks append such code to what the author wrote. Its functions
 * are nobody's to send, and copies of them would make the closure module take part in updates.
 */
export function servesHotUpdates(statement: AnyNode): boolean {
  const isHot = (node: AnyNode): boolean => {
    switch (node.type) {
      case 'MemberExpression':
        return (
          (node.object.type === 'MetaProperty' &&
            node.property.type === 'Identifier' &&
            node.property.name === 'hot') ||
          isHot(node.object)
        )
      case 'ChainExpression':
      case 'ExpressionStatement':
        return isHot(node.expression)
      case 'CallExpression':
        return isHot(node.callee)
      case 'LogicalExpression':
        return isHot(node.left) || isHot(node.right)
      case 'IfStatement':
        return isHot(node.test)
      default:
        return false
    }
  }
  return isHot(statement)
}
