// The hooks of the Vite plugin: which modules are converted, and how their closure modules are served.
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Environment, Plugin, ResolvedConfig } from 'vite'
import { contentHash } from '../payload/content-hash.ts'
import { convert } from './convert.ts'
import type { Converted } from './convert.ts'
import { affectedOrigins, followUrls, HOT_EVENT } from './hot.ts'
import { importsBrine } from './brine-calls.ts'
import { ownDirectives, withoutOwnDirectives } from './directives.ts'
import { globs } from './globs.ts'
import { includedPackages, isCommonJs } from './included.ts'
import { closuresId, closuresPath, importId, importPath, isVirtual, parseId } from './ids.ts'
import type { Version, VirtualId } from './ids.ts'
import { faultOf } from './output-checks.ts'
import { originalOf } from './original.ts'
import { forWorkersToo } from './page-code.ts'
import { readAndTell } from './report.ts'
import type { DiagnosticLevels } from './report.ts'
import { joinMaps } from './source-map.ts'
import type { SourceMapLike } from './source-map.ts'

/** What the plugin converts. */
export interface BrineOptions {
  /** Ids of further modules to convert, besides those that import brine or have the directive `'use brine'`. */
  readonly include?: RegExp
  /** Ids of modules to leave alone. */
  readonly exclude?: RegExp
  /**
   * What becomes of diagnostics, all or by code: `'warn'`, `'error'` (fails the build, and shows in the page in
   * development) or `'off'`. Default: `'warn'`.
   */
  readonly diagnostics?: DiagnosticLevels
}

/** What is known of a module that was converted. */
interface Origin {
  readonly latest: Converted
  /** The last ones, by hash, in development: a page may still have the code of before an edit. */
  readonly versions: Map<string, Converted>
  /** Counts the edits of what its closures import. */
  epoch: number
  readonly hash: string
}

/**
 * Maps the closures to what the author wrote, and not to what other plugins made of that.
 *
 * @param url Where the module is served, in development: what debuggers then show is one file with the module itself.
 */
function withOriginalMap(result: Converted, original: SourceMapLike, url?: string): Converted {
  const [, folder, name] = /^(.*\/)([^/?]+)/.exec(url ?? '') ?? []
  const place = name === undefined ? {} : { sourceRoot: folder, sources: [name] }
  const closures = result.closures.map(({ code, map }) => ({
    code,
    map: { ...joinMaps({ mappings: map.mappings }, original), ...place },
  }))
  return { ...result, closures }
}

/** Stands for the URL of a group in development, until it is known which version is asked for. */
const urlToCome = (group: number): string => `__BRINE_URL_${group}__`
const RUNTIME = 'virtual:brine/sites'
/** How many edits of a module a page may be behind. */
const VERSIONS = 20

/**
 * An expression for a URL as the page's modules see it: they may have another origin than the page. Vite would take it
 * for that of an asset.
 */
const fromHere = (url: string): string => `new URL(/* @vite-ignore */ ${url}, import.meta.url).href`

/** Brine's own files lie beside this one. */
const ownFile = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))

/**
 * What stands in for a file of brine's in pages of the plugin. Without it functions are parsed at run time; with it nobody
 * needs the parser, and what has to be refused in a build is refused in development.
 */
function standIn(id: string): string | undefined {
  const [, start, name, ending] = /^(.*\/capture\/)(source|analyses)(\.[jt]s(?:\?.*)?)$/.exec(id) ?? []
  return name !== undefined && id.startsWith(ownFile('')) ? `${start}no-${name}${ending}` : undefined
}

/**
 * Closures that capture by themselves: functions of the app's modules travel with their variables, as modules of their
 * own, with no `eval` anywhere.
 *
 * @example
 * ```ts
 * // vite.config.ts exports this by default.
 * const config = { plugins: [brine({ exclude: /legacy/ })] }
 * ```
 */
