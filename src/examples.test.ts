// Examples of docstrings and of README.md run, and what they claim is true, also where their functions really travel.
// And what is public has a docstring: functions and classes with an example, options and properties with a sentence.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { Worker as Thread } from 'node:worker_threads'
import type { TransferListItem } from 'node:worker_threads'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { docExamples, documented, exportsOf, pageExamples, toProgram } from '../scripts/examples.mjs'
import * as brine from './index.ts'
import type { Pool } from './index.ts'
import { realm } from './realm/registry.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const entries = {
  brine: 'src/index.ts',
  'brine/random': 'src/random.ts',
  'brine/serialize': 'src/serialize.ts',
  'brine/vite': 'src/vite.ts',
  'brine/worker': 'src/worker.ts',
}
const publicNames = Object.values(entries).flatMap((file) =>
  exportsOf(read(file)).map((each) => ({ ...each, entry: file, file: join('src', each.from) })),
)

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((file) => join('src', file))
  .filter((file) => file.endsWith('.ts') && !/\.test(?:-d)?\.ts$/.test(file))
  .sort()
const programs = [
  ...sources.flatMap((file) => docExamples(file, read(file))),
  ...pageExamples('README.md', read('README.md')),
].map((example) => {
  const name = `${example.file}:${example.line}`
  const scope = scopeOf(example.file)
  return { name, id: name.replace(/\W/g, '-'), scope, ...toProgram(example, scope) }
})

/** Names in the scope of a docstring: what brine exports, and what its own file does. A page imports what it uses. */
function scopeOf(file: string): Map<string, readonly string[]> {
  const scope = new Map<string, readonly string[]>()
  if (!file.startsWith('src')) return scope
  const valuesOf = (exported: readonly { name: string; isType: boolean }[]) =>
    exported.filter(({ isType }) => !isType).map(({ name }) => name)
  for (const [entry, path] of Object.entries(entries)) scope.set(entry, valuesOf(exportsOf(read(path))))
  scope.set(join(root, file), valuesOf(documented(read(file))))
  return scope
}

/** What the programs find on `globalThis`, as their modules are Node's and not Vitest's. */
interface Hook {
  readonly modules: Record<string, object>
  check(line: number, actual: unknown, expected: () => unknown): void
}
const HOOK = 'brine examples'
const host = globalThis as { [HOOK]?: Hook; Worker?: unknown }

const ways = ['inline', 'travelling'] as const
const imports = new Set([...Object.keys(entries), ...programs.flatMap(({ scope }) => [...scope.keys()])])
/** The module that Node loads in place of one that this test has. */
const stubOf = (id: string): string => `module-${id.replace(/\W/g, '-')}.mjs`
const folder = mkdtempSync(join(tmpdir(), 'brine-examples-'))

