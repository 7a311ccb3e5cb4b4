// The ids of the plugin's virtual modules: one with the closures of a module, one for each of its imports.
//
// In development they start with a zero byte, which tells other plugins to leave them alone. In a build they do not: the
// bundler makes no source map of a module with such an id. React's plugin heeds the ending instead: it would put its
// refresh calls into a `.js`.
const CLOSURES = 'brine:closures:'
const IMPORT = 'brine:import:'
const SUFFIX = '.brine.mjs'

/** What an id of the plugin's means. */
export interface VirtualId {
  /** The module that it was cut out of. */
  readonly origin: string
  /** Which of its imports; missing for its closures. */
  readonly index?: number
  /** Which version of the closures, in development. */
  readonly hash?: string
}

// The origin's own query must not be taken for that of the virtual module.
const escape = (origin: string): string => origin.replaceAll('?', '%3F')
const unescape = (origin: string): string => origin.replaceAll('%3F', '?')

/** The module with the closures of a module. */
export const closuresId = (origin: string): string => `${CLOSURES}${escape(origin)}${SUFFIX}`

/** The module that exports one import of a module. */
export const importId = (origin: string, index: number): string =>
  `${IMPORT}${index}:${escape(origin)}${SUFFIX}`

/** Whether an id is one of those above, with a zero byte or without. */
export const isVirtual = (id: string): boolean => /^\0?brine:(?:closures|import):/.test(id)

/** Reads an id; undefined for any other. */
export function parseId(id: string): VirtualId | undefined {
  if (!isVirtual(id)) return undefined
  const [path = '', query = ''] = id.replace('\0', '').split('?')
  const hash = /(?:^|&)h=([^&]*)/.exec(query)?.[1]
  if (path.startsWith(CLOSURES)) {
    const origin = unescape(path.slice(CLOSURES.length, -SUFFIX.length))
    return { origin, ...(hash !== undefined && { hash }) }
  }
  const [index = '', ...origin] = path.slice(IMPORT.length, -SUFFIX.length).split(':')
  return { origin: unescape(origin.join(':')), index: Number(index) }
}

/** The path under which Vite serves a virtual module in development. */
export const servedAt = (base: string, id: string, query: string): string =>
  `${base}@id/__x00__${id}?${query}`
