// The ids of the plugin's virtual modules: one for each group of a module's closures, one for each of its imports.
//
// In development they start with a zero byte, which tells other plugins to leave them alone. In a build they do not: the
// bundler makes no source map of a module with such an id. React's plugin heeds the ending instead: it would put its
// refresh calls into a `.js`.
const CLOSURES = 'brine:closures:'
const IMPORT = 'brine:import:'
const SUFFIX = '.brine.mjs'

/** What an id of the plugin's means. */
export interface VirtualId {
  readonly kind: 'closures' | 'import'
  /** The module that it was cut out of. */
  readonly origin: string
  /** Which group of its closures, or which of its imports. */
  readonly index: number
  /** Which version of the closures, in development. */
  readonly version?: Version
}

/** A version of the closures of a module, by their text and by the edits of what they import. */
export interface Version {
  readonly hash: string
  readonly epoch: number
}

// The origin's own query must not be taken for that of the virtual module.
const escape = (origin: string): string => origin.replaceAll('?', '%3F')
const unescape = (origin: string): string => origin.replaceAll('%3F', '?')

/** The module with a group of the closures of a module. */
export const closuresId = (origin: string, group: number): string =>
  `${CLOSURES}${group}:${escape(origin)}${SUFFIX}`

/** The module that exports one import of a module. */
export const importId = (origin: string, index: number): string =>
  `${IMPORT}${index}:${escape(origin)}${SUFFIX}`

/** Whether an id is one of those above, with a zero byte or without. */
export const isVirtual = (id: string): boolean => /^\0?brine:(?:closures|import):/.test(id)

/** Reads an id; undefined for any other. */
export function parseId(id: string): VirtualId | undefined {
  if (!isVirtual(id)) return undefined
  const [path = '', query = ''] = id.replace('\0', '').split('?')
  const kind = path.startsWith(CLOSURES) ? 'closures' : 'import'
  const [index = '', ...origin] = path
    .slice((kind === 'closures' ? CLOSURES : IMPORT).length, -SUFFIX.length)
    .split(':')
  const [, hash, epoch] = /(?:^|&)h=([^&]*)&e=(\d+)/.exec(query) ?? []
  return {
    kind,
    origin: unescape(origin.join(':')),
    index: Number(index),
    ...(hash !== undefined && { version: { hash, epoch: Number(epoch) } }),
  }
}

/** The path under which Vite serves a group of closures in development. */
export const closuresPath = (base: string, origin: string, group: number, { hash, epoch }: Version): string =>
  servedAt(base, closuresId(origin, group), `h=${hash}&e=${epoch}`)

/** The path under which Vite serves an import in development. */
export const importPath = (base: string, origin: string, index: number, epoch: number): string =>
  servedAt(base, importId(origin, index), `e=${epoch}`)

const servedAt = (base: string, id: string, query: string): string => `${base}@id/__x00__${id}?${query}`
