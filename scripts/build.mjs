// `npm run build`: dist/ from src/.
//
//   dist/**/*.js + .d.ts   by tsc, file by file: applications bundle them, and only what they use
//   dist/worker.js         one self-contained file, so that any bundler can carry it as a worker script
//   dist/brine.min.js      everything in one file, for `<script type="module">` from a CDN
//
// The two bundles are made by rolldown itself and not by Vite: Vite's library mode rewrites
// `new Worker(new URL(...))` into something that the bundler of an application cannot follow.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parseSync } from 'rolldown/utils'
import { bundle } from './bundle.mjs'
import { bin, root, run } from './run.mjs'

const dist = join(root, 'dist')

// What `src/pool/spawn.ts` says, seen from its place in dist/pool/ and from dist/ itself.
const spawnUrl = /new URL\((['"])\.\.\/worker\.js\1, import\.meta\.url\)/
const spawnUrlBeside = "new URL('./worker.js', import.meta.url)"

rmSync(dist, { recursive: true, force: true })
if ((await run(bin('tsc'), ['-p', 'tsconfig.build.json'])) !== 0) process.exit(1)
fixDeclarations()
fixImports()
checkSpawn()
await writeBundle('worker.js', 'src/worker.ts', { plugins: [workerEngine()] })
await writeBundle('brine.min.js', 'src/index.ts', { plugins: [workerBeside()] })
checkWorker()

/** tsc turns `./a.ts` into `./a.js` in JavaScript, but leaves it in declarations, which do not ship `.ts` files. */
function fixDeclarations() {
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.d.ts')) continue
    const file = join(dist, name)
    const text = readFileSync(file, 'utf8')
    const fixed = text.replace(/((?:from|import\()\s*['"]\.{1,2}\/[^'"]+)\.ts(?=['"])/g, '$1.js')
    if (fixed !== text) writeFileSync(file, fixed)
  }
}

/**
 * tsc puts a call around the argument of every `import(url)`, as the URL might end in `.ts`. The comments that tell
 * bundlers to leave the import to the browser are then no longer where bundlers look.
 */
function fixImports() {
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.js')) continue
    const file = join(dist, name)
    const text = readFileSync(file, 'utf8')
    const fixed = text
      // Blank lines in its place keep the source map right.
      .replace(/^var __rewriteRelativeImportExtension = .*?^};$/ms, (helper) => helper.replace(/[^\n]/g, ''))
      .replace(/\bimport\(__rewriteRelativeImportExtension\(([^()]*)\)\)/g, 'import($1)')
    if (fixed.includes('__rewriteRelativeImportExtension'))
      fail(`dist/${name} imports in a way not known here`)
    if (fixed !== text) writeFileSync(file, fixed)
  }
}

/** Every bundler looks for this very expression; anything cleverer loses the worker in somebody's build. */
function checkSpawn() {
  const code = readFileSync(join(dist, 'pool/spawn.js'), 'utf8')
  const expected = "new Worker(new URL('../worker.js', import.meta.url), { type: 'module' })"
  if (!code.replaceAll('"', "'").includes(expected)) fail(`dist/pool/spawn.js must contain: ${expected}`)
}

/**
 * A worker runs by itself what its tasks offload: its script has no pool of workers.
 *
 * @returns {import('rolldown').Plugin}
 */
function workerEngine() {
  return {
    name: 'worker-engine',
    resolveId: {
      filter: { id: /^\.\/engine\.ts$/ },
      handler: () => join(root, 'src/api/worker-engine.ts'),
    },
  }
}

/** @returns {import('rolldown').Plugin} */
function workerBeside() {
  let seen = 0
  return {
    name: 'worker-beside',
    transform: {
      filter: { id: /[\\/]pool[\\/]spawn\.ts$/ },
      handler(code) {
        if (!spawnUrl.test(code)) return null
        seen++
        return { code: code.replace(spawnUrl, spawnUrlBeside), map: null }
      },
    },
    buildEnd() {
      if (seen === 0) fail('src/pool/spawn.ts does not name the worker script: brine.min.js cannot find it')
    },
  }
}

/**
 * @param {string} name
 * @param {string} input
 * @param {Partial<import('rolldown').InputOptions>} [options]
 */
async function writeBundle(name, input, options) {
  const chunk = await bundle(join(root, input), options)
  const file = join(dist, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${chunk.code.trimEnd()}\n//# sourceMappingURL=${name}.map\n`)
  if (chunk.map) writeFileSync(`${file}.map`, relativeSources(chunk.map.toString()))
  const kB = (/** @type {number} */ n) => `${(n / 1000).toFixed(1)} kB`
  console.log(`dist/${name}  ${kB(chunk.code.length)}, gzip ${kB(gzipSync(chunk.code).length)}`)
}

/**
 * Sources as `src/...`, whatever directory the build ran in.
 * @param {string} text
 */
function relativeSources(text) {
  const map = JSON.parse(text)
  map.sources = map.sources.map((/** @type {string} */ source) =>
    source.replace(/^(?:\.{0,2}\/)*(?=src\/|node_modules\/)/, '../'),
  )
  return JSON.stringify(map)
}

/** A worker script that needs another file, or that some bundler would turn into a classic script, is no use. */
function checkWorker() {
  const code = readFileSync(join(dist, 'worker.js'), 'utf8')
  const { module } = parseSync('worker.js', code)
  if (module.staticImports.length > 0)
    fail('dist/worker.js has import declarations: it must be self-contained')
  if (module.importMetas.length > 0)
    fail('dist/worker.js uses import.meta: webpack and Parcel make a classic script of it')
  if (code.includes('importScripts'))
    fail('dist/worker.js mentions importScripts: bundlers take it for a classic script')
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(`build: ${message}`)
  process.exit(1)
}
