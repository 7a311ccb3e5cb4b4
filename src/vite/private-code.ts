// The private elements of a class: what reads and writes them, and what must not run while they are given to an object.
//
//   class Counter {                   class Counter { static { $brine_p(this, 0, 1, (o) => #n in o ? [o.#n] : null, …) }
//     #n = start()               ->     #n = ($brine_o ?? …).on ? void 0 : (start())
//     constructor(step) { … }           constructor(step) { if (($brine_o ?? …).on) return; … }
//   }                                 }
//
// While `on` is set, constructing an instance runs none of the author's code: initialisers give nothing, constructors
// return at once. Their parameters are given what can be taken apart, so that no default runs.
import type { Expression, Node, Pattern } from 'acorn'
import type { ClassLike } from '../syntax/findings.ts'
import type { PrivateParts } from './private-parts.ts'

/** Names that the code uses. */
interface Names {
  readonly privates: string
  readonly privateStatics: string
  readonly restoring: string
}

/** The statement that hands out the private statics of a class. */
export const staticsBlock = (statics: readonly string[], { privateStatics }: Names): string => {
  const writes = statics.map((name, at) => `this.${name} = v[${at}]`).join('; ')
  return ` static { ${privateStatics}(this, () => [${statics.map((name) => `this.${name}`).join(', ')}], (v) => { ${writes} }) } `
}

/** The computed keys of a pattern; defaults never run. */
function computedKeys(pattern: Pattern): Expression[] {
  switch (pattern.type) {
    case 'AssignmentPattern':
      return computedKeys(pattern.left)
    case 'RestElement':
      return computedKeys(pattern.argument)
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? computedKeys(element) : []))
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        property.type === 'RestElement'
          ? []
          : [...(property.computed ? [property.key] : []), ...computedKeys(property.value)],
      )
    default:
      return []
  }
}

/** The edits that a class with private elements needs. */
export function instrumentPrivates(
  node: ClassLike,
  { fields, first, properties, initialisers, params, body }: PrivateParts,
  { privates, restoring }: Names,
  around: (node: Node, before: string, after: string) => void,
  atStartOf: (body: Node, text: string) => void,
): void {
  const derived = node.superClass != null
  const isRestoring = `(${restoring} ?? ${restoring}_()).on`
  const args = [
    'this',
    // What must be known to construct one: whether it is derived, and whether properties come with it.
    `${(derived ? 1 : 0) + (properties ? 2 : 0)}`,
    `${params.length}`,
    // An instance that is still being constructed may lack the others: reading them throws.
    `(o) => ${first} in o ? [${fields.map((name) => `o.${name}`).join(', ')}] : null`,
    `(o, v) => { ${fields.map((name, at) => `o.${name} = v[${at}]`).join('; ')} }`,
  ]
  atStartOf(node.body, ` static { ${privates}(${args.join(', ')}) } `)
  for (const value of initialisers) around(value, `${isRestoring} ? void 0 : (`, ')')
  for (const key of params.flatMap(computedKeys)) around(key, `${isRestoring} ? 0 : (`, ')')
  if (body) atStartOf(body, ` if (${isRestoring}) { ${derived ? 'super(); ' : ''}return } `)
}
