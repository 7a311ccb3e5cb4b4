// `npm run check:size`: what an application pays for each entry, against the budgets in size-budgets.json.
// Also fails when an entry carries what it must not: the worker has no parser and no pool, `./serialize` no Comlink;
// and when an application pays for an entry that it imports and does not use.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { bundle } from './bundle.mjs'
import { root } from './run.mjs'

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {string} file
 * @property {string[]} [exports] those that the application imports; all of them by default
 * @property {string[]} [external]
 * @property {string[]} [without]
 * @property {boolean} [built] the file is a bundle already and is measured as it is
 * @property {number} budget
 */

/** @type {{ entries: Entry[] }} */
const { entries } = JSON.parse(readFileSync(new URL('size-budgets.json', import.meta.url), 'utf8'))
const kB = (/** @type {number} */ bytes) => (bytes / 1000).toFixed(2)
let failed = false

console.log(['entry'.padEnd(18), 'minified'.padStart(9), 'gzip'.padStart(8), 'budget'.padStart(8)].join('  '))
for (const entry of entries) {
  const { code, sources } = entry.built ? readBuilt(entry.file) : await build(entry)
  const gzip = gzipSync(code, { level: 9 }).length
  const over = gzip > entry.budget * 1000
  const columns = [
    entry.name.padEnd(18),
    kB(code.length).padStart(9),
    kB(gzip).padStart(8),
    kB(entry.budget * 1000).padStart(8),
  ]
  console.log(`${columns.join('  ')}${over ? '  over budget' : ''}`)
  failed ||= over

  for (const part of entry.without ?? []) {
    const culprit = sources.find((source) => source.includes(part))
    if (culprit === undefined) continue
    console.log(`  must not contain ${part} but has ${culprit}`)
    failed = true
  }
}

// Source maps could be wrong, so look for the parser itself too: this option name is in every build of acorn.
if (readBuilt('dist/worker.js').code.includes('ecmaVersion')) {
  console.log('dist/worker.js contains acorn')
  failed = true
}

/** @type {{ exports: Record<string, { default: string } | string> }} */
const { exports: published } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
for (const [name, target] of Object.entries(published)) {
  // The plugin runs in Node: no page pays for it.
  if (typeof target === 'string' || name === './vite') continue
  const entry = JSON.stringify(join(root, target.default))
  for (const text of [`import ${entry}`, `import {} from ${entry}`, `import * as unused from ${entry}`]) {
    const { code } = await bundleApp(text)
    // The worker script is there for what it does. That it stays also shows that the check sees what stays.
    if ((code !== '') === (name === './worker')) continue
    console.log(`${kB(code.length)} kB stay of ${name}: ${text}`)
    failed = true
  }
}
process.exitCode = failed ? 1 : 0

/** @param {string} file */
function readBuilt(file) {
  const code = readFileSync(join(root, file), 'utf8')
  /** @type {{ sources: string[] }} */
  const map = JSON.parse(readFileSync(join(root, `${file}.map`), 'utf8'))
  return { code, sources: map.sources }
}

/** @param {Entry} entry */
async function build({ file, exports, external = [] }) {
  const names = exports ? `{ ${exports.join(', ')} }` : '*'
  return bundleApp(`export ${names} from ${JSON.stringify(join(root, file))}`, external)
}

/**
 * Bundles an application of one module.
 * @param {string} text
 * @param {string[]} external
 */
async function bundleApp(text, external = []) {
  const app = {
    name: 'app',
    resolveId: (/** @type {string} */ id) => (id === 'app' ? id : null),
    load: (/** @type {string} */ id) => (id === 'app' ? text : null),
  }
  const { code, moduleIds } = await bundle('app', { external, plugins: [app] })
  return { code, sources: moduleIds }
}
