// Primitives from bytes that may be hostile; the other half of `primitive-writer.ts`.
import { LONGEST_KNOWN_TEXT, SMALL, Tag } from './byte-format.ts'
import { ByteReader } from './byte-reader.ts'

/** What `primitive` gives for a tag that begins something else. */
export const NONE: unique symbol = Symbol('brine: no primitive')

export class PrimitiveReader extends ByteReader {
  /** Short texts, in the order in which they were first written. */
  readonly #texts: string[] = []

  /** The primitive that begins with `tag`, or `NONE`. */
  primitive(tag: number): unknown {
    if (tag >= SMALL) return tag - SMALL
    switch (tag) {
      case Tag.undefined:
        return undefined
      case Tag.null:
        return null
      case Tag.false:
        return false
      case Tag.true:
        return true
      case Tag.nan:
        return Number.NaN
      case Tag.float:
        return this.float()
      case Tag.integer:
        return this.#integer()
      case Tag.bigint:
        return this.#bigint()
      case Tag.text:
      case Tag.rawText:
      case Tag.knownText:
        return this.text(tag)
      default:
        return NONE
    }
  }

  /** The text that begins with `tag`. */
  text(tag: number = this.byte()): string {
    if (tag === Tag.knownText) {
      const number = this.count()
      const { length } = this.#texts
      return this.#texts[number] ?? this.fail(`the number of one of ${length} texts`, String(number))
    }
    if (tag !== Tag.text && tag !== Tag.rawText) return this.fail('the start of a text', `the tag ${tag}`)
    const text = tag === Tag.text ? this.utf8() : this.utf16()
    if (text.length <= LONGEST_KNOWN_TEXT) this.#texts.push(text)
    return text
  }

  #integer(): number {
    const zigzag = this.count()
    if (zigzag > 0xffff_ffff) this.fail('the end of an integer of 32 bits', 'that of a larger one')
    return (zigzag >>> 1) ^ -(zigzag & 1)
  }

  #bigint(): bigint {
    const negative = this.byte() === 1
    const start = this.offset
    const digits: string[] = ['0x0']
    for (const byte of this.bytes(this.countOf('bytes', 1))) digits.push(byte.toString(16).padStart(2, '0'))
    try {
      const value = BigInt(digits.join(''))
      return negative ? -value : value
    } catch (error) {
      return this.fail(
        'a bigint that this engine can hold',
        `one of ${digits.length - 1} bytes`,
        start,
        error,
      )
    }
  }
}
