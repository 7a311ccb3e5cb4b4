// What a node takes in a message, estimated: enough to tell what is large.
import type { HeapNode } from '../payload/types.ts'

/** A number, a reference, a flag, and what each value is tagged with. */
const VALUE_BYTES = 8

/** A string takes a byte a character where all are Latin-1, as they are kept in V8, and else two. */
export function textBytes(text: string): number {
  return /[^\0-\xff]/.test(text) ? 2 * text.length : text.length
}

/** How many bytes a node takes without what it refers to; code has none here. */
export function nodeBytes(node: HeapNode): number {
  if (node.kind !== 'plain' && node.kind !== 'native') return partBytes(node)
  const { value, ...own } = node
  return nativeBytes(value) + partBytes(own)
}

/** Nodes are flat but for lists of slots, so this does not go deep. */
export function partBytes(part: unknown): number {
  if (typeof part === 'string') return VALUE_BYTES + textBytes(part)
  if (typeof part !== 'object' || part === null) return VALUE_BYTES
  let bytes = 0
  if (!Array.isArray(part)) {
    for (const [key, value] of Object.entries(part)) if (key !== 'kind') bytes += partBytes(value)
    return VALUE_BYTES + bytes
  }
  for (const item of part as unknown[]) bytes += partBytes(item)
  return bytes
}

/** A view is told apart from its buffer, which travels whole; what is shared or kept by the browser is not copied. */
const natives: Readonly<Record<string, (value: never) => number>> = {
  ArrayBuffer: ({ byteLength }: ArrayBuffer) => byteLength,
  ImageData: ({ data }: { data: ArrayBufferView }) => data.byteLength,
  String: (value: string) => textBytes(value.valueOf()),
  RegExp: (value: RegExp) => textBytes(String(value)),
}

function nativeBytes(value: unknown): number {
  const tag = Object.prototype.toString.call(value).slice(8, -1)
  return Object.hasOwn(natives, tag) ? natives[tag]!(value as never) : VALUE_BYTES
}