beforeAll(async () => {
  for (const { id, text } of programs) writeFileSync(join(folder, `${id}.ts`), text)
  const build = await rolldown({
    input: Object.fromEntries(programs.map(({ id }) => [id, join(folder, `${id}.ts`)])),
    external: (id) => id in entries || id === 'brine-examples' || id.startsWith(join(root, 'src')),
    platform: 'neutral',
    tsconfig: false,
    treeshake: false,
    transform: { target: 'es2022' },
    checks: { eval: false },
  })
  for (const way of ways) {
    await build.write({
      dir: join(folder, way),
      entryFileNames: '[name].mjs',
      paths: (id) => `./${stubOf(id)}`,
    })
    const writeStub = (id: string, names: readonly string[], source: string): void =>
      writeFileSync(join(folder, way, stubOf(id)), `export const { ${names.join(', ')} } = ${source}\n`)
    const hook = `globalThis[${JSON.stringify(HOOK)}]`
    writeStub('brine-examples', ['check'], hook)
    for (const id of imports) {
      writeStub(id, Object.keys(await load(id)), `${hook}.modules[${JSON.stringify(id)}]`)
    }
  }
  await build.close()
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A module that programs import, as this test has it. */
async function load(id: string): Promise<object> {
  const file = id in entries ? join(root, entries[id as keyof typeof entries]) : id
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as object
}

/** What browsers have and Node has not: a `Worker` that runs brine's script, in a thread of its own. */
class BrowserWorker extends EventTarget {
  readonly #thread = new Thread(workerScript, { eval: true })
  constructor() {
    super()
    this.#thread.on('message', (data) => this.dispatchEvent(new MessageEvent('message', { data })))
  }
  postMessage(message: unknown, list: readonly TransferListItem[] = []): void {
    this.#thread.postMessage(message, list)
  }
  terminate(): void {
    void this.#thread.terminate()
  }
}
let workerScript = ''

/** Brine's worker for Node, whose threads have a port in place of a global scope. */
async function bundleWorker(): Promise<string> {
  const runner = JSON.stringify(join(root, 'src/worker/runner.ts'))
  const script = `
    import { parentPort } from 'node:worker_threads'
    import { startWorker } from ${runner}
    startWorker(parentPort, () => Promise.resolve())`
  const build = await rolldown({
    input: 'thread.ts',
    platform: 'node',
    plugins: [
      {
        name: 'thread',
        resolveId: (id) => (id === 'thread.ts' ? id : null),
        load: (id) => (id === 'thread.ts' ? script : null),
      },
    ],
  })
  const { output } = await build.generate({ format: 'cjs' })
  await build.close()
  return output[0].code
}

describe.each(ways)(`${programs.length} examples, %s`, (way) => {
  const checked = new Set<number>()
  let pool: Pool

  beforeAll(async () => {
    const modules: Record<string, object> = {}
    for (const id of imports) modules[id] = await load(id)
    if (way === 'travelling') {
      workerScript = await bundleWorker()
      host.Worker = BrowserWorker
    }
    // A pool decides with its first call whether there are workers, so each way has a default pool of its own.
    pool = brine.createPool({ name: 'brine' })
    modules['brine'] = { ...modules['brine'], pool, offload: pool.offload }
    host[HOOK] = {
      modules,
      check(line, actual, expected) {
        checked.add(line)
        expect(actual, `line ${line} of the example`).toStrictEqual(expected())
      },
    }
  })
  afterAll(async () => {
    await pool.terminate()
    delete host.Worker
    delete host[HOOK]
  })

  it.each(programs)('$name', async ({ id, claims }) => {
    checked.clear()
    // A class of that name may come from another example, or from the other way.
    realm().types.clear()
    const program = pathToFileURL(join(folder, way, `${id}.mjs`)).href
    // From a module of Node's own: what Vitest imports by itself it rewrites, and functions then travel with other names.
    await import(/* @vite-ignore */ `data:text/javascript,await import(${JSON.stringify(program)})`)
    expect(checked.size).toBe(claims)
  })

  it('went that way', () => {
    const { done, codeSent } = pool.stats()
    expect(done).toBeGreaterThan(10)
    expect(codeSent > 0).toBe(way === 'travelling')
  })
})

describe('the examples', () => {
  it('claim something', () => {
    expect(programs.filter(({ claims }) => claims > 0).length).toBeGreaterThan(20)
  })

  const programOf = (code: string) => toProgram({ file: 'x.ts', line: 1, code }, new Map())

  it('are held to their claims', () => {
    expect(programOf('one() // 1').text).toContain(';check(1, await (one()), () => (1));')
    expect(programOf('\nconst two = one() + 1 // 2').text).toContain(';check(2, two, () => (2));')
    expect(programOf('try {\n  one() // 1\n} catch {}').claims).toBe(1)
  })

  it('claim nothing in prose, and nothing that runs later', () => {
    expect(programOf('// What follows\nconst one = () => 1 // is a function').claims).toBe(0)
    expect(programOf('const later = () => {\n  one() // 1\n}').claims).toBe(0)
    expect(() => programOf('one() // is one')).toThrow('Cannot check an example in x.ts:1')
  })

  it('type-check', async () => {
    const paths = Object.fromEntries(
      Object.entries(entries).map(([name, file]) => [name, [join(root, file)]]),
    )
    const check =
      'export declare function check(line: number, actual: unknown, expected: () => unknown): void\n'
    writeFileSync(join(folder, 'check.d.ts'), check)
    const config = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        paths: { ...paths, 'brine-examples': [join(folder, 'check.d.ts')] },
        typeRoots: [join(root, 'node_modules/@types')],
        noUnusedLocals: false,
        rewriteRelativeImportExtensions: false,
        allowImportingTsExtensions: true,
      },
      include: ['*.ts'],
      exclude: [],
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const errors = await promisify(execFile)(process.execPath, [tsc, '-p', folder]).then(
      ({ stdout }) => stdout,
      ({ stdout }: { stdout: string }) => stdout,
    )
    expect(errors).toBe('')
  })
})

describe('docstrings', () => {
  const found = publicNames.map(({ name, file }) => ({
    name,
    ...documented(read(file)).find((each) => each.name === name),
  }))

  it('are there for all that is public', () => {
    expect(found.filter(({ doc }) => doc === undefined).map(({ name }) => name)).toEqual([])
  })

  it('have an example where something can be called', () => {
    const without = found.filter(({ isCallable, doc }) => isCallable && !doc?.includes('@example'))
    expect(without.map(({ name }) => name)).toEqual([])
  })

  it('are there for all properties, options and methods', () => {
    const bare = found.flatMap(({ name, bare = [] }) => bare.map((member) => `${name}.${member}`))
    expect(bare).toEqual([])
  })
})

describe('README.md', () => {
  it('names all that can be imported, and all options', () => {
    const page = read('README.md')
    const names = new Set(publicNames.filter(({ isType }) => !isType).map(({ name }) => name))
    const options = ['CallOptions', 'PoolOptions'].flatMap(
      (type) => documented(read('src/api/options.ts')).find(({ name }) => name === type)?.members ?? [],
    )
    expect([...names, ...options].filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([])
  })
})
