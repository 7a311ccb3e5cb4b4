// Private state is given to an object by the guards of its classes: payloads that lie about it are refused.
import { describe, expect, it } from 'vitest'
import { siteCarrier } from '../capture/site.ts'
import { BrineError } from '../errors/brine-error.ts'
import type { HeapNode } from '../payload/types.ts'
import { privates, privateStatics, registerClass, restoring, sites } from '../realm/sites.ts'
import { moduleText } from '../serialize/module-text.ts'
import { snapshot } from '../serialize/snapshot.ts'
import { writePayload } from '../serialize/write.ts'
import { readPayload } from './read.ts'

const table = sites(
  ['data:text/javascript,export const s0 = 0'],
  [0, 1, 2, 3].map(() => ({ at: 's0', name: '', length: 0, names: [], privateState: ['#n'] })),
  [],
)
const log: string[] = []
const note = <T>(value: T): T => {
  log.push(String(value))
  return value
}
const guard = restoring()

/** As the plugin writes it. */
class Base {
  static {
    privates(
      this as never,
      2,
      1,
      (o) => (#n in o ? [o.#n] : null),
      (o, v) => {
        ;(o as Base).#n = v[0]
      },
    )
  }
  #n: unknown = guard.on ? void 0 : note('n')
  open: unknown = guard.on ? void 0 : note('open')
  constructor({ n }: { n: unknown } = note({ n: 0 })) {
    if (guard.on) return
    note('base')
    this.#n = n
  }
  get n(): unknown {
    return this.#n
  }
}
class Derived extends Base {
  static {
    privates(
      this as never,
      1,
      0,
      (o) => (#m in o ? [o.#m] : null),
      (o, v) => {
        ;(o as Derived).#m = v[0]
      },
    )
    privateStatics(
      this as never,
      () => [this.#count],
      (v) => {
        this.#count = v[0]
      },
    )
  }
  static #count: unknown = 5
  #m: unknown = guard.on ? void 0 : note('m')
  constructor() {
    if (guard.on) {
      super()
      return
    }
    super({ n: 1 })
    note('derived')
  }
  get m(): unknown {
    return this.#m
  }
  static get count(): unknown {
    return this.#count
  }
}
class Tagged extends Map<unknown, unknown> {
  static {
    privates(
      this as never,
      1,
      0,
      (o) => (#t in o ? [o.#t] : null),
      (o, v) => {
        ;(o as Tagged).#t = v[0]
      },
    )
  }
  #t: unknown = 1
  get t(): unknown {
    return this.#t
  }
}
class Plain {}
for (const [at, each] of [Base, Derived, Tagged, Plain].entries()) registerClass(each as never, table[at]!, 0)

const write = (value: unknown) =>
  snapshot(writePayload(value, { carriers: [siteCarrier], action: 'serialize' })).data
const copy = async <T>(value: T): Promise<T> =>
  (await readPayload(write(value), { code: 'allow' })).value as T

describe('an instance', () => {
  it('is made again without its code', async () => {
    const made = new Derived()
    made.open = made
    log.length = 0
    const back = await copy(made)
    expect([back.n, back.m, back.open === back, back instanceof Derived]).toEqual([1, 'm', true, true])
    expect(Object.getPrototypeOf(Derived)).toBe(Base)
    expect([log, guard.on]).toEqual([[], false])
    expect(new Derived().m).toBe('m')
  })

  it('has the properties of the snapshot, in their order', async () => {
    const made = Object.assign(new Base({ n: 2 }), { more: 1 }) as Partial<Base> & { more: number }
    delete made.open
    expect(Object.keys(await copy(made))).toEqual(['more'])
    expect(Object.keys(await copy(Object.assign(made, { open: 1 })))).toEqual(['more', 'open'])
  })

  it('that holds itself, as key, value and state, closes', async () => {
    const made = new Tagged()
    made.set(made, [made])
    const back = await copy(made)
    expect([back.t, back.get(back)]).toEqual([1, [back]])
  })

  it('of a frozen class below another is refused, as is one of a class without accessors', () => {
    class Late extends Base {
      static {
        privates(
          this as never,
          1,
          0,
          (o) => (#x in o ? [] : null),
          () => {},
        )
      }
      #x = 1
      x = () => this.#x
    }
    registerClass(Late as never, table[0]!, 0)
    const made = new Late()
    made.x = () => 0
    Object.freeze(Late)
    expect(() => write(made)).toThrow(/is an instance of 'Late' with the private state #n/)
  })

  it('that is still being constructed is refused', () => {
    let found: unknown
    class Early {
      static {
        privates(
          this as never,
          0,
          0,
          (o) => (#a in o ? [o.#a, o.#b] : null),
          () => {},
        )
      }
      #a = 1
      #b = (() => {
        try {
          write(this)
        } catch (error) {
          found = error
        }
        return this.#a
      })()
    }
    registerClass(Early as never, table[0]!, 0)
    void new Early()
    expect(found).toMatchObject({ code: 'VALUE_THREW' })
  })
})

describe('a forged payload', () => {
  type Data = ReturnType<typeof write>
  type Forge = (nodes: HeapNode[], indexOf: (of: object) => number) => void
  const forge = (value: object, change: Forge): Data => {
    // The classes come along, each in a node of its own.
    const all = [value, Base, Derived, Tagged, Plain]
    const data = structuredClone(write(all)) as Data & { heap: HeapNode[] }
    const [root] = data.root as readonly [number]
    const items = (data.heap[root] as unknown as { items: [number][] }).items
    change(data.heap, (of) => items[all.indexOf(of)]![0])
    return data
  }
  const refusal = async (data: unknown): Promise<string> => {
    log.length = 0
    try {
      await readPayload(data, { code: 'allow' })
    } catch (error) {
      expect([log, guard.on, Object.getPrototypeOf(Derived)]).toEqual([[], false, Base])
      if (error instanceof BrineError) return error.message.slice(0, -error.hint.length - 2)
      throw error
    }
    return 'accepted'
  }
  const states = (change: (indexOf: (of: object) => number) => unknown, value: object = new Base({ n: 1 })) =>
    refusal(
      forge(value, (nodes, indexOf) => {
        Object.assign(nodes[indexOf(value)]!, { privates: change(indexOf) })
      }),
    )

  it.each<[string, (indexOf: (of: object) => number) => unknown, RegExp]>([
    ['of no list', () => 1, /^Cannot read the payload as heap\[\d+\]\.privates .* an array/],
    ['of no class', () => [[]], /a class and values/],
    ['of a value for a class', () => [['Base']], /a reference to a class: .*"Base"/],
    ['of an object for a class', () => [[[0]]], /a reference to a class/],
    [
      'of a class without private state',
      (at) => [[[at(Plain)]]],
      /an instance of a class with readable private state/,
    ],
    ['of too few fields', (at) => [[[at(Base)]]], /of 1 private fields: .*of 0/],
    ['of too many', (at) => [[[at(Base)], 1, 2]], /of 1 private fields: .*of 2/],
    [
      'of a class twice',
      (at) => [
        [[at(Base)], 1],
        [[at(Base)], 1],
      ],
      /made by one class/,
    ],
    [
      'of a derived class twice',
      (at) => [
        [[at(Derived)], 1],
        [[at(Derived)], 1],
      ],
      /possible to rebuild/,
    ],
    [
      'in another order',
      (at) => [
        [[at(Derived)], 1],
        [[at(Base)], 1],
      ],
      /made by one class/,
    ],
    ['of a value that is not there', (at) => [[[at(Base)], [999]]], /a reference to one of/],
  ])('%s', async (_, change, expected) => {
    expect(await states(change)).toMatch(expected)
  })

  it('of a class at the root for a map', async () => {
    expect(await states((at) => [[[at(Base)], 1]], new Tagged())).toMatch(/made by one class/)
  })

  it('of another class gives the object what only that class can use', async () => {
    const data = forge(new Tagged(), (nodes) => {
      const node = nodes.find(({ kind }) => kind === 'map')!
      Reflect.deleteProperty(node, 'privates')
    })
    const [bare] = (await readPayload(data, { code: 'allow' })).value as [Tagged]
    expect(() => bare.t).toThrow(TypeError)
  })

  it('of statics', async () => {
    const forged = (of: object, statics: unknown): Promise<string> =>
      refusal(
        forge({}, (nodes, indexOf) => {
          Object.assign(nodes[indexOf(of)]!, { statics, id: 'forged' })
        }),
      )
    expect(await forged(Derived, 1)).toMatch(/an array/)
  })

  it('without leave to run code', async () => {
    await expect(readPayload(write(new Base({ n: 1 })))).rejects.toMatchObject({ code: 'CODE_NOT_ALLOWED' })
  })

  it('as the text of a module', () => {
    expect(() => moduleText(write(new Base({ n: 1 })))).toThrow(/private state|code without its text/)
  })
})
