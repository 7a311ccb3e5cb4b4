// `import.meta.glob` in a converted module: a call becomes the import of a module beside it, which makes the call.
//
// What Vite writes in its place are dynamic imports, or imports of modules, relative to the module. A closure module has no
// folder, and the functions that Vite writes have no site: so they travel as imports do.
//
//   const pages = import.meta.glob('./*.ts')       ->   import pages from '/src/main.ts.glob0.js'
//   () => Object.keys(import.meta.glob('./*.ts'))  ->   () => $brine_glob1()
import { parse } from 'acorn'
import type { AnyNode, Node } from 'acorn'
import MagicString from 'magic-string'
import type { Environment, Plugin } from 'vite'
import { forEachChild } from '../syntax/child-nodes.ts'
import { chooseNames } from './instrument.ts'

/** The text of a module that makes a call, by its id. */
type Texts = Map<string, string>

const isClosure = ({ type }: AnyNode): boolean =>
  /^(?:Function|ArrowFunction|Class)(?:Declaration|Expression)$/.test(type)

const isGlob = (node: AnyNode | null | undefined): boolean =>
  node?.type === 'CallExpression' &&
  node.callee.type === 'MemberExpression' &&
  node.callee.object.type === 'MetaProperty' &&
  node.callee.property.type === 'Identifier' &&
  node.callee.property.name === 'glob'

/** `Object.keys(import.meta.glob(…))`: Vite then loads nothing. */
const isList = (node: AnyNode): boolean =>
  node.type === 'CallExpression' &&
  isGlob(node.arguments[0]) &&
  node.callee.type === 'MemberExpression' &&
  node.callee.object.type === 'Identifier' &&
  node.callee.object.name === 'Object'

/** The variable and the call, of a statement that is nothing but `const pages = import.meta.glob(…)`. */
function declared(statement: AnyNode): { name: string; call: Node } | undefined {
  if (statement.type !== 'VariableDeclaration' || statement.kind !== 'const') return undefined
  const [only, ...others] = statement.declarations
  return only?.id.type === 'Identifier' && isGlob(only.init) && others.length === 0
    ? { name: only.id.name, call: only.init! }
    : undefined
}

/** Takes the calls out of a module; undefined if it has none that closures could need. */
export function moveGlobs(code: string, id: string): { text: MagicString; modules: Texts } | undefined {
  const program = parse(code, { ecmaVersion: 'latest', sourceType: 'module' })
  const text = new MagicString(code, { filename: id })
  const modules: Texts = new Map()
  const { prefix } = chooseNames(code)
  const move = (content: string, name = `${prefix}_glob${modules.size}`): string => {
    const module = `${id.split('?')[0]!}.glob${modules.size}.js`
    modules.set(module, `export default ${content}`)
    // At the end, where it stands before no directive.
    text.append(`\nimport ${name} from ${JSON.stringify(module)}`)
    return name
  }
  const visit = (node: AnyNode, inClosure: boolean): void => {
    if (inClosure && (isGlob(node) || isList(node))) {
      text.overwrite(node.start, node.end, `${move(`() => ${code.slice(node.start, node.end)}`)}()`)
      return
    }
    forEachChild(node, (child) => visit(child, inClosure || isClosure(node)))
  }
  for (const statement of program.body) {
    const isExport = statement.type === 'ExportNamedDeclaration' && statement.declaration
    const found = declared(isExport || statement)
    if (!found) {
      visit(statement, false)
      continue
    }
    move(code.slice(found.call.start, found.call.end), found.name)
    text.overwrite(statement.start, statement.end, isExport ? `export { ${found.name} }` : ';')
  }
  return modules.size > 0 ? { text, modules } : undefined
}

/** The plugin that does it, before the closures are converted. */
export function globs(isConverted: (environment: Environment, code: string, id: string) => boolean): Plugin {
  const texts: Texts = new Map()
  let root = ''
  return {
    name: 'brine:globs',
    configResolved(config) {
      root = config.root
    },
    // The development server asks by the path from the root.
    resolveId: (source) => [source, root + source].find((id) => texts.has(id)) ?? null,
    load: (id) => texts.get(id) ?? null,
    transform(code, id) {
      // Components are not compiled yet, and the globs of those that are reach the conversion as Vite writes them.
      if (
        !/\.[cm]?[jt]sx?$/.test(id) ||
        !code.includes('import.meta.glob') ||
        !isConverted(this.environment, code, id)
      )
        return null
      const moved = moveGlobs(code, id)
      if (!moved) return null
      for (const [module, text] of moved.modules) texts.set(module, text)
      return {
        code: moved.text.toString(),
        map: moved.text.generateMap({ hires: true, source: id, includeContent: true }),
      }
    },
  }
}
