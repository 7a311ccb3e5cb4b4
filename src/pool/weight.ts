// A rough weight of what is sent: enough to tell little from much, at the cost of a look.
import type { HeapNode, PayloadData } from '../payload/types.ts'

/** What each value and each node is taken to weigh, in bytes. */
const VALUE_BYTES = 8
const NODE_BYTES = 32
/** How many values are looked at: a graph with more of them weighs more than is said. */
const LOOKS = 4_096

/** How many bytes the data of a payload has, roughly: buffers and strings in full, of the rest what a look shows. */
export function weigh({ heap, root }: PayloadData): number {
  let bytes = weighData([root])
  try {
    for (const node of heap) bytes += NODE_BYTES + weighNode(node)
  } catch {
    // A proxy threw: the next to read it tells.
  }
  return bytes
}

/** The same of a node, without what it refers to. `moving` is not counted. */
export function weighNode(node: HeapNode, moving?: ReadonlySet<unknown>): number {
  if (node.kind === 'plain' || node.kind === 'native') return weighData(node.value, moving)
  if (node.kind === 'array') return weighData(node.items)
  if (node.kind === 'scope') return weighData(node.env)
  if (node.kind === 'map') return weighData(node.entries)
  if (node.kind === 'set') return weighData(node.values)
  return 'props' in node ? weighData(node.props) : 0
}

/** The same of what a generator yielded. */
export function weighItems(items: readonly unknown[]): number {
  return weighData(items)
}

/** Data may share parts, and even contain itself: the number of looks ends that. */
function weighData(root: unknown, moving?: ReadonlySet<unknown>): number {
  let bytes = 0
  let looks = LOOKS
  const open: unknown[] = [root]
  while (open.length > 0 && looks-- > 0) {
    const value = open.pop()
    bytes += VALUE_BYTES
    if (typeof value === 'string') bytes += value.length
    if (typeof value !== 'object' || value === null) continue
    const isView = ArrayBuffer.isView(value)
    if (isView || value instanceof ArrayBuffer) {
      if (!moving?.has(isView ? value.buffer : value)) bytes += value.byteLength
    } else if (!Array.isArray(value)) open.push(...Object.values(value).slice(0, LOOKS))
    else {
      bytes += Math.max(0, value.length - LOOKS) * VALUE_BYTES
      open.push(...(value.slice(0, LOOKS) as unknown[]))
    }
  }
  return bytes
}
