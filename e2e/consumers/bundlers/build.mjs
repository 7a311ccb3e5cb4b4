// Builds the app with one bundler: node bundlers/build.mjs NAME OUT [--keep-names]
import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const [name, folder, ...flags] = process.argv.slice(2)
const consumers = dirname(dirname(fileURLToPath(import.meta.url)))
const out = resolve(folder)
process.chdir(consumers)
rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
const { build } = await import(`./${name}.mjs`)
await build({ source: join(consumers, 'app'), out, keepNames: flags.includes('--keep-names') })
