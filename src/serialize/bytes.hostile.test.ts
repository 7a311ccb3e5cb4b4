// Bytes that nobody wrote: each is refused with its own words, in bounded time and memory.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BrineError } from '../errors/brine-error.ts'
import type { Limits } from '../payload/limits.ts'
import type { PayloadData } from '../payload/types.ts'
import { Tag } from './byte-format.ts'
import { fromBytes, toBytes } from './bytes.ts'

const HEADER = [...new TextEncoder().encode('brine'), 1]
const small = (value: number): number => value | 128
const text = (value: string): number[] => [Tag.text, value.length, ...new TextEncoder().encode(value)]
/** 2^49 - 1: the largest number that seven bytes hold. */
const HUGE = [255, 255, 255, 255, 255, 255, 127]

/** The first sentence of the error that bytes are refused with. */
function refusal(bytes: Uint8Array, limits?: Partial<Limits>): string {
  try {
    fromBytes(bytes, limits && { limits })
  } catch (error) {
    if (error instanceof BrineError) return error.message.slice(0, -error.hint.length - 2)
    throw error
  }
  return 'accepted'
}

describe('hostile bytes', () => {
  const table: [name: string, body: number[], message: string, limits?: Partial<Limits>][] = [
    ['nothing', [], 'as byte 6 is not there: the bytes end before it'],
    ['an unknown tag', [99], 'as byte 6 is not the start of a value: the tag 99'],
    ['two values', [Tag.null, Tag.null], 'as byte 7 is not the end: 1 more bytes'],
    ['half a float', [Tag.float, 1, 2, 3], 'as byte 7 is not the start of 8 bytes: the bytes end after 3'],
    [
      'an integer of 35 bits',
      [Tag.integer, 255, 255, 255, 255, 127],
      'as byte 11 is not the end of an integer of 32 bits: that of a larger one',
    ],
    [
      'a count without an end',
      [Tag.array, ...Array<number>(20).fill(255)],
      'as byte 7 is not a count: a larger number',
    ],
    [
      'a count beyond exact integers',
      [Tag.array, 255, 255, 255, 255, 255, 255, 255, 127],
      'as byte 7 is not a count: a larger number',
    ],
    [
      'an array of a forged length',
      [Tag.array, ...HUGE],
      'as byte 7 is not a number of elements that 0 bytes can hold: 562949953421311',
    ],
    [
      'an array longer than the bytes',
      [Tag.array, 3, small(1), small(2)],
      'as byte 7 is not a number of elements that 2 bytes can hold: 3',
    ],
    [
      'a map of a forged size',
      [Tag.map, ...HUGE],
      'as byte 7 is not a number of entries that 0 bytes can hold: 562949953421311',
    ],
    [
      'a set of a forged size',
      [Tag.set, 5, Tag.null],
      'as byte 7 is not a number of values that 1 bytes can hold: 5',
    ],
    [
      'a text of a forged length',
      [Tag.text, ...HUGE, 97],
      'as byte 7 is not a number of bytes of text that 1 bytes can hold: 562949953421311',
    ],
    [
      'a raw text of a forged length',
      [Tag.rawText, 2, 97, 0],
      'as byte 7 is not a number of code units that 2 bytes can hold: 2',
    ],
    ['text that is not UTF-8', [Tag.text, 2, 0xc3, 0x28], 'as byte 8 is not UTF-8: 2 other bytes'],
    ['a surrogate in UTF-8', [Tag.text, 3, 0xed, 0xa0, 0x80], 'as byte 8 is not UTF-8: 3 other bytes'],
    [
      'a bigint of a forged length',
      [Tag.bigint, 0, ...HUGE],
      'as byte 8 is not a number of bytes that 0 bytes can hold: 562949953421311',
    ],
    ['a text that is not known', [Tag.knownText, 0], 'as byte 7 is not the number of one of 0 texts: 0'],
    ['a reference to nothing', [Tag.reference, 0], 'as byte 7 is not the number of one of 0 objects: 0'],
    [
      'a reference to what comes later',
      [Tag.array, 2, Tag.reference, 1, Tag.array, 0],
      'as byte 9 is not the number of one of 1 objects: 1',
    ],
    [
      'a list of keys that is not known',
      [Tag.knownKeys, 7],
      'as byte 7 is not the number of one of 0 lists of keys: 7',
    ],
    [
      'a key that is a number',
      [Tag.object, 1, small(1), Tag.null],
      'as byte 8 is not the start of a text: the tag 129',
    ],
    [
      'an object of a forged size',
      [Tag.object, ...HUGE],
      'as byte 7 is not a number of keys that 0 bytes can hold: 562949953421311',
    ],
    [
      'values that are missing',
      [Tag.object, 2, ...text('a'), ...text('b')],
      'as byte 13 is not the start of 2 values: of 0 bytes',
    ],
    [
      'a record of a forged size',
      [Tag.record, ...HUGE],
      'as byte 7 is not a number of pairs that 0 bytes can hold: 562949953421311',
    ],
    [
      'an index beyond the length',
      [Tag.sparseArray, 2, 1, small(2), Tag.null],
      'as byte 9 is not an index below the length 2: 2',
    ],
    [
      'a negative index',
      [Tag.sparseArray, 2, 1, Tag.integer, 1, Tag.null],
      'as byte 9 is not an index below the length 2: -1',
    ],
    [
      'a length as a key',
      [Tag.sparseArray, 2, 1, ...text('length'), Tag.null],
      'as byte 9 is not a key that an array can take: another value',
    ],
    [
      'a length beyond the language',
      [Tag.sparseArray, ...HUGE, 0],
      'as it exceeds the limit of 4294967295 elements of an array: 562949953421311',
    ],
    [
      'a length beyond the limit',
      [Tag.sparseArray, 100, 0],
      'as it exceeds the limit of 99 elements of an array: 100',
      { length: 99 },
    ],
    [
      'a date of text',
      [Tag.date, ...text('2020')],
      'as byte 12 is not the end of a time: that of another value',
    ],
    [
      'a date of an object',
      [Tag.date, Tag.array, 0],
      'as byte 7 is not the end of a time: that of another value',
    ],
    [
      'a pattern that does not parse',
      [Tag.regexp, ...text('('), ...text('')],
      'as byte 7 is not a regular expression of this engine: one that it refuses',
    ],
    [
      'flags that do not exist',
      [Tag.regexp, ...text('a'), ...text('zz')],
      'as byte 7 is not a regular expression of this engine: one that it refuses',
    ],
    [
      'a class of errors by number',
      [Tag.error, 99, 0],
      'as byte 7 is not the number of a class of errors: another number',
    ],
    [
      'a stack that is a number',
      [Tag.error, 0, 2, small(5)],
      'as byte 9 is not the start of a text: the tag 133',
    ],
    [
      'a buffer of a forged length',
      [Tag.buffer, ...HUGE],
      'as byte 7 is not a number of bytes that 0 bytes can hold: 562949953421311',
    ],
    [
      'a growing buffer of a forged length',
      [Tag.resizableBuffer, 5, 9, 1],
      'as byte 7 is not a number of bytes that 1 bytes can hold: 5',
    ],
    [
      'a growing buffer that reserves all',
      [Tag.resizableBuffer, 0, ...HUGE],
      'as it exceeds the limit of 2147483647 bytes in growing buffers: 562949953421311',
    ],
    [
      'growing buffers that reserve much',
      [Tag.array, 2, Tag.resizableBuffer, 0, 60, Tag.resizableBuffer, 0, 60],
      'as it exceeds the limit of 100 bytes in growing buffers: 120',
      { bytes: 100 },
    ],
    [
      'a growing buffer beyond its end',
      [Tag.resizableBuffer, 2, 1, 1, 1],
      'as byte 7 is not the size of a buffer: 2 of at most 1 bytes',
    ],
    [
      'a view of an unknown class',
      [Tag.view, 99, 0, 0, Tag.buffer, 0],
      'as byte 7 is not the number of a class of views: 99',
    ],
    [
      'a view of an array',
      [Tag.view, 1, 0, 0, Tag.array, 0],
      'as byte 7 is not a view of a buffer: one of another value',
    ],
    [
      'a view of itself',
      [Tag.view, 1, 0, 0, Tag.reference, 0],
      'as byte 7 is not a view of a buffer: one of another value',
    ],
    [
      'a view of a view',
      [Tag.array, 2, Tag.view, 1, 0, 0, Tag.buffer, 0, Tag.view, 1, 0, 0, Tag.reference, 1],
      'as byte 15 is not a view of a buffer: one of another value',
    ],
    [
      'a view beyond its buffer',
      [Tag.view, 2, 1, 5, Tag.buffer, 2, 0, 0],
      'as byte 7 is not a view inside its 2 bytes: Uint8Array of 4 from 1',
    ],
    [
      'a view that is not aligned',
      [Tag.view, 7, 1, 0, Tag.buffer, 8, 0, 0, 0, 0, 0, 0, 0, 0],
      'as byte 7 is not a view inside its 8 bytes: Uint32Array of all from 1',
    ],
    [
      'a box of nothing',
      [Tag.boxed, Tag.null],
      'as byte 7 is not the end of what can be boxed: that of another value',
    ],
    [
      'a box of an object',
      [Tag.boxed, Tag.array, 0],
      'as byte 7 is not the end of what can be boxed: that of another value',
    ],
    [
      'too many objects',
      [Tag.array, 9, ...Array.from({ length: 9 }, () => [Tag.set, 0]).flat()],
      'as it exceeds the limit of 8 objects: 9',
      { nodes: 1 },
    ],
    ['too many bytes', [Tag.null], 'as it exceeds the limit of 6 bytes: 7', { bytes: 6 }],
  ]

  it.each(table)('%s', (_, body, message, limits) => {
    const bytes = Uint8Array.from([...HEADER, ...body])
    expect(refusal(bytes, limits)).toBe(`Cannot read the payload ${message}`)
  })

  it.each([
    [[], 'as byte 0 is not there: the bytes end before it'],
    [[1, 2, 3], 'as byte 0 is not the "b" of "brine": 1'],
    [HEADER.slice(0, 4), 'as byte 4 is not there: the bytes end before it'],
    [[...HEADER.slice(0, 5), 2, 0], 'as its format is not version 1: 2'],
  ])('a header of %j', (bytes, message) => {
    expect(refusal(Uint8Array.from(bytes))).toBe(`Cannot read the payload ${message}`)
  })

  it.each([undefined, null, 'brine', [1, 2], {}, new Blob([])])('%j instead of bytes', (value) => {
    expect(() => fromBytes(value as never)).toThrow(
      /^Cannot read bytes as bytes is not a Uint8Array or an ArrayBuffer: /,
    )
  })

  it.each([undefined, null, 5, new Uint8Array(1), {}])('%j instead of a payload', (value) => {
    expect(() => toBytes(value as never)).toThrow(
      /^Cannot write bytes as payload is not what serialize returned: /,
    )
  })
})

