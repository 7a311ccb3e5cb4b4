// Bytes to structured-cloneable data, without recursion; the other half of `encode.ts`.
import { emptyArray } from '../payload/empty-array.ts'
import { ERROR_NAMES, HAS_CAUSE, HAS_MESSAGE, HAS_STACK, SMALL, Tag } from './byte-format.ts'
import { makeRegExp, makeView, readResizable } from './decode-native.ts'
import { NONE } from './primitive-reader.ts'
import type { PrimitiveReader } from './primitive-reader.ts'

/** What the decoder accepts at the most; `exceed` must throw. */
export interface DecodeLimits {
  readonly objects: number
  readonly bytes: number
  readonly length: number
  exceed(what: string, limit: number, found: number): never
}

/** An object that is being filled. */
interface Frame {
  target: unknown
  put: Put
  /** Keys by position, for objects whose keys are known beforehand. */
  keys: readonly string[] | undefined
  /** The key read last, where keys and values alternate. */
  key: unknown
  index: number
  count: number
}

/** Puts the value at `frame.index` where it belongs. */
type Put = (frame: Frame, value: unknown) => void

/** `__proto__` is data: assigning it would set the prototype. */
function set(target: Record<PropertyKey, unknown>, key: string | number, value: unknown): void {
  if (key !== '__proto__') target[key] = value
  else Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
}

const putKnown: Put = ({ target, keys, index }, value) =>
  set(target as Record<PropertyKey, unknown>, keys![index]!, value)
const putPair: Put = ({ target, key }, value) =>
  set(target as Record<PropertyKey, unknown>, key as string | number, value)
const putElement: Put = ({ target }, value) => (target as unknown[]).push(value)
const putMember: Put = ({ target }, value) => (target as Set<unknown>).add(value)
const putCause: Put = ({ target }, value) =>
  Object.defineProperty(target, 'cause', { value, writable: true, configurable: true })
const putEntry: Put = (frame, value) => {
  if (frame.index % 2 === 0) frame.key = value
  else (frame.target as Map<unknown, unknown>).set(frame.key, value)
}

/** Stands for a view whose buffer is being read. */
const PENDING: unique symbol = Symbol('brine: an object that is still being read')

export class Decoder {
  readonly #reader: PrimitiveReader
  readonly #limits: DecodeLimits
  readonly #objects: unknown[] = []
  readonly #lists: (readonly string[])[] = []
  /** Frames are kept for reuse; those below `#depth` are open. */
  readonly #frames: Frame[] = []
  #depth = 0
  /** Bytes that growing buffers have reserved. */
  #reserved = 0

  constructor(reader: PrimitiveReader, limits: DecodeLimits) {
    this.#reader = reader
    this.#limits = limits
  }

  run(): unknown {
    const root = this.#value()
    while (this.#depth > 0) {
      const depth = this.#depth
      const frame = this.#frames[depth - 1]!
      const { put, count } = frame
      while (this.#depth === depth) {
        if (frame.index === count) {
          this.#depth--
          break
        }
        if (put === putPair) frame.key = this.#key(frame.target as object)
        // An object that begins here is put in its place while empty, and filled by a frame of its own.
        put(frame, this.#value())
        frame.index++
      }
    }
    return root
  }

  #open(target: unknown, put: Put, count: number, keys?: readonly string[]): void {
    if (count === 0) return
    const frame = this.#frames[this.#depth++]
    if (!frame) {
      this.#frames.push({ target, put, keys, key: undefined, index: 0, count })
      return
    }
    frame.target = target
    frame.put = put
    frame.keys = keys
    frame.index = 0
    frame.count = count
  }

  /** Gives an object its number. */
  #enter<T>(value: T): T {
    const { objects } = this.#limits
    if (this.#objects.length >= objects) this.#limits.exceed('objects', objects, objects + 1)
    this.#objects.push(value)
    return value
  }

