import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digestOfNormals, NORMALS } from '../../e2e/fixtures/random/digest.ts'
import { stream } from './stream.ts'
import type { Fillable, Stream, StreamState } from './stream.ts'

const draws = (random: Stream, count: number): number[] => Array.from({ length: count }, () => random.next())

const start: StreamState = { kind: 'philox4x32-10', key: [0, 0], counter: [0, 0, 0, 0], used: 0 }
const LAST = 0xffffffff

describe('a stream', () => {
  it('gives the blocks of its key, one counter after the other, each from its first word', () => {
    expect(draws(stream(0), 4).map((word) => word.toString(16))).toEqual([
      '6627e8d5',
      'e169c58d',
      'bc57ac4c',
      '9b00dbd8',
    ])
    const pi = { ...start, key: [0xa4093822, 0x299f31d0] }
    const random = stream.restore({ ...pi, counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344] })
    const following = stream.restore({ ...pi, counter: [0x243f6a89, 0x85a308d3, 0x13198a2e, 0x03707344] })
    expect(draws(random, 4)).toEqual([0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1])
    expect(draws(random, 8)).toEqual(draws(following, 8))
  })

  it('has the seed as its key and the index in its counter', () => {
    expect(stream(5).state).toEqual({ ...start, key: [5, 0] })
    expect(stream(Number.MAX_SAFE_INTEGER, 2 ** 40 + 3).state).toEqual({
      ...start,
      key: [LAST, 0x1fffff],
      counter: [0, 0, 3, 256],
    })
    expect(stream(2n ** 64n - 1n, 2n ** 64n - 1n).state).toEqual({
      ...start,
      key: [LAST, LAST],
      counter: [0, 0, LAST, LAST],
    })
    expect(stream(7, 3).state).toEqual(stream(7n, 3n).state)
  })

  it('hashes a text to its key, the same one for ever', () => {
    const keys = ['', 'a', 'b', 'aa', 'ab', 'ba', 'a\0', '\ud83c\udfb2'].map((seed) => stream(seed, 9).state)
    expect(new Set(keys.map(({ key }) => key.join())).size).toBe(keys.length)
    expect(stream('backgammon').state.key).toMatchInlineSnapshot(`
      [
        2938874565,
        3371507695,
      ]
    `)
    expect(keys.map(({ counter }) => counter)).toEqual(keys.map(() => [0, 0, 9, 0]))
  })

  it.each([-1, 1.5, NaN, Infinity, 2 ** 53, -1n, 2n ** 64n, undefined, null, {}, true])(
    'refuses %s as seed or index',
    (value) => {
      const found = typeof value === 'bigint' ? `${value}n` : String(value)
      const message = (name: string) =>
        `Cannot make a stream as ${name} is not a non-negative safe integer or bigint below 2^64: ${found}`
      expect(() => stream(value as number)).toThrow(new RangeError(message('the seed')))
      if (value !== undefined)
        expect(() => stream(0, value as number)).toThrow(new RangeError(message('the index')))
    },
  )

  it('is told by instanceof', () => {
    expect(stream(1)).toBeInstanceOf(stream)
  })
})

