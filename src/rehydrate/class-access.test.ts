// A closure reaches the private names of the class that it travels with: whoever puts another in that place is told so.
import { describe, expect, it } from 'vitest'
import { siteCarrier } from '../capture/site.ts'
import type { HeapNode, PayloadData, Slot } from '../payload/types.ts'
import { realm } from '../realm/registry.ts'
import * as runtime from '../realm/sites.ts'
import { snapshot } from '../serialize/snapshot.ts'
import { writePayload } from '../serialize/write.ts'
import { readPayload } from './read.ts'

Object.defineProperty(globalThis, 'brine class access', { value: runtime })

/** As the plugin writes it. */
const closures = `data:text/javascript,${encodeURIComponent(`
const { handOut, privateName } = globalThis['brine class access']
export const s0 = () => ({ make: [() => class Price {
  static { handOut(this, { '#rate': [(o) => #rate in o, (o) => o.#rate] }) }
  #rate = 3
}], read: () => [], write() {} })
export const s1 = () => {
  var Price
  const rate = privateName(() => Price, '#rate')
  return { make: [() => (n, o = new Price()) => n * rate(o).v], read: () => [Price], write: (v) => { Price = v[0] } }
}`)}`
const table = runtime.sites(
  [closures],
  [
    { at: 's0', name: 'Price', length: 0, names: [] },
    { at: 's1', name: '', length: 1, names: ['Price'] },
  ],
  [],
)

class Price {
  static {
    runtime.handOut(this as never, { '#rate': [(o) => #rate in o, (o) => (o as Price).#rate] })
  }
  #rate = 2
  static times(): (n: number, o?: object) => number {
    const times = (n: number, o: object = new Price()): number => n * (o as Price).#rate
    return runtime.register(times as never, table[1]!, () => [Price])
  }
}
runtime.registerClass(Price as never, table[0]!, 0)

const written = (): PayloadData =>
  snapshot(writePayload(Price.times(), { carriers: [siteCarrier], action: 'offload' })).data

/** The payload with another class, or what is none, in the variable of the closure. */
function withClass(data: PayloadData, slot: (heap: HeapNode[]) => Slot): PayloadData {
  const heap = [...data.heap]
  const at = heap.findIndex((node) => node.kind === 'scope' && node.env.length === 1)
  const put = slot(heap)
  heap[at] = { ...(heap[at] as Extract<HeapNode, { kind: 'scope' }>), env: [put] }
  return { ...data, heap }
}

const rebuilt = async (data: PayloadData): Promise<ReturnType<typeof Price.times>> =>
  (await readPayload(data, { code: 'allow' })).value as never

describe('a closure on a private name', () => {
  it('uses the class of the page where that is known', async () => {
    const times = await rebuilt(written())
    expect([times(7), times(7, new Price())]).toEqual([14, 14])
  })

  it('uses the class that it came with', async () => {
    const data = written()
    // As on another thread.
    realm().classes.clear()
    const times = await rebuilt(data)
    expect(times(7)).toBe(21)
    expect(() => times(7, new Price())).toThrow(TypeError)
  })

  it.each<[string, (heap: HeapNode[]) => Slot]>([
    ['nothing', () => undefined],
    ['a number', () => 1],
    ['a global', (heap) => [heap.push({ kind: 'global', path: 'Map' }) - 1]],
    ['an object', (heap) => [heap.push({ kind: 'object' }) - 1]],
    ['the function itself', (heap) => [heap.findIndex((node) => node.kind === 'closure' && !node.id)]],
  ])('refuses %s in the place of the class, when the name is used', async (_, slot) => {
    const times = await rebuilt(withClass(written(), slot))
    expect(() => times(7, new Price())).toThrow(
      expect.objectContaining({
        code: 'PAYLOAD_MALFORMED',
        message: expect.stringContaining("the class of '#rate'") as string,
      }),
    )
  })
})
