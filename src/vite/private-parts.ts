// The private elements of a class, as far as giving them to an object needs to know.
import type { AnyNode, Expression, Node, Pattern, PropertyDefinition } from 'acorn'
import type { ClassLike } from '../syntax/findings.ts'

/** The private elements of the instances of a class. */
export interface PrivateParts {
  readonly fields: readonly string[]
  /** What an instance has first. */
  readonly first: string
  /** Whether properties come with them. */
  readonly properties: boolean
  /** Initialisers that must not run. */
  readonly initialisers: readonly Expression[]
  readonly params: readonly Pattern[]
  /** The body of the constructor. */
  readonly body: Node | undefined
}

/** Whether evaluating it neither runs code nor costs much: a copy may do so in vain. */
function isInert(node: AnyNode): boolean {
  switch (node.type) {
    case 'Literal':
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return true
    case 'ParenthesizedExpression':
      return isInert(node.expression)
    case 'UnaryExpression':
      return /^[-!]$/.test(node.operator) && isInert(node.argument)
    case 'TemplateLiteral':
      return node.expressions.length === 0
    case 'ArrayExpression':
      return node.elements.every((element) => element === null || isInert(element))
    case 'ObjectExpression':
      return node.properties.length === 0
    default:
      return false
  }
}

const unwrapped = (node: Expression): Expression =>
  node.type === 'ParenthesizedExpression' ? unwrapped(node.expression) : node

/**
 * The private elements of a class.
 *
 * @param keepsName Whether an anonymous class keeps its name when something is put around it.
 * @returns undefined if it has none, or if an object cannot be given them
 */
export function privateParts(
  node: ClassLike,
  keepsName: (node: Expression) => boolean,
): PrivateParts | undefined {
  const methods: string[] = []
  const fields: string[] = []
  const ofInstances: PropertyDefinition[] = []
  for (const member of node.body.body) {
    if (member.type === 'StaticBlock' || member.static) continue
    if (member.type === 'PropertyDefinition') ofInstances.push(member)
    if (member.key.type !== 'PrivateIdentifier') continue
    ;(member.type === 'PropertyDefinition' ? fields : methods).push(`#${member.key.name}`)
  }
  const [first] = [...methods, ...fields]
  if (first === undefined) return undefined
  const initialisers = ofInstances.flatMap(({ value }) => (value && !isInert(value) ? [value] : []))
  const losesName = (value: Expression): boolean => {
    const inner = unwrapped(value)
    return inner.type === 'ClassExpression' && !inner.id && !keepsName(inner)
  }
  if (initialisers.some(losesName)) return undefined
  const constructor = node.body.body.find(
    (member) => member.type === 'MethodDefinition' && member.kind === 'constructor',
  )
  const made = constructor?.type === 'MethodDefinition' ? constructor.value : undefined
  return {
    fields,
    first,
    properties: ofInstances.some(({ key }) => key.type !== 'PrivateIdentifier'),
    initialisers,
    params: made?.params ?? [],
    body: made?.body,
  }
}
