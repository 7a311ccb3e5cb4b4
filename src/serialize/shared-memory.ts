// Buffers in memory that all workers see: each is copied once, and views of one buffer stay views of one.
import { viewName } from './cloneable.ts'

type ViewConstructor = new (buffer: SharedArrayBuffer, offset: number, length: number) => ArrayBufferView

/** Makes the copies of one payload. Buffers that can grow are left as they are, and those that are shared already. */
export function sharedMemory(): (value: object) => object | undefined {
  const copies = new Map<ArrayBufferLike, SharedArrayBuffer>()
  const copyOf = (buffer: ArrayBuffer): SharedArrayBuffer => {
    const known = copies.get(buffer)
    if (known) return known
    const copy = new SharedArrayBuffer(buffer.byteLength)
    new Uint8Array(copy).set(new Uint8Array(buffer))
    copies.set(buffer, copy)
    return copy
  }
  return (value) => {
    const isView = ArrayBuffer.isView(value)
    const buffer = isView ? value.buffer : (value as ArrayBufferLike)
    if (Object.prototype.toString.call(buffer) !== '[object ArrayBuffer]') return undefined
    if ((buffer as ArrayBuffer).resizable) return undefined
    const copy = copyOf(buffer as ArrayBuffer)
    if (!isView) return copy
    const View = (globalThis as unknown as Record<string, ViewConstructor>)[viewName(value)]!
    const length = 'length' in value ? (value.length as number) : value.byteLength
    return new View(copy, value.byteOffset, length)
  }
}
