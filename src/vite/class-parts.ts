// What of a class runs again when a copy of it is made, and what does not: its results travel as values.
import type {
  AnyNode,
  ArrowFunctionExpression,
  FunctionExpression,
  Identifier,
  Node,
  PrivateIdentifier,
  StaticBlock,
  PropertyDefinition,
} from 'acorn'
import { forEachChild } from '../syntax/child-nodes.ts'
import type { ClassLike } from '../syntax/findings.ts'

export interface ClassParts {
  /** What it extends, unless it is `null`. */
  readonly heritage: Node | null
  /** Computed keys of the members that a copy has. */
  readonly keys: readonly Node[]
  /** The names of static fields whose functions only the class can make, as they use its private names. */
  readonly members: readonly string[]
  /** Static fields and blocks whose results travel, and the initialisers of private statics. */
  readonly dropped: readonly Node[]
  /** Private statics whose values travel. */
  readonly statics: readonly string[]
  /** Static fields and blocks that run again: they give private statics functions that only the class can make. */
  readonly again: readonly Node[]
}

function mentions(node: AnyNode, privates: ReadonlySet<string>): boolean {
  if (node.type === 'PrivateIdentifier') return privates.has(node.name)
  let found = false
  forEachChild(node, (child) => {
    found ||= mentions(child, privates)
  })
  return found
}

const isFunction = (node: AnyNode | null | undefined): node is ArrowFunctionExpression | FunctionExpression =>
  node?.type === 'ArrowFunctionExpression' || node?.type === 'FunctionExpression'

/** Whether a function in it uses one of the names. */
const holdsUser = (node: AnyNode, names: ReadonlySet<string>): boolean => {
  if (isFunction(node) || node.type === 'FunctionDeclaration') return mentions(node, names)
  let found = false
  forEachChild(node, (child) => {
    found ||= holdsUser(child, names)
  })
  return found
}

/** Whether something in it holds. */
const some = (node: AnyNode, test: (node: AnyNode) => boolean, inFunctions: boolean): boolean => {
  if (test(node)) return true
  let found = false
  forEachChild(node, (child) => {
    found ||= (inFunctions || !isFunction(child)) && some(child, test, inFunctions)
  })
  return found
}

/** Whether a class may give itself to somebody while its statics are made, before it is done. */
export function usesItself({ id, body }: ClassLike): boolean {
  const isItself = (node: AnyNode): boolean =>
    node.type === 'ThisExpression' || (node.type === 'Identifier' && node.name === id?.name)
  const isCall = ({ type }: AnyNode): boolean =>
    type === 'CallExpression' || type === 'NewExpression' || type === 'TaggedTemplateExpression'
  return body.body.some((member) => {
    const code =
      member.type === 'StaticBlock'
        ? member
        : member.type === 'PropertyDefinition' && member.static && !isFunction(member.value)
          ? member.value
          : null
    return code != null && some(code, isCall, false) && some(code, isItself, true)
  })
}

/** Takes a class apart. */
export function classParts({ superClass, body }: ClassLike): ClassParts {
  const names = new Set<string>()
  const privates = new Set<string>()
  for (const member of body.body) {
    if (member.type === 'StaticBlock' || member.key.type !== 'PrivateIdentifier') continue
    names.add(member.key.name)
    if (member.static) privates.add(member.key.name)
  }
  const isMember = (member: StaticBlock | PropertyDefinition): member is PropertyDefinition =>
    member.type === 'PropertyDefinition' &&
    !member.computed &&
    member.key.type === 'Identifier' &&
    isFunction(member.value) &&
    mentions(member.value, names)
  const isPrivate = (member: StaticBlock | PropertyDefinition): member is PropertyDefinition =>
    member.type === 'PropertyDefinition' && member.key.type === 'PrivateIdentifier'
  const runsAgain = (member: StaticBlock | PropertyDefinition): boolean =>
    (member.type === 'StaticBlock' ? mentions(member, privates) : isPrivate(member)) &&
    holdsUser(member, names)
  const statics = body.body.filter(
    (member): member is StaticBlock | PropertyDefinition =>
      member.type === 'StaticBlock' || (member.type === 'PropertyDefinition' && member.static),
  )
  const given = statics.filter(isPrivate).filter((member) => !runsAgain(member))
  const dropped: Node[] = [
    ...statics.filter((member) => !isPrivate(member) && !runsAgain(member) && !isMember(member)),
    ...given.flatMap(({ key, value }) => (value ? { ...value, start: key.end } : [])),
  ]
  return {
    heritage: superClass && !(superClass.type === 'Literal' && superClass.value === null) ? superClass : null,
    keys: body.body.flatMap((member) =>
      member.type !== 'StaticBlock' && member.computed && !dropped.includes(member) ? [member.key] : [],
    ),
    members: statics.filter(isMember).map(({ key }) => (key as Identifier).name),
    dropped,
    statics: given.map(({ key }) => `#${(key as PrivateIdentifier).name}`),
    again: statics.filter(runsAgain),
  }
}

/** The parts of a class that its copy does without. */
export const replacedParts = ({ heritage, keys, dropped }: ClassParts): readonly Node[] => [
  ...(heritage ? [heritage] : []),
  ...keys,
  ...dropped,
]
