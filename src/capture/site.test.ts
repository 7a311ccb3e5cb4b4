// The module carrier: functions that know their place travel with their variables, shared ones together.
import { describe, expect, it, vi } from 'vitest'
import { register, sites, token } from '../realm/sites.ts'
import { readPayload } from '../rehydrate/read.ts'
import { snapshot } from '../serialize/snapshot.ts'
import { writePayload } from '../serialize/write.ts'
import { siteCarrier } from './site.ts'

const module = `export const t0 = () => {
  var n
  return { make: [], read: () => [n], write: (v) => { n = v[0] }, scopes: [
    () => ({ make: [function () { return () => ++n }], read: () => [], write() {} }),
    () => { var by; return { make: [function () { return () => n * by }], read: () => [by], write: (v) => { by = v[0] } } },
  ] }
}`
const table = sites(
  [`data:text/javascript,${encodeURIComponent(module)}`],
  [
    { at: 0, name: '', length: 0, names: [] },
    { at: 1, name: '', length: 0, names: ['by'] },
  ],
  [{ at: 't0', names: ['n'] }],
)

/** What the plugin writes for `let n = 1; const up = () => ++n; const times = () => n * by`. */
function make(by: number) {
  let n = 1
  const scope = token(table, 0, 0, () => [n])
  return {
    up: register(() => ++n, table[0]!, 0, scope),
    times: register(
      () => n * by,
      table[1]!,
      () => [by],
      scope,
    ),
  }
}

const write = (value: unknown) =>
  snapshot(writePayload(value, { carriers: [siteCarrier], action: 'offload', subject: "'job'" })).data
const copy = async <T>(value: T): Promise<T> =>
  (await readPayload(write(value), { code: 'allow' })).value as T

describe('functions of one scope', () => {
  it('share its variables in one payload', async () => {
    const { up, times } = await copy(make(10))
    expect([up(), times(), up(), times()]).toEqual([2, 20, 3, 30])
  })

  it('are snapshots across two payloads, and the original is on its own', async () => {
    const original = make(10)
    original.up()
    const [first, second] = [await copy(original), await copy(original)]
    expect([first.up(), first.up(), second.times(), original.times()]).toEqual([3, 4, 20, 20])
  })

  it('are told from those of another instance of it', async () => {
    const [one, two] = await copy([make(10), make(100)] as const)
    expect([one.up(), one.times(), two.times()]).toEqual([2, 20, 100])
  })

  it('have its variables read once', () => {
    const read = vi.fn<() => unknown[]>(() => [1])
    const scope = token(table, 0, 0, read)
    const one = register(() => 1, table[0]!, 0, scope)
    const other = register(() => 2, table[0]!, 0, scope)
    write([one, other])
    expect(read).toHaveBeenCalledTimes(1)
  })

  it('have one scope node, whichever functions come along', () => {
    const { heap, code } = write(make(10))
    expect(heap.filter(({ kind }) => kind === 'scope')).toHaveLength(3)
    expect(code.filter(({ module }) => module)).toHaveLength(1)
    expect(write(make(10).up).heap.filter(({ kind }) => kind === 'scope')).toHaveLength(2)
  })
})

describe('a variable in its dead zone', () => {
  it('is named', () => {
    const early = register(
      () => rate,
      table[1]!,
      () => [rate],
    )
    expect(() => write(early)).toThrow(expect.objectContaining({ code: 'CAPTURE_DEAD_ZONE' }) as Error)
    expect(() => write({ early })).toThrow(/'?rate'?/)
    const rate = 1
    expect(rate).toBe(1)
  })

  it('is named where scopes share it', () => {
    const scope = token(table, 0, 0, () => [later])
    const early = register(() => 0, table[0]!, 0, scope)
    expect(() => write({ early })).toThrow(
      expect.objectContaining({
        code: 'CAPTURE_DEAD_ZONE',
        path: '.early',
        message: expect.stringContaining("'later'") as string,
      }) as Error,
    )
    const later = 1
    expect(later).toBe(1)
  })
})

it('a function without a registration is for the next carrier', () => {
  expect(siteCarrier(() => {}, {} as never)).toBeUndefined()
})
