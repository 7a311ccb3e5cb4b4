// Structured-cloneable data to bytes, without recursion: depth is bounded by memory alone.
import { BrineError } from '../errors/brine-error.ts'
import {
  ERROR_NAMES,
  HAS_CAUSE,
  HAS_MESSAGE,
  HAS_STACK,
  LONGEST_KNOWN_KEYS,
  Tag,
  VIEW_NAMES,
} from './byte-format.ts'
import type { PrimitiveWriter } from './primitive-writer.ts'
import {
  arrayIndex,
  arrayKeys,
  cloneFamily,
  errorParts,
  followsBuffer,
  unbox,
  viewName,
} from './cloneable.ts'
import type { CloneFamily } from './cloneable.ts'

const refuse = (what: string): never => {
  throw new BrineError('VALUE_NO_BYTES', { what })
}

/** An object whose parts are being written: values by key, or one after the other. */
interface Frame {
  target: Readonly<Record<PropertyKey, unknown>>
  /** Undefined if `target` is a list. */
  keys: readonly string[] | undefined
  /** Whether each value stands after its key. */
  keyed: boolean
  index: number
  count: number
}

/** A list of keys in the tree of all lists written so far. */
interface Keys {
  readonly next: Map<string, Keys>
  /** The number of the list that ends here. */
  number: number | undefined
}

const newKeys = (): Keys => ({ next: new Map(), number: undefined })

class Encoder {
  readonly #writer: PrimitiveWriter
  readonly #objects = new Map<object, number>()
  readonly #keys: Keys = newKeys()
  #lists = 0
  /** Frames are kept for reuse; those below `#depth` are open. */
  readonly #frames: Frame[] = []
  #depth = 0

  constructor(writer: PrimitiveWriter) {
    this.#writer = writer
  }

  run(root: unknown): void {
    this.#value(root)
    while (this.#depth > 0) {
      const depth = this.#depth
      const frame = this.#frames[depth - 1]!
      const { target, keys, keyed, count } = frame
      // The frame may be filled anew by an object that begins when this one has ended.
      while (frame.index < count && this.#depth === depth) {
        const index = frame.index++
        if (index === count - 1) this.#depth--
        const key = keys === undefined ? index : keys[index]!
        if (keyed) this.#key(key as string, Array.isArray(target))
        this.#value(target[key])
        if (index === count - 1) break
      }
    }
  }

