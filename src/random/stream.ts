// Streams of random numbers: a key, a counter, and what is made of the words that Philox gives for them.
//
// `stream` is a constructor that is called, and no class behind a function: so a stream leads by its prototype to the very
// function that was imported, and travels as that does, by reference under the Vite plugin. And it travels by its text,
// as no function here uses anything but its receiver, its own name and globals. That is also why errors are RangeErrors.
import { normalQuantile } from './normal-quantile.ts'
import { block } from './philox.ts'

/** A seed: a non-negative safe integer, a bigint below 2^64, or any text. */
export type Seed = number | bigint | string

/** Where a stream stands, as plain data: for structured clone, JSON and files. */
export interface StreamState {
  /** The generator that it is a state of. */
  readonly kind: 'philox4x32-10'
  /** The seed as two 32-bit words, least significant first. */
  readonly key: readonly number[]
  /** Four 32-bit words, least significant first: the number of the next block in two, the index of the stream in two. */
  readonly counter: readonly number[]
  /** How many of the four draws of that block are used: 0 to 3. */
  readonly used: number
}

/** Arrays that a stream can fill. */
export type Fillable =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array

/**
 * A stream of random numbers. All that it gives is made of draws of 32 bits, of which it has 2^66; behind the last comes
 * the first again.
 */
export interface Stream {
  /** The next 32 random bits as an integer from 0 to 2^32 - 1. One draw. */
  next(): number
  /** A number in [0, 1), a multiple of 2^-53. Two draws. */
  float(): number
  /**
   * An integer from 0 to `n` - 1, all equally probable (Lemire, "Fast random integer generation in an interval", 2019).
   * Mostly one draw, or two where `n` is above 2^32; more where one is rejected, with a probability below `n` / 2^32, and
   * below 1/2.
   *
   * @param n From 1 to 2^53.
   * @throws {RangeError} when `n` is no integer in that range.
   */
  int(n: number): number
  /**
   * A normally distributed number with mean 0 and variance 1: the quantile of a uniform number of 53 bits, the same bits in
   * every engine. Up to 8.3 in size. Two draws.
   */
  normal(): number
  /**
   * Fills an array: Float64Array with `float()`, Float32Array with the upper 24 bits of `next()` as a number in [0, 1),
   * 64-bit integers with two draws, the upper half first, and other integers with the lower bits of `next()`.
   *
   * @returns The array.
   * @throws {TypeError} when it is none of these arrays.
   */
  fill<A extends Fillable>(array: A): A
  /**
   * Goes `draws` draws forward without making them, in a time that does not depend on how many they are.
   *
   * @param draws A non-negative safe integer or a bigint below 2^66. Default: 2^32.
   * @returns The stream.
   * @throws {RangeError} when it is no such number.
   */
  jump(draws?: number | bigint): Stream
  /** Where the stream stands, as plain data; `stream.restore` goes on from there. */
  readonly state: StreamState
}

/** Makes streams; see `stream`. */
export interface StreamConstructor {
  (seed: Seed, index?: number | bigint): Stream
  /** What streams inherit from: `instanceof stream` tells them. */
  readonly prototype: Stream
  /**
   * A new stream that goes on where another stood.
   *
   * @throws {RangeError} when a part of the state is not what it must be.
   */
  restore(state: StreamState): Stream
}

/** A stream as its own methods see it. */
interface Self extends Stream {
  /** Of the key, the counter of the current block, and its output, which is valid if `used` is not 0. */
  readonly words: Int32Array
  used: number
  block(words: Int32Array): void
  advance(): void
  quantile(tail: number): number
}

