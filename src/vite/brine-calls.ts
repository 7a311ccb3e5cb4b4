// Which expressions of a module are brine's own functions: told by their binding, whatever their name.
import type { AnyNode, Identifier, Program } from 'acorn'
import type { Binding, ModuleBindings } from './bindings.ts'

/** What an expression is of brine's. `run` sends its arguments to a worker, `pass` returns its first one. */
type BrineValue = 'namespace' | 'pool' | 'createPool' | 'with' | 'run' | 'callback' | 'pass'

const EXPORTS: ReadonlyMap<string, BrineValue> = new Map([
  ['offload', 'run'],
  ['map', 'run'],
  ['durable', 'run'],
  ['pool', 'pool'],
  ['createPool', 'createPool'],
  ['callback', 'callback'],
  ['capture', 'pass'],
  ['bind', 'pass'],
  ['serialize', 'run'],
  ['toModule', 'run'],
])

/** The modules of brine's whose functions take those of the app. The others are for builds and for workers. */
const isBrine = (source: unknown): boolean =>
  typeof source === 'string' && /^brine(?:\/(?!(?:vite|worker)$)[^/]+)?$/.test(source)

/** Whether the text of a module imports brine. */
export const importsBrine = (code: string): boolean =>
  [...code.matchAll(/\b(?:from|import\s*\(?)\s*(['"])(brine(?:\/[^'"\n]*)?)\1/g)].some(([, , source]) =>
    isBrine(source),
  )
const METHODS: ReadonlyMap<string, BrineValue> = new Map([
  ['offload', 'run'],
  ['map', 'run'],
  ['durable', 'run'],
  ['with', 'with'],
])

/** The names of a module. */
export interface Names {
  /** What a name means; undefined for a global. */
  bindingOf(node: Identifier): Binding | undefined
  /** What of brine's an expression is. */
  brineValueOf(node: AnyNode): BrineValue | undefined
}

/** The only value of a variable, as an expression or declaration; undefined if it may have another. */
export const valueOf = (binding: Binding | undefined): AnyNode | undefined =>
  binding && !binding.reassigned && binding.kind !== 'import' ? (binding.value ?? undefined) : undefined

/** Looks up the names of a module. */
export function namesOf(program: Program, { uses }: ModuleBindings): Names {
  const bindings = new Map(uses.map(({ node, binding }) => [node, binding]))
  const imported = new Map<AnyNode, BrineValue>()
  for (const statement of program.body) {
    if (statement.type !== 'ImportDeclaration' || !isBrine(statement.source.value)) continue
    for (const specifier of statement.specifiers) {
      if (specifier.type === 'ImportNamespaceSpecifier') imported.set(specifier, 'namespace')
      if (specifier.type !== 'ImportSpecifier') continue
      const name = specifier.imported.type === 'Identifier' ? specifier.imported.name : ''
      if (EXPORTS.has(name)) imported.set(specifier, EXPORTS.get(name)!)
    }
  }
  const bindingOf = (node: Identifier): Binding | undefined => bindings.get(node)

  const follow = (node: AnyNode, seen: ReadonlySet<Binding>): BrineValue | undefined => {
    switch (node.type) {
      case 'ParenthesizedExpression':
      case 'ChainExpression':
        return follow(node.expression, seen)
      case 'Identifier': {
        const binding = bindingOf(node)
        if (!binding || seen.has(binding)) return undefined
        if (binding.kind === 'import') return imported.get(binding.value!)
        const value = valueOf(binding)
        return value && follow(value, new Set(seen).add(binding))
      }
      case 'MemberExpression': {
        const object = follow(node.object, seen)
        const key = node.computed ? (node.property.type === 'Literal' ? node.property.value : '') : undefined
        const name = key ?? (node.property.type === 'Identifier' ? node.property.name : '')
        if (object === 'namespace') return EXPORTS.get(String(name))
        return object === 'pool' ? METHODS.get(String(name)) : undefined
      }
      case 'CallExpression': {
        const callee = follow(node.callee, seen)
        return callee === 'createPool' || callee === 'with' ? 'pool' : undefined
      }
      default:
        return undefined
    }
  }
  return { bindingOf, brineValueOf: (node) => follow(node, new Set()) }
}
