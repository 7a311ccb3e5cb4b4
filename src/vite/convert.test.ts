// Closure conversion of hard cases: every fixture is converted, compared with its snapshot, parsed again and run three
// times: as it was written, instrumented, and rebuilt from its payload and its closure module.
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'acorn'
import { describe, expect, it } from 'vitest'
import { siteCarrier } from '../capture/site.ts'
import * as brine from '../index.ts'
import { realm } from '../realm/registry.ts'
import * as sites from '../realm/sites.ts'
import { readPayload } from '../rehydrate/read.ts'
import { snapshot } from '../serialize/snapshot.ts'
import { writePayload } from '../serialize/write.ts'
import { convert } from './convert.ts'
import { readModule } from './read-module.ts'

const folder = fileURLToPath(new URL('fixtures/', import.meta.url))
const fixtures = readdirSync(folder)
  .filter((name) => name.endsWith('.js'))
  .map((name) => name.slice(0, -'.js'.length))

/** A module whose text is its URL: Node loads it without a file. */
const urlOf = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`

/** A module that exports what this file already has. */
function lend(name: string, things: object): string {
  Object.defineProperty(globalThis, `brine test ${name}`, { value: things, configurable: true })
  const names = Object.keys(things).join(', ')
  return urlOf(`export const { ${names} } = globalThis['brine test ${name}']`)
}

const runtime = lend('sites', sites)
const specifiers = {
  brine: lend('brine', brine),
  './norm': urlOf(`
    export const norm = (v) => v * 10
    export default function tenfold(v) { return v * 10 + 1 }
    export class Shape { constructor(n) { this.n = n } area() { return this.n ** 2 } }
    export let count = 0
    export const increase = () => ++count
    export const unused = 0
    const text = 'text'
    export { text as 'string name' }`),
}

function link(code: string): string {
  return code.replace(/(['"])(brine|\.\/norm)\1/g, (_, _quote, name: keyof typeof specifiers) =>
    JSON.stringify(specifiers[name]),
  )
}

interface FixtureModule {
  /** What is captured. */
  readonly run?: (...args: unknown[]) => unknown
  readonly default?: (...args: unknown[]) => unknown
  readonly args?: unknown[]
  /** Makes the result comparable. */
  readonly after?: (result: unknown) => unknown
  readonly isClass?: boolean
  /** Gives a closure: where it was rebuilt, code is to have the names that it has in place. */
  readonly isMaker?: boolean
}

const load = (code: string): Promise<FixtureModule> => import(urlOf(link(code)))

const subjectOf = ({ run, default: main }: FixtureModule): ((...args: unknown[]) => unknown) => (run ?? main)!

/** What a call comes to, whether it returns or throws. */
async function outcomeOf(
  { args = [], after = (result) => result, isClass }: FixtureModule,
  subject: (...args: unknown[]) => unknown,
): Promise<unknown> {
  const own = { name: subject.name, length: subject.length }
  try {
    return { ...own, result: await after(isClass ? subject : await subject(...args)) }
  } catch (error) {
    return { ...own, thrown: String(error) }
  }
}

const payloadOf = (value: unknown) =>
  snapshot(writePayload(value, { carriers: [siteCarrier], action: 'offload' })).data

const reads = (code: string): void =>
  void parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true })

describe('closure conversion', () => {
  it.each(fixtures)('%s', async (name) => {
    const code = readFileSync(`${folder}${name}.js`, 'utf8')
    const reading = readModule(code)!
    const converted = convert(reading, {
      id: `/fixtures/${name}.js`,
      runtime,
      url: (group) => `"CLOSURES ${group}"`,
      importUrl: (index) => `"IMPORT ${index}"`,
    })!
    const readable = (text: string): string => text.replaceAll(runtime, 'virtual:brine/sites')
    const output = [
      readable(converted.code),
      ...converted.closures.map(
        (closures, group) => `// ---- closure module ${group} ----\n${readable(closures.code)}`,
      ),
      ...converted.imports.map(({ module }) => `// import: ${module}`),
      ...reading.plan.leftAlone.map(
        ({ closure, reason }) => `// left alone at ${closure.node.start}: it ${reason}`,
      ),
    ]
    await expect(`${output.join('\n')}\n`).toMatchFileSnapshot(`fixtures/output/${name}.txt`)
    reads(converted.code)
    for (const closures of converted.closures) reads(closures.code)

    const withImports = (text: string): string =>
      text.replaceAll(/"IMPORT (\d+)"/g, (_, index: string) =>
        JSON.stringify(urlOf(link(converted.imports[Number(index)]!.module))),
      )
    // A copy holds only what needs no more than itself, so that no two groups name each other.
    const withUrls = (text: string): string =>
      withImports(text).replaceAll(/"CLOSURES (\d+)"/g, (_, group: string) =>
        JSON.stringify(urlOf(link(withUrls(converted.closures[Number(group)]!.code)))),
      )
    const plain = await load(code)
    const instrumented = await load(withUrls(converted.code))
    const subject = subjectOf(instrumented)
    const data = payloadOf(subject)

    const expected = await outcomeOf(plain, subjectOf(plain))
    expect(expected).not.toHaveProperty('thrown')
    expect(await outcomeOf(instrumented, subject)).toEqual(expected)
    // As on another thread, which has none of these classes.
    realm().classes.clear()
    const { value } = await readPayload(data, { code: 'allow' })
    expect(value).not.toBe(subject)
    expect(await outcomeOf(plain, value as typeof subject)).toEqual(expected)
    if (!instrumented.isMaker) return
    const { args = [] } = instrumented
    const names = payloadOf(await subject(...args)).code.map(({ hash }) => hash)
    const namesRebuilt = payloadOf(await (value as typeof subject)(...args)).code.map(({ hash }) => hash)
    expect(new Set(names).size).toBeGreaterThan(3)
    expect(namesRebuilt).toEqual(names)
  })
})