  /** Gives an object its number, and reads its parts after what calls this. */
  #fill<T>(value: T, put: Put, count: number, keys?: readonly string[]): T {
    this.#open(value, put, count, keys)
    return this.#enter(value)
  }

  #value(): unknown {
    const tag = this.#reader.byte()
    if (tag >= SMALL) return tag - SMALL
    const value = this.#reader.primitive(tag)
    return value === NONE ? this.#object(tag) : value
  }

  #key(target: object): string | number {
    const reader = this.#reader
    if (!Array.isArray(target)) return reader.text()
    const start = reader.offset
    const key = reader.primitive(reader.byte())
    if (typeof key === 'number') {
      if (Number.isInteger(key) && key >= 0 && key < target.length) return key
      return reader.fail(`an index below the length ${target.length}`, String(key), start)
    }
    // Its length is said, and setting it anew could fail or reserve memory.
    if (typeof key === 'string' && key !== 'length') return key
    return reader.fail('a key that an array can take', 'another value', start)
  }

  #object(tag: number): unknown {
    const reader = this.#reader
    switch (tag) {
      case Tag.reference:
        return this.#reference()
      case Tag.object: {
        const keys: string[] = []
        for (let left = reader.countOf('keys', 2); left > 0; left--) keys.push(reader.text())
        this.#lists.push(keys)
        return this.#known(keys)
      }
      case Tag.knownKeys: {
        const number = reader.count()
        const { length } = this.#lists
        return this.#known(
          this.#lists[number] ?? reader.fail(`the number of one of ${length} lists of keys`, String(number)),
        )
      }
      case Tag.record:
        return this.#fill({}, putPair, reader.countOf('pairs', 2))
      case Tag.array:
        return this.#fill<unknown[]>([], putElement, reader.countOf('elements', 1))
      case Tag.sparseArray:
        return this.#sparseArray()
      case Tag.map:
        return this.#fill(new Map(), putEntry, reader.countOf('entries', 2) * 2)
      case Tag.set:
        return this.#fill(new Set(), putMember, reader.countOf('values', 1))
      case Tag.date: {
        const time = reader.primitive(reader.byte())
        return this.#enter(
          new Date(
            typeof time === 'number' ? time : reader.fail('the end of a time', 'that of another value'),
          ),
        )
      }
      case Tag.regexp: {
        const start = reader.offset
        return this.#enter(makeRegExp(reader.text(), reader.text(), reader, start))
      }
      case Tag.error:
        return this.#error()
      case Tag.buffer:
        return this.#enter(reader.bytes(reader.countOf('bytes', 1)).buffer)
      case Tag.resizableBuffer: {
        const { bytes, exceed } = this.#limits
        const buffer = readResizable(reader, (highest) => {
          this.#reserved += highest
          if (this.#reserved > bytes) exceed('bytes in growing buffers', bytes, this.#reserved)
        })
        return this.#enter(buffer)
      }
      case Tag.view:
        return this.#view()
      case Tag.boxed: {
        const value = reader.primitive(reader.byte())
        const boxes = value !== NONE && value !== undefined && value !== null
        return this.#enter(
          Object(boxes ? value : reader.fail('the end of what can be boxed', 'that of another value')),
        )
      }
      default:
        return reader.fail('the start of a value', `the tag ${tag}`)
    }
  }

  #reference(): unknown {
    const reader = this.#reader
    const number = reader.count()
    const { length } = this.#objects
    if (number >= length) reader.fail(`the number of one of ${length} objects`, String(number))
    return this.#objects[number]
  }

  #known(keys: readonly string[]): object {
    const { left } = this.#reader
    if (keys.length > left) this.#reader.fail(`the start of ${keys.length} values`, `of ${left} bytes`)
    return this.#fill({}, putKnown, keys.length, keys)
  }

  #sparseArray(): unknown[] {
    const reader = this.#reader
    const length = reader.count()
    const { length: longest, exceed } = this.#limits
    if (length > longest) exceed('elements of an array', longest, length)
    const count = reader.countOf('pairs', 2)
    return this.#fill(emptyArray(length, count), putPair, count)
  }

  #error(): Error {
    const reader = this.#reader
    const name =
      ERROR_NAMES[reader.byte()] ?? reader.fail('the number of a class of errors', 'another number')
    const bits = reader.byte()
    const message = bits & HAS_MESSAGE ? reader.text() : undefined
    const Class = (globalThis as unknown as Record<string, ErrorConstructor>)[name]!
    const error = this.#enter(new Class(message))
    if (bits & HAS_STACK) {
      Object.defineProperty(error, 'stack', { value: reader.text(), writable: true, configurable: true })
    }
    if (bits & HAS_CAUSE) this.#open(error, putCause, 1)
    return error
  }

  #view(): ArrayBufferView {
    const reader = this.#reader
    const start = reader.offset
    const number = reader.byte()
    const offset = reader.count()
    const length = reader.count()
    const at = this.#objects.length
    this.#enter<unknown>(PENDING)
    const tag = reader.byte()
    const known = tag === Tag.reference || tag === Tag.buffer || tag === Tag.resizableBuffer
    const buffer = known ? this.#object(tag) : undefined
    const view = makeView(number, buffer, offset, length, reader, start)
    this.#objects[at] = view
    return view
  }
}
