// How many bytes the plugin adds to an app, and how many it takes away: the parser is no longer needed.
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Plugin, PluginOption, Rolldown } from 'vite'
import { brine } from 'brine/vite'
import { root } from '../../scripts/run.mjs'
import { buildApp } from '../app.ts'
import type { Table } from '../bench.ts'

const apps = [
  { name: 'minimal', folder: 'bench/apps/minimal' },
  { name: 'middle', folder: 'bench/apps/middle' },
  { name: 'demo', folder: 'demo' },
]

/** Bytes, gzip. */
interface Sizes {
  /** The app's own code in the page. */
  readonly app: number
  /** brine in the page. */
  readonly library: number
  /** What workers import. */
  readonly closures: number
}

export async function growth(): Promise<Table> {
  const data = []
  for (const { name, folder } of apps) {
    const count = { closures: 0 }
    const without = await sizesOf(folder, [])
    const withPlugin = await sizesOf(folder, [brine(), counter(count)])
    data.push({ name, without, with: withPlugin, closures: count.closures })
  }
  const rows = data.map((app) => {
    const grown = app.with.app - app.without.app
    return [
      app.name,
      String(app.closures),
      String(app.without.app),
      String(app.with.app),
      `+${grown}`,
      (grown / app.closures).toFixed(0),
      String(app.with.closures),
      (app.with.closures / app.closures).toFixed(0),
      String(app.without.library),
      String(app.with.library),
    ]
  })
  return {
    title: 'Growth of an app, bytes gzip',
    columns: [
      'app',
      'closures',
      'plain',
      'converted',
      'growth',
      'each',
      'chunks',
      'each',
      'brine',
      'with plugin',
    ],
    rows,
    note: 'plain and converted: the code of the app in the page. chunks: of the closures, which workers alone load. brine: in the page.',
    data,
  }
}

async function sizesOf(folder: string, plugins: PluginOption[]): Promise<Sizes> {
  const library = /[\\/]dist[\\/]|node_modules/
  const { output } = await buildApp(join(root, folder), {
    plugins,
    // brine in a chunk of its own, so that the other one is the app.
    build: { rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'brine', test: library }] } } } },
  })
  const chunks = output.filter((file): file is Rolldown.OutputChunk => file.type === 'chunk')
  const sum = (some: readonly Rolldown.OutputChunk[]): number =>
    some.reduce((bytes, { code }) => bytes + gzipSync(code, { level: 9 }).length, 0)
  const ofClosures = ({ facadeModuleId }: Rolldown.OutputChunk): boolean =>
    facadeModuleId?.includes('brine:') ?? false
  const isLibrary = ({ name }: Rolldown.OutputChunk): boolean => name === 'brine'
  return {
    app: sum(chunks.filter((chunk) => !ofClosures(chunk) && !isLibrary(chunk))),
    library: sum(chunks.filter(isLibrary)),
    closures: sum(chunks.filter(ofClosures)),
  }
}

/** Counts the closures that the plugin registers, in the tables that it writes into the modules. */
function counter(count: { closures: number }): Plugin {
  return {
    name: 'count-closures',
    transform(code, id) {
      if (!id.includes('brine:')) count.closures += code.match(/\{"at":(?:"\w+"|\d+),"name":/g)?.length ?? 0
      return null
    },
  }
}
