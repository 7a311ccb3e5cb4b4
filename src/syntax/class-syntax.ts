// Describes a class: heritage, members with their keys and texts, private names.

import { tokenizer } from 'acorn'
import type { ClassExpression, MethodDefinition, PropertyDefinition, StaticBlock } from 'acorn'
import { withoutParentheses } from './child-nodes.ts'
import type { PrivateUse } from './findings.ts'
import type { ClassSyntax, MemberSyntax, Range } from './function-syntax.ts'
import type { MethodNode } from './parse.ts'

type Member = MethodDefinition | PropertyDefinition | StaticBlock

const methodKinds = {
  constructor: 'constructor',
  method: 'method',
  get: 'getter',
  set: 'setter',
} as const

/**
 * @param text the class, in which positions are those of the tree less `offset`
 * @param privateUses all uses of private names in the class
 */
export function describeClass(
  node: ClassExpression,
  text: string,
  offset: number,
  privateUses: readonly PrivateUse[],
): ClassSyntax {
  const { superClass } = node
  const heritage = superClass ? withoutParentheses(superClass) : null
  const declared = { static: new Set<string>(), instance: new Set<string>() }
  const members: MemberSyntax[] = []
  for (const member of node.body.body) {
    const isStatic = member.type === 'StaticBlock' || member.static
    const privateName =
      member.type !== 'StaticBlock' && member.key.type === 'PrivateIdentifier' ? `#${member.key.name}` : null
    if (privateName !== null) declared[isStatic ? 'static' : 'instance'].add(privateName)
    const used = new Set<string>()
    for (const use of privateUses) {
      // What a class further inside declares is that class's own affair.
      const concerns = use.owner === null || use.owner === node
      if (concerns && use.node.start >= member.start && use.node.end <= member.end) used.add(use.name)
    }
    const kind = kindOf(member)
    members.push({
      ...rangeOf(member, offset),
      kind,
      static: isStatic,
      computed: member.type !== 'StaticBlock' && member.computed,
      key: member.type === 'StaticBlock' ? null : staticKey(member),
      keyRange: member.type === 'StaticBlock' ? null : rangeOf(member.key, offset),
      privateName,
      privateUses: [...used],
      functionText:
        kind === 'method' || kind === 'getter' || kind === 'setter'
          ? functionText(text, rangeOf(member, offset), isStatic)
          : null,
    })
  }
  return {
    id: node.id?.name ?? null,
    heritage: superClass ? rangeOf(superClass, offset) : null,
    extendsNull: heritage?.type === 'Literal' && heritage.raw === 'null',
    bodyStart: node.body.start + 1 - offset,
    members,
    privateInstance: [...declared.instance],
    privateStatic: [...declared.static],
  }
}

/** The key of a member as a property name; null when it is computed or private. */
export function staticKey(member: MethodNode | PropertyDefinition): string | null {
  if (member.computed) return null
  // Numbers and bigints come out canonical: `0x10` and `1_6n` are the property '16'.
  if (member.key.type === 'Literal') return String(member.key.value)
  return member.key.type === 'Identifier' ? member.key.name : null
}

/** The range of a node in the text. */
export function rangeOf(node: Range, offset: number): Range {
  return { start: node.start - offset, end: node.end - offset }
}

function kindOf(member: Member): MemberSyntax['kind'] {
  if (member.type === 'StaticBlock') return 'static-block'
  return member.type === 'PropertyDefinition' ? 'field' : methodKinds[member.kind]
}

// `static` is no part of a function's text. Comments may stand behind it, so that the next token tells where the text begins.
function functionText(text: string, member: Range, isStatic: boolean): Range {
  if (!isStatic) return member
  const afterStatic = member.start + 'static'.length
  const next = tokenizer(text.slice(afterStatic, member.end), { ecmaVersion: 'latest' }).getToken()
  return { start: afterStatic + next.start, end: member.end }
}