  #open(target: object, keys: readonly string[] | undefined, count: number, keyed = false): void {
    if (count === 0) return
    const record = target as Frame['target']
    const frame = this.#frames[this.#depth++]
    if (!frame) {
      this.#frames.push({ target: record, keys, keyed, index: 0, count })
      return
    }
    frame.target = record
    frame.keys = keys
    frame.keyed = keyed
    frame.index = 0
    frame.count = count
  }

  #value(value: unknown): void {
    const writer = this.#writer
    switch (typeof value) {
      case 'number':
        return this.#writer.number(value)
      case 'string':
        return this.#writer.text(value)
      case 'object':
        if (value !== null) return this.#object(value)
        return writer.byte(Tag.null)
      case 'boolean':
        return writer.byte(value ? Tag.true : Tag.false)
      case 'undefined':
        return writer.byte(Tag.undefined)
      case 'bigint':
        return this.#writer.bigint(value)
      case 'function':
        return refuse('a function')
      case 'symbol':
        return refuse('a symbol')
    }
  }

  #key(key: string, ofArray: boolean): void {
    const index = ofArray ? arrayIndex(key) : undefined
    if (index === undefined) this.#writer.text(key)
    else this.#writer.number(index)
  }

  #object(value: object): void {
    const known = this.#objects.get(value)
    if (known !== undefined) {
      this.#writer.byte(Tag.reference)
      return this.#writer.count(known)
    }
    this.#objects.set(value, this.#objects.size)
    const family = cloneFamily(value)
    if (typeof family === 'object') return refuse(family.refused)
    this.#families[family](value as never)
  }

  #plain(value: object): void {
    const writer = this.#writer
    const keys = Object.keys(value)
    if (keys.length > LONGEST_KNOWN_KEYS) {
      writer.byte(Tag.record)
      writer.count(keys.length)
      return this.#open(value, keys, keys.length, true)
    }
    let at = this.#keys
    for (const key of keys) {
      let next = at.next.get(key)
      if (!next) at.next.set(key, (next = newKeys()))
      at = next
    }
    if (at.number === undefined) {
      at.number = this.#lists++
      writer.byte(Tag.object)
      writer.count(keys.length)
      for (const key of keys) this.#writer.text(key)
    } else {
      writer.byte(Tag.knownKeys)
      writer.count(at.number)
    }
    this.#open(value, keys, keys.length)
  }

  #array(value: readonly unknown[]): void {
    const writer = this.#writer
    const { keys, dense } = arrayKeys(value)
    writer.byte(dense ? Tag.array : Tag.sparseArray)
    writer.count(value.length)
    if (dense) return this.#open(value, undefined, value.length)
    writer.count(keys.length)
    this.#open(value, keys, keys.length, true)
  }

  #error(value: object): void {
    const { name, message, stack, cause } = errorParts(value)
    const writer = this.#writer
    writer.byte(Tag.error)
    writer.byte(ERROR_NAMES.indexOf(name))
    writer.byte(
      (message === undefined ? 0 : HAS_MESSAGE) |
        (stack === undefined ? 0 : HAS_STACK) |
        (cause ? HAS_CAUSE : 0),
    )
    if (message !== undefined) this.#writer.text(message)
    if (stack !== undefined) this.#writer.text(stack)
    if (cause) this.#open([cause.value], undefined, 1)
  }

  #buffer(value: ArrayBuffer): void {
    const writer = this.#writer
    if (value.detached) refuse('a detached ArrayBuffer')
    writer.byte(value.resizable ? Tag.resizableBuffer : Tag.buffer)
    writer.count(value.byteLength)
    if (value.resizable) writer.count(value.maxByteLength)
    writer.bytes(new Uint8Array(value))
  }

  #view(value: ArrayBufferView): void {
    const name = viewName(value)
    const number = VIEW_NAMES.indexOf(name)
    if (number < 0) refuse(`a ${name}`)
    const writer = this.#writer
    writer.byte(Tag.view)
    writer.byte(number)
    writer.count(value.byteOffset)
    const length = name === 'DataView' ? value.byteLength : (value as Uint8Array).length
    writer.count(followsBuffer(value) ? 0 : length + 1)
    this.#object(value.buffer)
  }

  readonly #families: { readonly [Family in CloneFamily]: (value: never) => void } = {
    object: (value: object) => this.#plain(value),
    array: (value: readonly unknown[]) => this.#array(value),
    map: (value: ReadonlyMap<unknown, unknown>) => {
      this.#writer.byte(Tag.map)
      this.#writer.count(value.size)
      const list: unknown[] = []
      for (const [key, entry] of Map.prototype.entries.call(value)) list.push(key, entry)
      this.#open(list, undefined, list.length)
    },
    set: (value: ReadonlySet<unknown>) => {
      const list = Array.from(Set.prototype.values.call(value))
      this.#writer.byte(Tag.set)
      this.#writer.count(list.length)
      this.#open(list, undefined, list.length)
    },
    date: (value: Date) => {
      this.#writer.byte(Tag.date)
      this.#writer.number(Date.prototype.getTime.call(value))
    },
    regexp: (value: RegExp) => {
      this.#writer.byte(Tag.regexp)
      this.#writer.text(value.source)
      this.#writer.text(value.flags)
    },
    error: (value: object) => this.#error(value),
    buffer: (value: ArrayBuffer) => this.#buffer(value),
    view: (value: ArrayBufferView) => this.#view(value),
    boxed: (value: object) => {
      this.#writer.byte(Tag.boxed)
      this.#value(unbox(value))
    },
  }
}

/**
 * Writes a value.
 *
 * @throws {BrineError} `VALUE_NO_BYTES` when it holds something that has no byte form.
 */
export function encode(value: unknown, writer: PrimitiveWriter): void {
  new Encoder(writer).run(value)
}