function makeStream(): StreamConstructor {
  function stream(this: unknown, seed: Seed, index: number | bigint = 0): Stream {
    const self = Object.create(stream.prototype) as { -readonly [Key in keyof Self]: Self[Key] }
    const words = new Int32Array(10)
    self.words = words
    self.used = 0
    const enter = (value: unknown, name: string, at: number): void => {
      const isWhole = Number.isSafeInteger(value) || typeof value === 'bigint'
      if (!isWhole || (value as number) < 0 || (value as number) >= 2 ** 64) {
        const found = typeof value === 'bigint' ? `${value}n` : String(value)
        throw new RangeError(
          `Cannot make a stream as ${name} is not a non-negative safe integer or bigint below 2^64: ${found}`,
        )
      }
      const bits = BigInt(value as number)
      words[at] = Number(bits & 0xffffffffn)
      words[at + 1] = Number(bits >> 32n)
    }
    if (typeof seed === 'string') {
      // From one code unit to the next, the first half of a block is the key of the following one.
      for (let at = 0; at <= seed.length; at++) {
        words[2] = at < seed.length ? seed.charCodeAt(at) : seed.length
        words[3] = at < seed.length ? 1 : 2
        self.block(words)
        words[0] = words[6]!
        words[1] = words[7]!
      }
      words.fill(0, 2)
    } else enter(seed, 'the seed', 0)
    enter(index, 'the index', 4)
    return self
  }

  const methods = {
    block,
    quantile: normalQuantile,

    next(this: Self): number {
      const { words, used } = this
      if (used === 0) this.block(words)
      const drawn = words[6 + used]! >>> 0
      if (used === 3) this.advance()
      else this.used = used + 1
      return drawn
    },

    advance(this: Self): void {
      const { words } = this
      this.used = 0
      words[2] = words[2]! + 1
      if (words[2] === 0) words[3] = words[3]! + 1
    },

    float(this: Self): number {
      const high = this.next() >>> 5
      const low = this.next() >>> 6
      return (high * 67108864 + low) / 9007199254740992
    },

    int(this: Self, n: number): number {
      if (!Number.isInteger(n) || n < 1 || n > 2 ** 53)
        throw new RangeError(`Cannot draw an integer as n is not an integer from 1 to 2^53: ${String(n)}`)
      if (n > 2 ** 32) {
        const limit = 2 ** 53 - (2 ** 53 % n)
        for (;;) {
          const bits = (this.next() >>> 11) * 2 ** 32 + this.next()
          if (bits < limit) return bits % n
        }
      }
      for (;;) {
        // The 64-bit product of a draw and n: the upper half is the result, the lower tells which draws are too many.
        const drawn = this.next()
        const lower = Math.imul(drawn, n) >>> 0
        if (lower < n && lower < 2 ** 32 % n) continue
        const carry = Math.floor(((drawn & 0xffff) * n) / 65536)
        return Math.floor(((drawn >>> 16) * n + carry) / 65536)
      }
    },

    normal(this: Self): number {
      // The middle of one of 2^53 equal parts of (0, 1), seen from the nearer end, so that both tails are as fine.
      const high = this.next() >>> 5
      const low = this.next() >>> 6
      const part = high * 67108864 + low
      if (part < 4503599627370496) return -this.quantile((part + 0.5) / 9007199254740992)
      return this.quantile((9007199254740991 - part + 0.5) / 9007199254740992)
    },

    fill<A extends Fillable>(this: Self, array: A): A {
      const isView = ArrayBuffer.isView(array)
      const kind = isView ? Object.prototype.toString.call(array).slice(8, -1) : typeof array
      const length = isView ? array.length : 0
      if (kind === 'Float64Array') for (let at = 0; at < length; at++) array[at] = this.float()
      else if (kind === 'Float32Array')
        for (let at = 0; at < length; at++) array[at] = (this.next() >>> 8) / 16777216
      else if (kind.startsWith('Big'))
        for (let at = 0; at < length; at++) array[at] = (BigInt(this.next()) << 32n) | BigInt(this.next())
      else if (/^U?int(?:8|16|32|8Clamped)Array$/i.test(kind)) {
        // A clamped array would make 255 of nearly all draws; the others take the lower bits by themselves.
        const mask = kind === 'Uint8ClampedArray' ? 0xff : -1
        for (let at = 0; at < length; at++) array[at] = this.next() & mask
      } else throw new TypeError(`Cannot fill an array as it is not typed, of floats or integers: ${kind}`)
      return array
    },

    jump(this: Self, draws: number | bigint = 4294967296): Stream {
      const isWhole = Number.isSafeInteger(draws) || typeof draws === 'bigint'
      if (!isWhole || draws < 0 || draws >= 2 ** 66)
        throw new RangeError(
          `Cannot jump as draws is not a non-negative safe integer or bigint below 2^66: ${String(draws)}`,
        )
      const { words } = this
      const blocks = (BigInt(words[3]! >>> 0) << 32n) | BigInt(words[2]! >>> 0)
      const target = blocks * 4n + BigInt(this.used) + BigInt(draws)
      words[2] = Number((target >> 2n) & 0xffffffffn)
      words[3] = Number((target >> 34n) & 0xffffffffn)
      this.used = Number(target & 3n)
      if (this.used > 0) this.block(words)
      return this
    },

    get state(): StreamState {
      const { words, used } = this as unknown as Self
      const [key0, key1, ...counter] = Array.from(words.subarray(0, 6), (word) => word >>> 0)
      return { kind: 'philox4x32-10', key: [key0!, key1!], counter, used }
    },
  }

  function restore(this: StreamConstructor, state: StreamState): Stream {
    const check = (valid: boolean, part: string, expected: string, found: unknown): void => {
      if (!valid)
        throw new RangeError(`Cannot restore a stream as ${part} is not ${expected}: ${String(found)}`)
    }
    check(typeof state === 'object' && state !== null, 'the state', 'an object', state)
    const { kind, key, counter, used } = state
    check(kind === 'philox4x32-10', 'state.kind', "'philox4x32-10'", kind)
    const areWords = (words: readonly number[], count: number): boolean =>
      Array.isArray(words) && words.length === count && Array.from(words).every((word) => word === word >>> 0)
    check(areWords(key, 2), 'state.key', 'an array of two 32-bit words', key)
    check(areWords(counter, 4), 'state.counter', 'an array of four 32-bit words', counter)
    check(used === (used & 3), 'state.used', 'an integer from 0 to 3', used)
    const self = this(0) as Self
    self.words.set([...key, ...counter])
    self.used = used
    if (used > 0) self.block(self.words)
    return self
  }

  return Object.assign(stream, {
    prototype: Object.defineProperty(methods, 'constructor', { value: stream, enumerable: false }),
    restore,
  })
}

