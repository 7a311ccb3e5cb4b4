// Packages whose modules `include` names. In development Vite would bundle them beforehand, and nothing of theirs would be
// left to convert.
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

type Manifest = Readonly<Record<string, unknown>>

const manifestOf = (folder: string): Manifest | undefined => {
  const file = join(folder, 'package.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : undefined
}

/** Where a package lies, as Node looks for it. */
function folderOf(name: string, from: string): string | undefined {
  const folder = join(from, 'node_modules', name)
  if (existsSync(folder)) return realpathSync(folder)
  return dirname(from) === from ? undefined : folderOf(name, dirname(from))
}

/** Every file that a package names as an entry, whatever the condition. */
function entriesOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(entriesOf) : []
}

/** The packages that an app in `root` depends on and whose entries `include` names. */
export function includedPackages(root: string, include: RegExp): string[] {
  const { dependencies, devDependencies } = manifestOf(root) ?? {}
  return Object.keys({ ...(dependencies as object), ...(devDependencies as object) }).filter((name) => {
    const folder = folderOf(name, root)
    if (folder === undefined) return false
    const { exports, module, main } = manifestOf(folder) ?? {}
    return entriesOf([exports, module, main, 'index.js']).some((entry) => include.test(join(folder, entry)))
  })
}

/** Whether a module is CommonJS: nothing can be imported into it, which converting it takes. */
export const isCommonJs = (code: string): boolean =>
  !/^\s*(?:import|export)\b/m.test(code) && /\b(?:module\.exports|exports\.\w|require\()/.test(code)