describe('numbers of a stream', () => {
  it('are made of whole draws', () => {
    for (const offset of [0, 1, 2, 3]) {
      const [words, floats] = [stream(3).jump(offset), stream(3).jump(offset)]
      for (let n = 0; n < 8; n++) {
        const exact = (BigInt(words.next() >>> 5) << 26n) | BigInt(words.next() >>> 6)
        expect(floats.float()).toBe(Number(exact) / 2 ** 53)
      }
      expect(floats.state).toEqual(words.state)
    }
  })

  it('reach the ends of [0, 1) and no further', () => {
    const like = (word: number): Stream => {
      const random = stream(0)
      Object.defineProperty(random, 'next', { value: () => word })
      return random
    }
    expect(like(0).float()).toBe(0)
    expect(like(LAST).float()).toBe(1 - 2 ** -53)
    expect(like(LAST).fill(new Float32Array(1))[0]).toBe(1 - 2 ** -24)
    expect(like(LAST).normal()).toBe(8.292361075813595)
    expect(like(0).normal()).toBe(-8.292361075813595)
    expect(like(LAST).int(2 ** 32)).toBe(LAST)
    expect(like(LAST).int(2 ** 53)).toBe(2 ** 53 - 1)
    expect(like(LAST).int(1)).toBe(0)
  })

  it('below n are the upper half of an exact product, and those draws are left out that are too many', () => {
    const n = fc.oneof(
      fc.integer({ min: 1, max: LAST }),
      fc.constantFrom(1, 2, 3, 2 ** 31, 2 ** 32 - 1, 2 ** 32),
    )
    fc.assert(
      fc.property(n, fc.nat(), (n, seed) => {
        const [random, words] = [stream(seed), stream(seed)]
        for (let times = 0; times < 5; times++) {
          let product: bigint
          do product = BigInt(words.next()) * BigInt(n)
          while ((product & 0xffffffffn) < 2n ** 32n % BigInt(n))
          expect(random.int(n)).toBe(Number(product >> 32n))
        }
        expect(random.state).toEqual(words.state)
      }),
    )
  })

  it('below a large n are evenly spread', () => {
    // Three parts of 2^53: half of what is drawn beyond 2^52 would otherwise come twice.
    const n = 3 * 2 ** 51
    const counts = [0, 0, 0]
    const random = stream(12)
    for (let times = 0; times < 30_000; times++) counts[Math.floor(random.int(n) / 2 ** 51)]!++
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400)
  })

  it.each([0, -1, 1.5, NaN, Infinity, 2 ** 53 + 2, '6', 6n, undefined])('below %s are refused', (n) => {
    expect(() => stream(0).int(n as number)).toThrow(
      new RangeError(`Cannot draw an integer as n is not an integer from 1 to 2^53: ${String(n)}`),
    )
  })

  it('are normal with the same bits in every engine', () => {
    expect(digestOfNormals(stream(2026, 7))).toBe(NORMALS)
  })
})

describe('filling', () => {
  const bigPair = (random: Stream): bigint => (BigInt(random.next()) << 32n) | BigInt(random.next())
  const kinds: [new (length: number) => Fillable, (random: Stream) => number | bigint][] = [
    [Float64Array, (random) => random.float()],
    [Float32Array, (random) => (random.next() >>> 8) / 2 ** 24],
    [Int8Array, (random) => (random.next() << 24) >> 24],
    [Uint8Array, (random) => random.next() & 0xff],
    [Uint8ClampedArray, (random) => random.next() & 0xff],
    [Int16Array, (random) => (random.next() << 16) >> 16],
    [Uint16Array, (random) => random.next() & 0xffff],
    [Int32Array, (random) => random.next() | 0],
    [Uint32Array, (random) => random.next()],
    [BigInt64Array, (random) => BigInt.asIntN(64, bigPair(random))],
    [BigUint64Array, (random) => bigPair(random)],
  ]

  it.each(kinds)('a %o is what single calls give', (Kind, single) => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(7), fc.nat(40), (seed, skipped, length) => {
        const [random, other] = [stream(seed).jump(skipped), stream(seed).jump(skipped)]
        const array = new Kind(length)
        expect(random.fill(array)).toBe(array)
        expect(Array.from<number | bigint>(array as never)).toEqual(
          Array.from({ length }, () => single(other)),
        )
        expect(random.state).toEqual(other.state)
      }),
    )
  })

  it.each([
    ['object', [1, 2]],
    ['object', null],
    ['undefined', undefined],
    ['number', 3],
    ['DataView', new DataView(new ArrayBuffer(8))],
  ])('refuses %s', (kind, array) => {
    expect(() => stream(0).fill(array as never)).toThrow(
      new TypeError(`Cannot fill an array as it is not typed, of floats or integers: ${kind}`),
    )
  })
})