export function brine(options: BrineOptions = {}): Plugin[] {
  const origins = new Map<string, Origin>()
  let config: ResolvedConfig

  const isScript = (id: string): boolean => {
    const [path = '', query = ''] = id.split('?')
    if (id.startsWith('\0') || isVirtual(id) || !/\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/.test(path))
      return false
    return !/(?:^|&)(?:raw|url|inline|worker|sharedworker|type=(?:style|template))(?:[&=]|$)/.test(query)
  }
  const isMeant = (code: string, id: string): boolean => {
    const [path = ''] = id.split('?')
    if (!isScript(id)) return false
    if (options.exclude?.test(path) || path.startsWith(ownFile(''))) return false
    if (options.include?.test(path)) return true
    if (path.includes('/node_modules/')) return false
    return ownDirectives(code).some(({ value }) => value === 'use brine') || importsBrine(code)
  }
  /** Servers run functions where they are. A library is converted by the app that uses it, if that includes it. */
  const isForPages = (environment: Environment): boolean =>
    environment.config.consumer === 'client' && !(config.command === 'build' && config.build.lib)

  const isConverted = (environment: Environment, code: string, id: string): boolean =>
    isForPages(environment) && isMeant(code, id)

  const withUrls = (code: string, origin: string, version: Version): string =>
    code.replace(/__BRINE_URL_(\d+)__/g, (_, group: string) =>
      fromHere(JSON.stringify(closuresPath(config.base, origin, Number(group), version))),
    )

  const loadVirtual = ({ kind, origin, index, version }: VirtualId) => {
    const known = origins.get(origin)
    if (kind === 'import') return known?.latest.imports[index]?.module
    const found = (version ? known?.versions.get(version.hash) : known?.latest)?.closures[index]
    if (!found) return undefined
    // The groups that it names are of the version that was asked for.
    const code = version ? withUrls(found.code, origin, version) : found.code
    return { code, map: found.map as never, moduleSideEffects: false }
  }

  const plugin: Plugin = {
    name: 'brine',
    // After the plugins that compile components, wherever they stand in the list.
    enforce: 'post',
    config: ({ root = '.', worker }) => ({
      optimizeDeps: {
        exclude: ['brine', ...(options.include ? includedPackages(resolve(root), options.include) : [])],
      },
      worker: { format: worker?.format ?? 'es' },
    }),
    configResolved(resolved) {
      config = resolved
      const { command, build, experimental } = resolved
      if (command === 'build' && build.chunkImportMap && !build.lib && !build.ssr)
        throw new Error('Cannot build closures with build.chunkImportMap as workers have no import maps')
      if (command === 'serve' && experimental.bundledDev)
        throw new Error('Cannot serve closures with experimental.bundledDev as each is a module of its own')
    },
    resolveId: {
      // Before Vite, which would look from the root of the app for what the closures of another package import.
      order: 'pre',
      async handler(source, importer, resolveOptions) {
        if (source === RUNTIME)
          return ownFile(import.meta.url.endsWith('.ts') ? 'realm/sites.ts' : 'realm/sites.js')
        if (isVirtual(source)) return source
        const from = importer && parseId(importer)
        // A closure module stands where its origin stands.
        return from ? this.resolve(source, from.origin, { ...resolveOptions, skipSelf: true }) : null
      },
    },
    async load(id) {
      const virtual = parseId(id)
      if (virtual) {
        const { origin } = virtual
        if (!origins.has(origin)) {
          if (this.environment.mode === 'dev') await this.environment.transformRequest(origin)
          else await this.load({ id: origin })
        }
        return (
          loadVirtual(virtual) ??
          this.error(`The page has other code than the server: reload it to get the closures of '${origin}'`)
        )
      }
      const other = isForPages(this.environment) ? standIn(id) : undefined
      return other === undefined ? null : `export * from ${JSON.stringify(other)}`
    },
    transform(code, id) {
      const harmless = forWorkersToo(code, id)
      if (harmless !== undefined) return { code: harmless, map: null }
      // Bundlers warn of directives that they do not know. The app that uses a library is to find those of it.
      const withoutOwn =
        config.command === 'build' && !config.build.lib && isScript(id)
          ? withoutOwnDirectives(code)
          : undefined
      const unchanged = withoutOwn === undefined ? null : { code: withoutOwn, map: null }
      if (!isConverted(this.environment, code, id)) return unchanged
      if (isCommonJs(code)) {
        this.warn(`Cannot convert '${id}' as it is CommonJS: its functions travel to no worker`)
        return null
      }
      const isBuild = config.command === 'build'
      const { base } = config
      const epoch = origins.get(id)?.epoch ?? 0
      const emit = (chunk: string): string =>
        fromHere(
          `import.meta.ROLLUP_FILE_URL_${this.emitFile({ type: 'chunk', id: chunk, preserveSignature: 'strict' })}`,
        )
      const importUrl = (index: number): string =>
        isBuild ? emit(importId(id, index)) : fromHere(JSON.stringify(importPath(base, id, index, epoch)))
      const map = this.getCombinedSourcemap()
      const module = readAndTell(code, originalOf(code, id, map), options.diagnostics ?? 'warn', this)
      if (!module) return unchanged
      const hasClosures = module.plan.closures.length > 0
      const url = (group: number): string => (isBuild ? emit(closuresId(id, group)) : urlToCome(group))
      const isPlaced =
        isBuild && (!/^\/|:\/\//.test(base) || config.experimental.renderBuiltUrl !== undefined)
      const result = convert(module, {
        id,
        runtime: RUNTIME,
        url,
        // Where the build itself does not know the place, it is the folder of the closures.
        ...(!isPlaced && { base: fromHere(JSON.stringify(base)) }),
        ...(isPlaced && hasClosures && { base: `new URL('.', ${url(0)}).href` }),
        importUrl,
        ...(!isBuild && { edited: id }),
      })
      if (!result) return unchanged
      const versions = origins.get(id)?.versions ?? new Map<string, Converted>()
      const served =
        this.environment.mode === 'dev' ? this.environment.moduleGraph.getModuleById(id)?.url : undefined
      const withMap =
        isBuild && !config.build.sourcemap
          ? result
          : withOriginalMap(result, map, served && base.slice(0, -1) + served)
      if (isBuild) {
        origins.set(id, { latest: withMap, versions, epoch, hash: '' })
        return { code: result.code, map: result.map as never }
      }
      const hash = contentHash(result.closures.map((closures) => closures.code).join('\n'))
      // As the newest, even if it has been there before.
      versions.delete(hash)
      versions.set(hash, withMap)
      if (versions.size > VERSIONS) versions.delete(versions.keys().next().value!)
      origins.set(id, { latest: withMap, versions, epoch, hash })
      return {
        code: withUrls(result.code, id, { hash, epoch }) + followUrls(result.sites, id),
        map: result.map as never,
      }
    },
    hotUpdate(update) {
      if (this.environment.name !== 'client') return
      const urls: Record<string, string[]> = {}
      for (const id of affectedOrigins(this.environment, update)) {
        const origin = origins.get(id)
        if (!origin) continue
        origin.epoch++
        urls[id] = origin.latest.closures.map((_, group) => closuresPath(config.base, id, group, origin))
      }
      if (Object.keys(urls).length > 0)
        this.environment.hot.send({ type: 'custom', event: HOT_EVENT, data: urls })
    },
    generateBundle(_output, bundle) {
      const fault = faultOf(bundle, this)
      if (fault !== undefined) this.error(fault)
    },
  }
  return [globs(isConverted), plugin]
}