describe('bytes at random', { timeout: 60_000 }, () => {
  const valid = (): Uint8Array => {
    const buffer = new ArrayBuffer(16)
    const parts: Record<string, unknown> = { error: new TypeError('m', { cause: [1] }), big: -(2n ** 70n) }
    parts['map'] = new Map<unknown, unknown>([[parts, new Set([buffer, 'text'])]])
    parts['views'] = [new Uint16Array(buffer, 2, 3), new DataView(buffer), buffer]
    parts['rest'] = [/a/g, new Date(5), Object('s'), Object.assign([], { length: 9, x: '\uD800' }), 1.5, -7]
    return toBytes({
      data: [parts, { error: 1, big: 2 }, { error: 3, big: 4 }] as unknown as PayloadData,
      transfer: [],
    })
  }

  /** Whatever the bytes are, they are read, or refused in our words; what hangs runs into the time limit of the test. */
  const survives = (bytes: Uint8Array): void => void refusal(bytes)

  it('are read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) =>
        survives(Uint8Array.from([...HEADER, ...body])),
      ),
      { numRuns: 1500 },
    )
    // Tags alone reach deeper than bytes do.
    const tags = fc.array(fc.oneof(fc.nat(26), fc.nat(26), fc.integer({ min: 128, max: 140 })), {
      maxLength: 60,
    })
    fc.assert(
      fc.property(tags, (body) => survives(Uint8Array.from([...HEADER, ...body]))),
      { numRuns: 1500 },
    )
  })

  it('are read or refused where sound bytes are damaged', () => {
    const sound = valid()
    const damage = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(damage, fc.nat(sound.length), (changes, cut) => {
        const bytes = Uint8Array.from(sound)
        for (const [at, value] of changes) bytes[at] = value
        survives(bytes)
        survives(bytes.subarray(0, cut))
      }),
      { numRuns: 1500 },
    )
    for (let bit = 0; bit < sound.length * 8; bit++) {
      const bytes = Uint8Array.from(sound)
      bytes[bit >> 3]! ^= 1 << (bit & 7)
      survives(bytes)
    }
  })

  it('are refused wherever they are cut off', () => {
    const sound = valid()
    for (let cut = 0; cut < sound.length; cut++) {
      expect(refusal(sound.subarray(0, cut))).toMatch(/^Cannot read the payload as byte \d+ is not /)
    }
  })

  it('reserve no memory for forged lengths', () => {
    const before = process.memoryUsage()
    const kept: unknown[] = []
    for (let i = 0; i < 200; i++) {
      // 30 million elements, which an engine would reserve 240 MB for.
      kept.push(fromBytes(Uint8Array.from([...HEADER, Tag.sparseArray, 0x80, 0x87, 0xa7, 0x0e, 0])).data)
    }
    const after = process.memoryUsage()
    expect(kept).toHaveLength(200)
    expect((kept[0] as unknown[]).length).toBe(30_000_000)
    expect(after.rss - before.rss).toBeLessThan(200e6)
  })

  it('leave the prototypes clean', () => {
    const keys = [Tag.object, 2, ...text('__proto__'), ...text('constructor')]
    const inner = [Tag.object, 1, ...text('polluted'), Tag.true]
    const bytes = Uint8Array.from([...HEADER, ...keys, ...inner, Tag.null])
    const data = fromBytes(bytes).data as unknown as Record<string, unknown>
    expect(Object.keys(data)).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})
