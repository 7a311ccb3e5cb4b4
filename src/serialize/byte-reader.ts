// Reads bytes that may be hostile: every length is held against what is left before anything is made of it.
import { BrineError } from '../errors/brine-error.ts'
import { SMALL } from './byte-format.ts'

// Made on first use: importing has no side effect, and Node's globals are lazy.
let decoder: TextDecoder | undefined
const utf8 = (): TextDecoder => (decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }))

/** Bytes that are worth a loop; longer text is handed to the platform. */
const SHORT = 24

export class ByteReader {
  readonly #bytes: Uint8Array<ArrayBuffer>
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Bytes not read yet. */
  get left(): number {
    return this.#bytes.length - this.#at
  }

  get offset(): number {
    return this.#at
  }

  /** Refuses what stands at `offset`; by default what was read last. */
  fail(expected: string, found: string, offset: number = this.#at - 1, cause?: unknown): never {
    throw new BrineError(
      'PAYLOAD_MALFORMED',
      { at: `byte ${Math.max(0, offset)}`, expected, found },
      cause === undefined ? {} : { cause },
    )
  }

  byte(): number {
    if (this.#at < this.#bytes.length) return this.#bytes[this.#at++]!
    return this.fail('there', 'the bytes end before it', this.#at)
  }

  count(): number {
    const start = this.#at
    let byte = this.byte()
    if (byte < SMALL) return byte
    let value = byte - SMALL
    // Seven times seven bits and four: one more byte would leave the range of exact integers.
    for (let scale = SMALL; scale < 2 ** 53; scale *= SMALL) {
      byte = this.byte()
      value += (byte & (SMALL - 1)) * scale
      if (byte < SMALL)
        return Number.isSafeInteger(value) ? value : this.fail('a count', 'a larger number', start)
    }
    return this.fail('a count', 'a larger number', start)
  }

  /** A count of things of which each takes `size` bytes at least. */
  countOf(what: string, size: number): number {
    const start = this.#at
    const value = this.count()
    if (value * size > this.left)
      this.fail(`a number of ${what} that ${this.left} bytes can hold`, String(value), start)
    return value
  }

  float(): number {
    if (this.left < 8) this.fail('the start of 8 bytes', `the bytes end after ${this.left}`, this.#at)
    const value = this.#view.getFloat64(this.#at, true)
    this.#at += 8
    return value
  }

  /** A copy of the next bytes, whose number `countOf` has checked. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    const start = this.#at
    this.#at += length
    return this.#bytes.slice(start, this.#at)
  }

  utf8(): string {
    const length = this.countOf('bytes of text', 1)
    const start = this.#at
    const end = start + length
    this.#at = end
    if (length <= SHORT) {
      let value = ''
      let i = start
      for (; i < end; i++) {
        const byte = this.#bytes[i]!
        if (byte >= 0x80) break
        value += String.fromCharCode(byte)
      }
      if (i === end) return value
    }
    try {
      return utf8().decode(this.#bytes.subarray(start, end))
    } catch (error) {
      return this.fail('UTF-8', `${length} other bytes`, start, error)
    }
  }

  utf16(): string {
    const length = this.countOf('code units', 2)
    const pieces: string[] = []
    for (let done = 0; done < length;) {
      const units: number[] = []
      for (; done < length && units.length < 4096; done++, this.#at += 2) {
        units.push(this.#view.getUint16(this.#at, true))
      }
      pieces.push(String.fromCharCode(...units))
    }
    return pieces.join('')
  }
}
