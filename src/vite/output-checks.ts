// What a build may not come out as: a worker that loads a closure must not run the app with it.
import type { Rolldown } from 'vite'
import { isVirtual, parseId } from './ids.ts'

interface Graph {
  getModuleInfo(id: string): { isEntry: boolean; importedIds: readonly string[] } | null
}

/** The modules whose evaluation starts the app. */
function startsOf(bundle: Rolldown.OutputBundle, graph: Graph): Set<string> {
  const starts = new Set<string>()
  for (const file of Object.values(bundle)) {
    if (file.type !== 'chunk') continue
    for (const id of [...file.moduleIds, file.facadeModuleId ?? '']) {
      const info = isVirtual(id) ? null : graph.getModuleInfo(id)
      if (!info?.isEntry) continue
      starts.add(id)
      // A page is an entry that imports its scripts.
      if (/\.html?$/.test(id)) for (const script of info.importedIds) starts.add(script)
    }
  }
  return starts
}

/** The chunks that are loaded with a chunk, itself included. */
function loadedWith(fileName: string, bundle: Rolldown.OutputBundle): Rolldown.OutputChunk[] {
  const names = new Set([fileName])
  const chunks: Rolldown.OutputChunk[] = []
  for (const name of names) {
    const file = bundle[name]
    if (file?.type !== 'chunk') continue
    chunks.push(file)
    for (const next of file.imports) names.add(next)
  }
  return chunks
}

/** The chunks of closures. */
const closureChunks = (bundle: Rolldown.OutputBundle): Rolldown.OutputChunk[] =>
  Object.values(bundle).filter(
    (file): file is Rolldown.OutputChunk =>
      file.type === 'chunk' && file.facadeModuleId !== null && isVirtual(file.facadeModuleId),
  )

/** What is wrong with a build, in a sentence; undefined if nothing is. */
export function faultOf(bundle: Rolldown.OutputBundle, graph: Graph): string | undefined {
  const starts = startsOf(bundle, graph)
  for (const chunk of closureChunks(bundle)) {
    for (const { fileName, moduleIds } of loadedWith(chunk.fileName, bundle)) {
      const start =
        moduleIds.find((id) => starts.has(id) && !/\.html?$/.test(id)) ??
        moduleIds.find((id) => starts.has(id))
      if (start === undefined) continue
      const { origin } = parseId(chunk.facadeModuleId!)!
      return (
        `Cannot build the closures of '${origin}' as a worker that loads them would run the app: ` +
        `they import ${fileName}, which contains the entry '${start}'. ` +
        'Hint: either a helper that a closure uses imports the entry (move what it needs into a module of its own), ' +
        'or manualChunks / advancedChunks put the entry into one chunk with others (let them leave the entry alone)'
      )
    }
  }
  return undefined
}
