// Takes out of the table what it names by hand for the sake of the source carrier: `scope` and the hints of `capture`.
import { parse } from 'acorn'
import type { AnyNode } from 'acorn'
import MagicString from 'magic-string'
import type { Plugin } from 'vite'
import { forEachChild } from '../../src/syntax/child-nodes.ts'
import { exceptions } from './exceptions.js'

const unbuildable = new Set(
  Object.entries(exceptions).flatMap(([name, exception]) =>
    'outcome' in exception && exception.outcome === 'unbuildable' ? [name.replace(/^.*?: /, '')] : [],
  ),
)

/** Whether an object literal is a case that no bundler takes. */
const isUnbuildable = (node: AnyNode): boolean =>
  node.type === 'ObjectExpression' &&
  node.properties.some(
    (property) =>
      property.type === 'Property' &&
      property.value.type === 'Literal' &&
      isNamed(property, 'name') &&
      unbuildable.has(String(property.value.value)),
  )

const isNamed = (node: AnyNode, ...names: string[]): boolean =>
  node.type === 'Property' && node.key.type === 'Identifier' && names.includes(node.key.name)

/** `const scope = ($) => eval($)` */
const readsByEval = (node: AnyNode | null | undefined): boolean =>
  node?.type === 'ArrowFunctionExpression' &&
  node.body.type === 'CallExpression' &&
  node.body.callee.type === 'Identifier' &&
  node.body.callee.name === 'eval' &&
  node.params.length === 1

/**
 * The plugin under test sees code in which no environment is left. `using` of a case remains, as the checks compare its
 * classes with those of the outcome; it is not given to brine.
 */
export function nothingByHand(): Plugin {
  return {
    name: 'nothing-by-hand',
    enforce: 'pre',
    transform(code, id) {
      if (!/\/fixtures\/cases\/\w+\.js$/.test(id)) return null
      const text = new MagicString(code)
      const drop = (node: AnyNode): void => {
        const comma = /^\s*,/.exec(code.slice(node.end))?.[0] ?? ''
        text.remove(node.start, node.end + comma.length)
      }
      const visit = (node: AnyNode, parent: AnyNode | null): void => {
        // An empty `using` says that the type travels with its instances.
        if (
          node.type === 'CallExpression' &&
          node.callee.type === 'Identifier' &&
          node.callee.name === 'registerType'
        ) {
          const [, options] = node.arguments
          if (options?.type === 'ObjectExpression') {
            const hint = options.properties.find((property) => isNamed(property, 'using', 'scope'))
            if (hint) text.overwrite(hint.start, hint.end, 'using: {}')
          }
          return
        }
        const inPattern = parent?.type === 'ObjectPattern'
        if (isNamed(node, 'scope') && !inPattern) return drop(node)
        if (parent && isUnbuildable(parent) && isNamed(node, 'make')) return drop(node)
        if (node.type === 'VariableDeclaration' && readsByEval(node.declarations[0]?.init)) return drop(node)
        if (
          node.type === 'CallExpression' &&
          node.callee.type === 'Identifier' &&
          node.callee.name === 'capture'
        ) {
          const [fn, environment] = node.arguments
          if (environment) text.overwrite(environment.start, environment.end, '{}')
          if (fn) visit(fn, node)
          return
        }
        forEachChild(node, (child) => visit(child, node))
      }
      visit(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), null)
      return { code: text.toString(), map: text.generateMap({ hires: true }) }
    },
  }
}
