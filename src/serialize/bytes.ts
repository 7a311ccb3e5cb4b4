// Payloads as bytes, for files, wires and hashes: the same payload gives the same bytes.
import { BrineError } from '../errors/brine-error.ts'
import { DEFAULT_LIMITS } from '../payload/limits.ts'
import type { Limits } from '../payload/limits.ts'
import { describe } from '../payload/record-reader.ts'
import type { Payload, PayloadData } from '../payload/types.ts'
import { BYTES_VERSION, MAGIC } from './byte-format.ts'
import type { ByteReader } from './byte-reader.ts'
import { Decoder } from './decode.ts'
import { encode } from './encode.ts'
import { PrimitiveReader } from './primitive-reader.ts'
import { PrimitiveWriter } from './primitive-writer.ts'

/** How `fromBytes` reads. */
export interface FromBytesOptions {
  /** What is accepted at the most; see {@link Limits} for the defaults. */
  readonly limits?: Partial<Limits>
}

/** A node is a handful of objects: the record, its lists, references. */
const OBJECTS_PER_NODE = 8

/**
 * Writes a payload as bytes. What its `transfer` list holds is written like all else, and stays with the caller.
 *
 * @param payload What `serialize` returned.
 * @returns Bytes that `fromBytes` reads. Equal payloads give equal bytes.
 * @throws {BrineError} `VALUE_NO_BYTES` when the payload holds something that has no byte form, such as a `Blob` or a port.
 *
 * @example
 * ```ts
 * const bytes = toBytes(serialize(new Map([['a', 1]])))
 * await deserialize(fromBytes(bytes)) // new Map([['a', 1]])
 * ```
 */
export function toBytes(payload: Payload): Uint8Array<ArrayBuffer> {
  if (typeof payload !== 'object' || payload === null || !('data' in payload)) {
    throw new BrineError('ARGUMENT_INVALID', {
      action: 'write bytes',
      argument: 'payload',
      expected: 'what serialize returned',
      found: describe(payload),
    })
  }
  const writer = new PrimitiveWriter()
  for (const byte of MAGIC) writer.byte(byte)
  writer.byte(BYTES_VERSION)
  encode(payload.data, writer)
  return writer.finish()
}

/** The bytes of an argument, not shared with another thread. */
function bytesOf(source: unknown): Uint8Array<ArrayBuffer> {
  const bytes = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : Object.prototype.toString.call(source) === '[object ArrayBuffer]'
      ? new Uint8Array(source as ArrayBuffer)
      : undefined
  if (!bytes) {
    throw new BrineError('ARGUMENT_INVALID', {
      action: 'read bytes',
      argument: 'bytes',
      expected: 'a Uint8Array or an ArrayBuffer',
      found: describe(source),
    })
  }
  const isShared = Object.prototype.toString.call(bytes.buffer) !== '[object ArrayBuffer]'
  return isShared ? Uint8Array.from(bytes) : (bytes as Uint8Array<ArrayBuffer>)
}

function readHeader(reader: ByteReader): void {
  for (const [index, expected] of MAGIC.entries()) {
    const found = reader.byte()
    if (found !== expected)
      reader.fail(`the "${String.fromCharCode(expected)}" of "brine"`, String(found), index)
  }
  const version = reader.byte()
  if (version === BYTES_VERSION) return
  throw new BrineError('PAYLOAD_VERSION', { expected: BYTES_VERSION, found: String(version) })
}

/**
 * Reads a payload from bytes. The bytes may be hostile: lengths are checked before memory is reserved, and no code
 * runs. What comes out is data that `deserialize` verifies.
 *
 * @param bytes What `toBytes` wrote.
 * @param options `limits`: bytes, nodes (each counts as 8 objects) and length of arrays, at the most.
 * @throws {BrineError} `PAYLOAD_MALFORMED` when the bytes are damaged, cut off or followed by others; it names the place.
 * @throws {BrineError} `PAYLOAD_VERSION` when another version of brine wrote them.
 * @throws {BrineError} `LIMIT_EXCEEDED` when they exceed the limits.
 *
 * @example
 * ```ts
 * const response = new Response(toBytes(serialize({ answer: 42n })))
 * const payload = fromBytes(await response.arrayBuffer())
 * await deserialize(payload) // { answer: 42n }
 * ```
 */
export function fromBytes(bytes: Uint8Array | ArrayBuffer, options: FromBytesOptions = {}): Payload {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const source = bytesOf(bytes)
  const exceed = (what: string, limit: number, found: number): never => {
    throw new BrineError('LIMIT_EXCEEDED', { what, limit, found })
  }
  if (source.length > limits.bytes) exceed('bytes', limits.bytes, source.length)
  const reader = new PrimitiveReader(source)
  readHeader(reader)
  const objects = limits.nodes * OBJECTS_PER_NODE
  const decoder = new Decoder(reader, { objects, bytes: limits.bytes, length: limits.length, exceed })
  let data: unknown
  try {
    data = decoder.run()
  } catch (error) {
    if (error instanceof BrineError) throw error
    // An engine's own limits: the size of a Map, the memory for a buffer.
    return reader.fail('possible to read', String(error), reader.offset, error)
  }
  if (reader.left > 0) reader.fail('the end', `${reader.left} more bytes`, reader.offset)
  return { data: data as PayloadData, transfer: [] }
}