describe('jumping', () => {
  it('is as many draws', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(50), fc.nat(200), (seed, before, jumped) => {
        const [random, other] = [stream(seed, 1), stream(seed, 1)]
        draws(random, before)
        draws(other, before + jumped)
        expect(random.jump(jumped)).toBe(random)
        expect(random.state).toEqual(other.state)
        expect(draws(random, 9)).toEqual(draws(other, 9))
      }),
    )
  })

  it('adds up, and carries from word to word', () => {
    const draw = fc.bigInt({ min: 0n, max: 2n ** 66n - 1n })
    fc.assert(
      fc.property(draw, draw, (first, second) => {
        const [random, other] = [stream(1), stream(1)]
        random.jump(first).jump(second)
        other.jump((first + second) % 2n ** 66n)
        expect(random.state).toEqual(other.state)
        expect(random.next()).toBe(other.next())
      }),
    )
    expect(stream(1).jump().state).toEqual({ ...start, key: [1, 0], counter: [2 ** 30, 0, 0, 0] })
    expect(
      stream(1)
        .jump(2 ** 34 - 1)
        .next(),
    ).toBe(stream.restore({ ...start, key: [1, 0], counter: [LAST, 0, 0, 0], used: 3 }).next())
  })

  it('and drawing go over the ends of the counter alike', () => {
    for (const [jump, counter] of [
      [2n ** 34n, [0, 1, 6, 0]],
      [2n ** 66n - 1n, [0, 0, 6, 0]],
    ] as const) {
      const random = stream(1, 6).jump(jump - 1n)
      draws(random, jump % 4n === 0n ? 1 : 2)
      // The stream begins anew, and no other is touched.
      expect(random.state).toEqual({ ...start, key: [1, 0], counter })
    }
  })

  it.each([-1, 1.5, NaN, 2 ** 53, -1n, 2n ** 66n, '3', null])('%s draws is refused', (count) => {
    expect(() => stream(0).jump(count as number)).toThrow(
      new RangeError(
        `Cannot jump as draws is not a non-negative safe integer or bigint below 2^66: ${String(count)}`,
      ),
    )
  })
})

describe('a state', () => {
  it('is plain data, from which any stream goes on', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.nat(30), (seed, index, before) => {
        const random = stream(seed, index)
        draws(random, before)
        const { state } = random
        expect(JSON.parse(JSON.stringify(state))).toEqual(structuredClone(state))
        const copy = stream.restore(JSON.parse(JSON.stringify(state)) as StreamState)
        expect(copy).toBeInstanceOf(stream)
        expect(copy.state).toEqual(state)
        expect(draws(copy, 9)).toEqual(draws(random, 9))
      }),
    )
  })

  it('is a copy', () => {
    const random = stream(0)
    const { state } = random
    random.next()
    expect(state).toEqual(start)
    ;(state.counter as number[])[0] = 5
    expect(random.state.counter).toEqual([0, 0, 0, 0])
  })

  const hostile: [string, unknown][] = [
    ['the state is not an object: null', null],
    ['the state is not an object: philox', 'philox'],
    ["state.kind is not 'philox4x32-10': undefined", {}],
    ["state.kind is not 'philox4x32-10': philox2x32", { ...start, kind: 'philox2x32' }],
    ['state.key is not an array of two 32-bit words: undefined', { ...start, key: undefined }],
    ['state.key is not an array of two 32-bit words: 1', { ...start, key: [1] }],
    ['state.key is not an array of two 32-bit words: 1,2,3', { ...start, key: [1, 2, 3] }],
    [
      'state.key is not an array of two 32-bit words: 1,',
      { ...start, key: Object.assign([1], { length: 2 }) },
    ],
    ['state.key is not an array of two 32-bit words: 1,2', { ...start, key: ['1', 2] }],
    ['state.key is not an array of two 32-bit words: -1,2', { ...start, key: [-1, 2] }],
    [
      'state.counter is not an array of four 32-bit words: 0,0,0,4294967296',
      { ...start, counter: [0, 0, 0, 2 ** 32] },
    ],
    ['state.counter is not an array of four 32-bit words: 0,0,0,0.5', { ...start, counter: [0, 0, 0, 0.5] }],
    ['state.counter is not an array of four 32-bit words: NaN,0,0,0', { ...start, counter: [NaN, 0, 0, 0] }],
    ['state.used is not an integer from 0 to 3: 4', { ...start, used: 4 }],
    ['state.used is not an integer from 0 to 3: -1', { ...start, used: -1 }],
    ['state.used is not an integer from 0 to 3: 1.5', { ...start, used: 1.5 }],
    ['state.used is not an integer from 0 to 3: 1', { ...start, used: '1' }],
  ]
  it.each(hostile)('is refused where %s', (fault, state) => {
    expect(() => stream.restore(state as StreamState)).toThrow(
      new RangeError(`Cannot restore a stream as ${fault}`),
    )
  })
})