/**
 * A stream of random numbers, by seed and index: the generator Philox4x32-10. What it gives depends on these two alone,
 * not on which worker makes it, nor on what other streams have given; so give each item of a simulation the stream of its
 * index.
 *
 * The seed is the key and the index a part of the counter of a bijection, so the streams of one seed share no block: there
 * are 2^64 of them (2^53 with an index that is a number), each of 2^66 draws of 32 bits. Streams of different seeds are
 * unrelated. A text as a seed is hashed to 64 bits by Philox itself. None of this is for secrets.
 *
 * Streams travel to workers and back, as what they are: the copy goes on where the original stood. `state` and
 * `stream.restore` are for checkpoints.
 *
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 *
 * @param seed A non-negative safe integer, a bigint below 2^64, or any text.
 * @param index Which stream of that seed: a non-negative safe integer or a bigint below 2^64. Default: 0.
 * @returns The stream at its start.
 * @throws {RangeError} when the seed or the index is none of these.
 *
 * @example
 * ```ts
 * const dice = stream('backgammon')
 * const roll = [dice.int(6) + 1, dice.int(6) + 1] // [3, 5]
 * const saved = JSON.stringify(dice.state)
 * const following = dice.float()
 * stream.restore(JSON.parse(saved)).float() === following // true
 *
 * // The same numbers, wherever they are made.
 * const mean = (index: number) => stream(7, index).fill(new Float64Array(100)).reduce((sum, x) => sum + x / 100, 0)
 * const there = await pool.with({ using: { stream } }).offload(mean, 3)
 * there === mean(3) // true
 * ```
 */
export const stream: StreamConstructor = /* @__PURE__ */ makeStream()
