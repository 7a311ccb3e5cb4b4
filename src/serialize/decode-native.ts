// Makes built-ins from parts that may be hostile: what the engine refuses is refused in our words.
import { VIEW_NAMES } from './byte-format.ts'
import type { ByteReader } from './byte-reader.ts'

export function makeRegExp(source: string, flags: string, reader: ByteReader, start: number): RegExp {
  try {
    return new RegExp(source, flags)
  } catch (error) {
    return reader.fail('a regular expression of this engine', 'one that it refuses', start, error)
  }
}

/** Reads a buffer that can grow; `reserve` is told how far before it is made. */
export function readResizable(reader: ByteReader, reserve: (highest: number) => void): ArrayBuffer {
  const start = reader.offset
  const length = reader.count()
  const highest = reader.count()
  const { left } = reader
  if (length > left) reader.fail(`a number of bytes that ${left} bytes can hold`, String(length), start)
  reserve(highest)
  try {
    const buffer = new ArrayBuffer(length, { maxByteLength: highest })
    new Uint8Array(buffer).set(reader.bytes(length))
    return buffer
  } catch (error) {
    return reader.fail('the size of a buffer', `${length} of at most ${highest} bytes`, start, error)
  }
}

/** Makes a view; `length` is one more than its elements, or 0 if it reaches to the end of its buffer. */
export function makeView(
  number: number,
  buffer: unknown,
  offset: number,
  length: number,
  reader: ByteReader,
  start: number,
): ArrayBufferView {
  const name = VIEW_NAMES[number]
  if (name === undefined) return reader.fail('the number of a class of views', String(number), start)
  if (!(buffer instanceof ArrayBuffer))
    return reader.fail('a view of a buffer', 'one of another value', start)
  const Class = (globalThis as unknown as Record<string, Int8ArrayConstructor | undefined>)[name]
  if (!Class) return reader.fail('a view that this engine has', name, start)
  try {
    return length === 0 ? new Class(buffer, offset) : new Class(buffer, offset, length - 1)
  } catch (error) {
    const { byteLength } = buffer
    return reader.fail(
      `a view inside its ${byteLength} bytes`,
      `${name} of ${length === 0 ? 'all' : length - 1} from ${offset}`,
      start,
      error,
    )
  }
}
