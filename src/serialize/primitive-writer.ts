// Primitives at the end of growing bytes.
import { LONGEST_KNOWN_TEXT, SMALL, Tag } from './byte-format.ts'
import { ByteWriter } from './byte-writer.ts'

export class PrimitiveWriter extends ByteWriter {
  /** The numbers of short texts written before. */
  readonly #texts = new Map<string, number>()

  number(value: number): void {
    const small = value | 0
    if (small === value && (value !== 0 || Object.is(value, 0))) {
      if (small >= 0 && small < SMALL) return this.byte(small | SMALL)
      this.byte(Tag.integer)
      return this.count(((small << 1) ^ (small >> 31)) >>> 0)
    }
    // Engines may hold any of many bit patterns for NaN.
    if (Number.isNaN(value)) return this.byte(Tag.nan)
    this.byte(Tag.float)
    this.float(value)
  }

  bigint(value: bigint): void {
    const hex = (value < 0n ? -value : value).toString(16)
    const digits = hex.length % 2 === 0 ? hex : `0${hex}`
    this.byte(Tag.bigint)
    this.byte(value < 0n ? 1 : 0)
    this.count(digits.length / 2)
    for (let i = 0; i < digits.length; i += 2) this.byte(Number.parseInt(digits.slice(i, i + 2), 16))
  }

  text(value: string): void {
    if (value.length <= LONGEST_KNOWN_TEXT) {
      const known = this.#texts.get(value)
      if (known !== undefined) {
        this.byte(Tag.knownText)
        return this.count(known)
      }
      this.#texts.set(value, this.#texts.size)
    }
    if (value.isWellFormed()) {
      this.byte(Tag.text)
      return this.utf8(value)
    }
    this.byte(Tag.rawText)
    this.utf16(value)
  }
}
