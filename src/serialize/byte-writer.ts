// Bytes that grow: numbers and text at their end.
import { SMALL } from './byte-format.ts'

// Made on first use: importing has no side effect, and Node's globals are lazy.
let encoder: TextEncoder | undefined
const utf8 = (): TextEncoder => (encoder ??= new TextEncoder())

/** Characters that are worth a loop, and whose number is one byte; longer text is handed to the platform. */
const SHORT = 127

export class ByteWriter {
  #bytes = new Uint8Array(1024)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  /** A copy of what was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length)
  }

  #reserve(count: number): void {
    const needed = this.#length + count
    if (needed <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    larger.set(this.#bytes)
    this.#bytes = larger
    this.#view = new DataView(larger.buffer)
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#reserve(1)
    this.#bytes[this.#length++] = value
  }

  /** A count, length or number of something: unsigned, up to 2^53 - 1. */
  count(value: number): void {
    let rest = value
    while (rest >= SMALL) {
      this.byte((rest % SMALL) | SMALL)
      rest = Math.floor(rest / SMALL)
    }
    this.byte(rest)
  }

  float(value: number): void {
    this.#reserve(8)
    this.#view.setFloat64(this.#length, value, true)
    this.#length += 8
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length)
    this.#bytes.set(value, this.#length)
    this.#length += value.length
  }

  /** The length of well-formed text as UTF-8, and the text. */
  utf8(value: string): void {
    if (value.length > SHORT || !this.#ascii(value)) this.#encode(value)
  }

  /** Writes short text that is ASCII; returns false, having written nothing, if it is not. */
  #ascii(value: string): boolean {
    const { length } = value
    this.#reserve(length + 1)
    const bytes = this.#bytes
    let at = this.#length
    bytes[at++] = length
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i)
      if (unit >= 0x80) return false
      bytes[at++] = unit
    }
    this.#length = at
    return true
  }

  #encode(value: string): void {
    const encoded = utf8().encode(value)
    this.count(encoded.length)
    this.bytes(encoded)
  }

  /** The number of code units, and the text as it is. */
  utf16(value: string): void {
    this.count(value.length)
    this.#reserve(value.length * 2)
    for (let i = 0; i < value.length; i++) {
      this.#view.setUint16(this.#length, value.charCodeAt(i), true)
      this.#length += 2
    }
  }
}
