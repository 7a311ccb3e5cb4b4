// Gives e2e/consumers the package as npm would: packs it, installs the tarball among pinned tools, builds the apps.
// Everything is made again when something that it is made from has changed, and only then.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the apps; it is served as it is. */
export const consumers = fileURLToPath(new URL('consumers', import.meta.url))

const lock = join(consumers, 'package-lock.json')
// Inside node_modules, so that what `npm ci` removes is not taken for installed.
const stamps = { tools: 'node_modules/.tools', brine: 'node_modules/.brine' }

/** Installs the tools that package-lock.json pins and the package as it is in dist/ now. */
export function install(): void {
  const tools = hashOf([lock])
  if (read(stamps.tools) !== tools) {
    npm(['ci', '--ignore-scripts'])
    write(stamps.tools, tools)
  }
  mkdirSync(join(consumers, 'dist'), { recursive: true })
  const packed = npm(['pack', '../..', '--json', '--ignore-scripts', '--pack-destination', 'dist'])
  const [{ filename, integrity }] = JSON.parse(packed) as [{ filename: string; integrity: string }]
  if (read(stamps.brine) !== integrity) {
    npm(['install', '--no-save', '--ignore-scripts', `./dist/${filename}`])
    write(stamps.brine, integrity)
  }
}

/** How an app is built: as its bundler does by default, or so that variables keep their names. */
export type Variant = 'default' | 'keep-names'

/**
 * Builds the app with a bundler: `bundlers/NAME.mjs`.
 *
 * @returns The path of the built app below the folder of the apps.
 */
export function build(bundler: string, variant: Variant): string {
  const out = `dist/${bundler}-${variant}`
  const state = `${read(stamps.brine)} ${hashOf([lock, ...filesIn('app'), ...filesIn('bundlers')])}`
  if (read(`${out}/.state`) !== state) {
    runNode(['bundlers/build.mjs', bundler, out, ...(variant === 'keep-names' ? ['--keep-names'] : [])])
    write(`${out}/.state`, state)
  }
  return out
}

/**
 * Copies an app that uses the plugin, so that it can be edited.
 *
 * @param name A folder of `plugin/`.
 * @returns The path of the copy below the folder of the apps, where it finds what is installed there.
 */
export function copyApp(name: string, title: string): string {
  const copy = `dist/plugin-${title}`
  rmSync(join(consumers, copy), { recursive: true, force: true })
  cpSync(join(consumers, 'plugin', name), join(consumers, copy), { recursive: true })
  return copy
}

/** Runs a script in the folder of the apps, and gives what it printed. A failure tells that, too. */
export function runNode(args: readonly string[], env: Record<string, string> = {}): string {
  return execute(process.execPath, args, env)
}

function npm(args: readonly string[]): string {
  return execute('npm', [...args, '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'])
}

function execute(command: string, args: readonly string[], env: Record<string, string> = {}): string {
  // The runner of these tests has set it, and tools would take the app for one under test.
  const { NODE_ENV: _, ...inherited } = process.env
  try {
    return execFileSync(command, args, {
      cwd: consumers,
      env: { ...inherited, ...env },
      encoding: 'utf8',
      stdio: 'pipe',
      shell: command === 'npm' && process.platform === 'win32',
    })
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    throw new Error(`Cannot run ${[command, ...args].join(' ')}:\n${stdout}${stderr}`, { cause: error })
  }
}

function filesIn(folder: string): string[] {
  const path = join(consumers, folder)
  return readdirSync(path)
    .sort()
    .map((name) => join(path, name))
}

function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(file).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

function read(name: string): string | undefined {
  try {
    return readFileSync(join(consumers, name), 'utf8')
  } catch {
    return undefined
  }
}

function write(name: string, text: string): void {
  const file = join(consumers, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
