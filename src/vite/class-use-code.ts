// The code by which closures use private names and `super` of a class outside of it.
//
//   class Price {                                   class Price { static { $brine_h(this, { "#rate": [(o) => #rate in o, (o) => o.#rate, (o, v) => { o.#rate = v }] }) }
//     #rate = 2                               ->      #rate = 2
//     of = (n) => n * this.#rate                      of = …
//   }                                               }
//
// and in the copy of the closure, which captures the class:
//
//   const $brine_n0 = $brine_n(() => Price, "#rate"); … (n) => n * $brine_n0(this).v
import type MagicString from 'magic-string'
import { replacedParts } from './class-parts.ts'
import type { ClassLike } from '../syntax/findings.ts'
import type { PrivateUse } from './class-uses.ts'
import type { HandedOut } from './plan-class-uses.ts'
import type { PlannedClosure } from './plan.ts'

/** Names that the code uses. */
interface Names {
  readonly prefix: string
  readonly handOut: string
  readonly privateName: string
  readonly superOf: string
}

/** What reads and writes a private name, as far as that can be done. */
function accessText(node: ClassLike, name: string): string {
  const kinds = node.body.body.flatMap((member) => {
    if (member.type === 'StaticBlock' || member.key.type !== 'PrivateIdentifier') return []
    if (`#${member.key.name}` !== name) return []
    return [member.type === 'MethodDefinition' ? member.kind : 'field']
  })
  const isReadable = !kinds.every((kind) => kind === 'set')
  const isWritable = kinds.includes('field') || kinds.includes('set')
  const parts = [`(o) => ${name} in o`]
  if (isReadable || isWritable) parts.push(isReadable ? `(o) => o.${name}` : '0')
  if (isWritable) parts.push(`(o, v) => { o.${name} = v }`)
  return `${JSON.stringify(name)}: [${parts.join(', ')}]`
}

/** The static block by which a class hands out what its closures use; empty for none. */
export function handOutBlock(
  node: ClassLike,
  { names, named }: HandedOut,
  { handOut }: Pick<Names, 'handOut'>,
): string {
  if (names.size === 0 && !named) return ''
  const table = [...names].map((name) => accessText(node, name)).join(', ')
  return ` static { ${handOut}(this, { ${table} }${named ? `, ${JSON.stringify(named.name)}` : ''}) } `
}

/** The private names that a copy uses, each once. */
function distinct({ ofClasses }: PlannedClosure): { variable: string; name: string }[] {
  const found = new Map<string, { variable: string; name: string }>()
  for (const { owner, name } of ofClasses?.privates ?? []) {
    const variable = ofClasses!.variables.get(owner)!
    found.set(`${variable} ${name}`, { variable, name })
  }
  return [...found.values()]
}

/** Declares what the copy of a closure reaches private names by. */
export const accessors = (planned: PlannedClosure, { prefix, privateName }: Names): string =>
  distinct(planned)
    .map(
      ({ variable, name }, at) => `const ${prefix}_n${at} = ${privateName}(() => ${variable}, "${name}"); `,
    )
    .join('')

/** Writes the private names of classes around a copy otherwise. Comes before all insertions. */
export function rewritePrivates(text: MagicString, planned: PlannedClosure, { prefix }: Names): void {
  const { ofClasses, parts } = planned
  if (!ofClasses) return
  const known = distinct(planned)
  const replaced = parts ? replacedParts(parts) : []
  for (const use of ofClasses.privates) {
    const { node, owner, name } = use
    if (replaced.some((part) => part.start <= node.start && node.end <= part.end)) continue
    const variable = ofClasses.variables.get(owner)
    const at = known.findIndex((each) => each.variable === variable && each.name === name)
    rewrite(text, use, `${prefix}_n${at}`)
  }
}

function rewrite(text: MagicString, { node, isCallee, inNew }: PrivateUse, reach: string): void {
  if (node.type === 'BinaryExpression') {
    text.overwrite(node.start, node.right.start, ` ${reach}.has(`)
    text.appendLeft(node.end, ')')
    return
  }
  const { object, optional } = node
  // A keyword may stand directly before a parenthesis.
  text.prependRight(object.start, ` ${inNew ? '(' : ''}${reach}${optional ? '.maybe' : ''}(`)
  const end = `)${optional ? '?' : ''}.${isCallee ? 'm' : 'v'}${inNew ? ')' : ''}`
  text.overwrite(object.end, node.end, end)
}

/** What stands around the copy of an arrow that uses `super`: a method, which looks where the class looks. */
export function aroundArrow({ ofClasses }: PlannedClosure, { superOf }: Names): readonly [string, string] {
  if (!ofClasses?.home) return ['', '']
  const { owner, isStatic } = ofClasses.home
  const home = `${ofClasses.variables.get(owner)!}${isStatic ? '' : '.prototype'}`
  return [`{ __proto__: ${superOf}(() => ${home}), $() { return (`, `) } }.$.apply(this, arguments)`]
}
