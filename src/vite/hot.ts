// Edits in development: which closures run other code after one, although their own text is as it was.
//
// A worker keeps every module that it has imported. A closure whose helper was edited therefore needs another URL: its
// query carries an epoch of the module that it was cut out of, and Vite then gives the helpers a new query as well.
import type { DevEnvironment, EnvironmentModuleNode, HotUpdateOptions } from 'vite'
import { parseId } from './ids.ts'

/** The message that tells the page about new URLs: of the closure modules of each module, in order. */
export const HOT_EVENT = 'brine:update'

/** Which modules a module imports, directly or deeper, itself included. */
function reaches(from: EnvironmentModuleNode, changed: ReadonlySet<EnvironmentModuleNode>): boolean {
  const seen = new Set([from])
  // The set grows while it is walked.
  for (const node of seen) {
    if (changed.has(node)) return true
    for (const next of node.importedModules) seen.add(next)
  }
  return false
}

/** Finds the modules whose closures an edit concerns, and has Vite make them anew. */
export function affectedOrigins(
  { moduleGraph }: DevEnvironment,
  { modules, timestamp }: Pick<HotUpdateOptions, 'modules' | 'timestamp'>,
): Set<string> {
  const changed = new Set(modules)
  const origins = new Set<string>()
  for (const [id, node] of moduleGraph.idToModuleMap) {
    const virtual = parseId(id)
    if (!virtual) continue
    // Nothing on the page imports it. Vite would take that for a reason to reload the page: an import that has not
    // been analysed is none.
    delete node.isSelfAccepting
    if (reaches(node, changed)) origins.add(virtual.origin)
  }
  if (origins.size === 0) return origins
  // Vite does it after the hooks, and thus after the page has been told.
  for (const node of modules) moduleGraph.invalidateModule(node, new Set(), timestamp, true)
  for (const origin of origins) {
    // Otherwise Vite reuses the code that has the old URL in it.
    const node = moduleGraph.getModuleById(origin)
    if (node) moduleGraph.invalidateModule(node, new Set(), timestamp, true)
  }
  return origins
}

/** Code that follows the URLs, for the end of an instrumented module. */
export const followUrls = (sites: string, origin: string): string =>
  `\n;import.meta.hot?.on(${JSON.stringify(HOT_EVENT)}, (all) => {` +
  ` const urls = all[${JSON.stringify(origin)}];` +
  ` if (urls) ${sites}.module.urls = urls.map((url) => new URL(url, import.meta.url).href) })`
