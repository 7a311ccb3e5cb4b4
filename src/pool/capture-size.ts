// A guard against closures that drag something huge along with each call: they are told of, and refused beyond reason.
import { BrineError } from '../errors/brine-error.ts'
import { DEFAULT_CAPTURE_LIMITS } from '../payload/limits.ts'
import type { CaptureLimits } from '../payload/limits.ts'
import { slotsOf } from '../payload/references.ts'
import type { HeapNode, Payload, PayloadData, Slot } from '../payload/types.ts'
import { codeOfCall } from './costs.ts'
import { weigh, weighNode } from './weight.ts'

/** Captures that a message names. */
const NAMED = 3
/** How many functions are remembered as told of. */
const TOLD = 1_000

const told = new Set<string>()

/**
 * Warns, once for each function, when what it captured is large; arguments, shared values and what moves do not count.
 *
 * @throws {BrineError} `CAPTURE_TOO_LARGE`
 */
export function checkCaptureSize(
  { data, transfer }: Payload,
  name: string,
  limits: Partial<CaptureLimits> | undefined,
  all: number = weigh(data),
): void {
  const { warn, fail } = { ...DEFAULT_CAPTURE_LIMITS, ...limits }
  // Most calls are small as a whole.
  if (all <= Math.min(warn, fail)) return
  const sizes = sizesOfCaptures(data, new Set(transfer))
  let size = 0
  for (const bytes of sizes.values()) size += bytes
  if (size <= Math.min(warn, fail)) return
  const largest = [...sizes]
    .sort(([, a], [, b]) => b - a)
    .slice(0, NAMED)
    .map(([path, bytes]) => `${path} (${bytesText(bytes)})`)
    .join(', ')
  if (size > fail) {
    const facts = {
      action: 'offload',
      subject: name,
      limit: bytesText(fail),
      found: bytesText(size),
      largest,
    }
    throw new BrineError('CAPTURE_TOO_LARGE', facts)
  }
  const key = codeOfCall(data) ?? name
  if (told.has(key)) return
  if (told.size >= TOLD) told.clear()
  told.add(key)
  console.warn(
    `brine: ${name} captures ${bytesText(size)}, which is copied for each call: ${largest}. ` +
      'Wrap what is large in `share(…)`, or transfer it.',
  )
}

/** How many bytes hang on each captured variable, by its path; what several reach counts for the first. */
function sizesOfCaptures(
  { heap, code, root }: PayloadData,
  moving: ReadonlySet<unknown>,
): Map<string, number> {
  const sizes = new Map<string, number>()
  const seen = new Set<number>()
  const open: [slot: Slot, path: string][] = []
  const call = nodeAt(heap, root)
  if (call?.kind === 'array') open.push([call.items[0], ''])
  for (let next = open.pop(); next; next = open.pop()) {
    const [slot, path] = next
    const node = nodeAt(heap, slot)
    if (!node || seen.has((slot as readonly [number])[0])) continue
    seen.add((slot as readonly [number])[0])
    if (path !== '' && node.kind !== 'scope')
      sizes.set(path, (sizes.get(path) ?? 0) + weighNode(node, moving))
    if (node.kind === 'scope') {
      const { names } = code[node.code]!
      node.env.forEach((value, at) => {
        const own = `${path}.${names[at]}`
        // Text is no node.
        if (typeof value === 'string') sizes.set(own, value.length)
        open.push([value, own])
      })
      open.push([node.parent, path])
    } else for (const child of slotsOf(node)) open.push([child, path])
  }
  return sizes
}

const nodeAt = (heap: readonly HeapNode[], slot: Slot): HeapNode | undefined =>
  Array.isArray(slot) ? heap[(slot as readonly [number])[0]] : undefined

function bytesText(bytes: number): string {
  return bytes < 104_858 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`
}
