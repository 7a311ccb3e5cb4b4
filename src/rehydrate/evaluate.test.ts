// Text becomes code: once, with its errors told apart, and another way where eval is forbidden.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { realm } from '../realm/registry.ts'
import { compileUnits } from './evaluate.ts'
import type { UnitFactory } from '../realm/registry.ts'

const TEXT = 'return { make: [], read() { return [] }, write() {} }'
let number = 0
const unit = (text: string | undefined = `${TEXT} // ${number++}`, hash = `h${number++}`) => ({
  hash,
  names: [],
  ...(text !== undefined && { text }),
})
/** Compiles a unit that has a text, and therefore a factory of its own. */
const compile = async (one: object, texts?: ReadonlyMap<string, string>): Promise<UnitFactory> =>
  (await compileUnits([one] as never, new Set([0]), texts)).get(0)!.factory!

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe('compileUnits', () => {
  it('compiles what is needed, and nothing else', async () => {
    const compiled = await compileUnits([unit('syntax error here'), unit(TEXT)], new Set([1]), undefined)
    expect([...compiled.keys()]).toEqual([1])
    expect(compiled.get(1)!.factory!()).toMatchObject({ make: [] })
  })

  it('compiles a text once in a realm', async () => {
    const [one, two] = [unit('return { same: 1 }'), unit('return { same: 1 }')]
    expect(await compile(one)).toBe(await compile(two))
    expect(await compile(unit('return { same: 2 }'))).not.toBe(await compile(one))
  })

  it('goes by text and never by hash, which anybody can claim', async () => {
    const honest = await compile({ ...unit('return 1'), hash: 'same' })
    const forged = await compile({ ...unit('return 2'), hash: 'same' })
    expect([honest(), forged()]).toEqual([1, 2])
  })

  it('takes texts that were sent before', async () => {
    const bare = { hash: 'known', names: [] }
    expect((await compile(bare, new Map([['known', 'return 5']])))()).toBe(5)
    await expect(compile(bare, new Map())).rejects.toThrow('code known is not known here: no text')
    await expect(compile(bare)).rejects.toMatchObject({ code: 'PAYLOAD_MALFORMED' })
  })

  it('sees global variables only', async () => {
    const factory = await compile(unit('return typeof unit + typeof realm + typeof Math'))
    expect(factory()).toBe('undefinedundefinedobject')
  })

  it('survives a comment at the end of the text', async () => {
    expect((await compile(unit('return 1 // the end')))()).toBe(1)
  })

  it('tells a text that does not parse, and does not remember it', async () => {
    const size = realm().units.size
    await expect(compile(unit('return ((('))).rejects.toMatchObject({
      code: 'CODE_FAILED',
      cause: expect.any(SyntaxError) as Error,
    })
    expect(realm().units.size).toBe(size)
  })

  it('forgets the oldest texts beyond five thousand', async () => {
    const { units } = realm()
    units.clear()
    const first = unit('return "first"')
    const factory = await compile(first)
    for (let at = 1; at < 5_000; at++) units.set(`filler ${at}`, factory)
    expect(await compile(first)).toBe(factory)
    await compile(unit('return "one more"'))
    expect(units.size).toBe(5_000)
    expect(units.has('return "first"')).toBe(false)
    units.clear()
  })
})

describe('where the security policy forbids eval', () => {
  const forbid = (): void => {
    vi.stubGlobal('eval', () => {
      throw new EvalError('unsafe-eval is not an allowed source')
    })
  }

  it('the text is imported as a module', async () => {
    forbid()
    const made: string[] = []
    vi.spyOn(URL, 'revokeObjectURL')
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      made.push((blob as Blob).type)
      return 'data:text/javascript,export default function () { return "from a module" }'
    })
    const factory = await compile(unit('return "not evaluated"'))
    expect(factory()).toBe('from a module')
    expect(made).toEqual(['text/javascript'])
    expect(URL.revokeObjectURL).toHaveBeenCalledOnce()
  })

  it('and modules too, both reasons are told', async () => {
    forbid()
    vi.spyOn(URL, 'revokeObjectURL')
    vi.spyOn(URL, 'createObjectURL').mockReturnValue('data:text/javascript,throw new Error("no blob either")')
    await expect(compile(unit())).rejects.toMatchObject({
      code: 'CODE_BLOCKED',
      message: expect.stringMatching(/unsafe-eval is not an allowed source.*no blob either/) as string,
    })
    expect(URL.revokeObjectURL).toHaveBeenCalledOnce()
  })

  it('Trusted Types are honoured', async () => {
    const trusted: string[] = []
    const rules = { createScript: (text: string) => (trusted.push(text), text) }
    const createPolicy = vi.fn<() => typeof rules>(() => rules)
    vi.stubGlobal('trustedTypes', { createPolicy })
    expect((await compile(unit('return "trusted"')))()).toBe('trusted')
    expect(createPolicy).toHaveBeenCalledOnce()
    expect(trusted).toEqual([expect.stringContaining('return "trusted"')])
  })
})

describe('units of modules', () => {
  const of = (url: string, name = 's0') => ({
    hash: `${url}#${name}`,
    module: { url, export: name },
    names: [],
  })
  const url = 'data:text/javascript,export const s0 = () => 1; export const no = 2'

  it('are the exports of the module', async () => {
    expect((await compile(of(url)))()).toBe(1)
  })

  it('are refused if the module has no such function', async () => {
    for (const name of ['no', 'missing', 'toString']) {
      await expect(compile(of(url, name))).rejects.toMatchObject({
        code: 'CODE_FAILED',
        message: expect.stringContaining(`it has no export '${name}'`) as string,
      })
    }
  })

  it('tell why the module does not load', async () => {
    const broken = 'data:text/javascript,throw new Error("broken on load")'
    await expect(compile(of(broken))).rejects.toMatchObject({
      code: 'MODULE_FAILED',
      message: expect.stringContaining('broken on load') as string,
    })
  })

  it('tell of a URL that is none', async () => {
    for (const url of ['', './closures.js', 'https://'])
      await expect(compile(of(url))).rejects.toMatchObject({
        code: 'CODE_FAILED',
        message: expect.stringContaining(`Cannot rebuild '${url}' as its code threw: TypeError`) as string,
      })
  })

  it('come from the origin of this script alone', async () => {
    vi.stubGlobal('location', { origin: 'https://app.example' })
    for (const stranger of [
      'https://evil.example/a.js',
      'data:text/javascript,0',
      'http://app.example/a.js',
    ]) {
      await expect(compile(of(stranger))).rejects.toMatchObject({ code: 'CODE_NOT_ALLOWED' })
    }
  })

  it('have no factory where the scope around makes them', async () => {
    const child = { hash: 'parent/0', child: 0, names: [] }
    expect((await compileUnits([child], new Set([0]), undefined)).get(0)).toEqual({ unit: child })
  })
})
