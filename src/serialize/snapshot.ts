// What is written holds plain data by reference: here it is handed over in one go, or made independent.
import type { HeapNode, NodeOf, Payload } from '../payload/types.ts'
import { writePayload } from './write.ts'
import type { WriteOptions } from './write.ts'

/**
 * Writes, and hands over what was written: by reference, and where structured clone refuses that, node by node. For it
 * refuses proxies, as reactive frameworks make them, and nobody can tell these from the plain data that they show.
 *
 * @param attempt Writes with {@link WriteOptions.byReference} as it is told, then posts or copies, in one go.
 */
export function handOver<Result>(attempt: (byReference: boolean) => Result): Result {
  try {
    return attempt(true)
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'DataCloneError')) throw error
    return attempt(false)
  }
}

/** Writes any value as it is now: for payloads that are not posted at once. What is in the transfer list moves now. */
export function writeSnapshot(value: unknown, options: WriteOptions): Payload {
  const call = {}
  return handOver((byReference) => snapshot(writePayload(value, { call, ...options, byReference })))
}

/** Whether a node holds data of the caller's, which later changes would reach. */
const isLive = (node: HeapNode): node is NodeOf<'plain' | 'native'> =>
  node.kind === 'plain' || node.kind === 'native'

/**
 * Makes a payload independent of the values it was written from: for payloads that are not posted at once.
 * What is in the transfer list moves now.
 */
export function snapshot(payload: Payload): Payload {
  if (payload.transfer.length === 0) {
    const { data } = payload
    if (!data.heap.some(isLive)) return payload
    const heap = copyFlat(data.heap)
    if (heap) return { data: { ...data, heap }, transfer: [] }
  }
  return structuredClone({ ...payload }, { transfer: payload.transfer as Transferable[] })
}

/** Up to how many values data is copied by hand. */
const FLAT_VALUES = 100

/** The nodes, with what they hold copied by hand where that is little and flat: much cheaper than a clone. */
function copyFlat(heap: readonly HeapNode[]): HeapNode[] | undefined {
  try {
    const copies: HeapNode[] = []
    for (const node of heap) {
      if (node.kind === 'plain') {
        const value = flatCopy(node.value as object)
        if (!value) return undefined
        copies.push({ kind: 'plain', value })
      } else if (isLive(node)) return undefined
      else copies.push(node)
    }
    return copies
  } catch {
    // A proxy threw, which structured clone then refuses.
    return undefined
  }
}

function flatCopy(value: object): object | undefined {
  const isArray = Array.isArray(value)
  if (!isArray && Object.getPrototypeOf(value) !== Object.prototype) return undefined
  const keys = Object.keys(value)
  if (keys.length > FLAT_VALUES) return undefined
  // Indices come first among the keys: with a hole, or a key that is none, the last would be another.
  if (isArray && (keys.length !== value.length || (keys.at(-1) ?? '-1') !== String(value.length - 1)))
    return undefined
  const copy: object = isArray ? [...(value as unknown[])] : { ...value }
  return Object.values(copy).every((part) => typeof part !== 'object' || part === null) ? copy : undefined
}
