// `serialize` on values that structured clone refuses though they look like plain data.
import { describe, expect, it } from 'vitest'
import { deserialize, serialize } from './serialize.ts'

const copyOf = async (value: unknown): Promise<unknown> => deserialize(serialize(value))

/** A proxy over data and all that it holds, as reactive frameworks make them. */
function reactive<T extends object>(value: T): T {
  const proxies = new WeakMap<object, object>()
  const wrap = (target: object): object => {
    const known = proxies.get(target)
    if (known) return known
    const made = new Proxy(target, {
      get(from, key, receiver) {
        const found: unknown = Reflect.get(from, key, receiver)
        return typeof found === 'object' && found !== null ? wrap(found) : found
      },
    })
    proxies.set(target, made)
    return made
  }
  return wrap(value) as T
}

describe('a proxy', () => {
  it('is read as what it shows', async () => {
    const state = reactive({ user: { name: 'Ada' }, list: [1, { n: 2 }], when: new Date(5) })
    expect(() => structuredClone(state)).toThrow()
    expect(await copyOf(state)).toEqual({ user: { name: 'Ada' }, list: [1, { n: 2 }], when: new Date(5) })
  })

  it('is found anywhere, and the rest keeps what it shares', async () => {
    const shared = { s: 1 }
    const copy = (await copyOf({
      map: new Map([['k', reactive({ deep: [1] })]]),
      a: shared,
      b: [shared],
    })) as {
      map: Map<string, unknown>
      a: object
      b: object[]
    }
    expect(copy.map.get('k')).toEqual({ deep: [1] })
    expect(copy.a).toBe(copy.b[0])
  })

  it('moves nothing before it is known that all can travel', async () => {
    const buffer = new ArrayBuffer(4)
    const payload = serialize({ state: reactive({ n: 1 }), buffer }, { transfer: [buffer] })
    expect(buffer.byteLength).toBe(0)
    expect(payload.transfer).toHaveLength(1)
    const copy = (await deserialize(payload)) as { buffer: ArrayBuffer; state: unknown }
    expect([copy.buffer.byteLength, copy.state]).toEqual([4, { n: 1 }])
  })
})

describe('an array', () => {
  it('that is long, with a function beside its elements', async () => {
    const list = Object.assign(
      Array.from({ length: 2_000 }, (_, at) => at),
      { last: (0, eval)('() => 1') as () => number },
    )
    const copy = (await deserialize(serialize(list), { code: 'allow' })) as typeof list
    expect([copy.length, copy[1_999], copy.last()]).toEqual([2_000, 1_999, 1])
  })

  it('of billions of holes is as quick as its elements', async () => {
    const sparse: unknown[] = []
    sparse[4_294_967_294] = 'last'
    const copy = (await copyOf([sparse])) as unknown[][]
    expect(Object.keys(copy[0]!)).toEqual(['4294967294'])
    expect(copy[0]!.length).toBe(4_294_967_295)
  })
})
