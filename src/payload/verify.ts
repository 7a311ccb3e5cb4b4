// Checks the whole structure of a received payload before anything of it is built.
import { findNeedCycle, findPrototypeCycle } from './cycles.ts'
import type { Limits } from './limits.ts'
import { integer, nodeKind, readNode, slot, string } from './node-checks.ts'
import { RecordReader, describe, shape } from './record-reader.ts'
import type { Check, VerifyReport } from './record-reader.ts'
import { FORMAT_VERSION } from './types.ts'
import type { CodeUnit, HeapNode, PayloadData, Slot } from './types.ts'

export type { VerifyReport } from './record-reader.ts'

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u
// ECMA-262 section 12.7.2: words that name no variable in any code that brine writes.
const RESERVED = new Set(
  (
    'break case catch class const continue debugger default delete do else enum export extends false finally for ' +
    'function if import in instanceof new null return super switch this throw true try typeof var void while with'
  ).split(' '),
)

const name: Check = (value, reader) =>
  typeof value === 'string' && IDENTIFIER.test(value) && !RESERVED.has(value)
    ? value
    : reader.fail('the name of a variable', describe(value))

const names: Check = (value, reader) => {
  const list = reader.array(value, name)
  const twice = list.find((each, index) => list.indexOf(each) !== index)
  return twice === undefined ? list : reader.fail('without repetition', describe(twice))
}

const moduleShape = shape({ url: string, export: string })
const unitShape = shape({
  hash: string,
  'text?': string,
  'module?': (value, reader) => reader.record(value, moduleShape),
  'child?': integer(4_294_967_295),
  names,
})

/** What a unit can be made from; a text may be known already. */
const ORIGINS = ['text', 'module', 'child'] as const

/** Copies the code table, and counts its text. */
function readCode(value: unknown, reader: RecordReader): CodeUnit[] {
  reader.limit('code units', reader.limits.units, reader.length(value))
  let text = 0
  return reader.array(value, (unit) => {
    const copy = reader.record(unit, unitShape) as unknown as CodeUnit
    const origins = ORIGINS.filter((origin) => copy[origin] !== undefined)
    if (origins.length > 1) reader.fail('of one origin', origins.join(' and '))
    text += copy.text?.length ?? 0
    reader.limit('characters of code', reader.limits.text, text)
    return copy
  })
}

/** Copies the heap, once the kinds of all nodes are known. */
function readHeap(value: unknown, reader: RecordReader): HeapNode[] {
  reader.limit('nodes', reader.limits.nodes, reader.length(value))
  const kinds = reader.array(value, nodeKind)
  reader.kinds = kinds
  let index = 0
  return reader.array(value, (node) => readNode(node, kinds[index++]!, reader))
}

/** Refuses nodes that no order can build. */
function refuseCycles(heap: readonly HeapNode[], reader: RecordReader): void {
  const needed = findNeedCycle(heap)
  reader.path.push('heap')
  if (needed !== undefined) {
    reader.path.push(needed)
    reader.fail('possible to build', 'it needs itself first')
  }
  const chained = findPrototypeCycle(heap)
  if (chained !== undefined) {
    reader.path.push(chained, 'proto')
    reader.fail('the start of a chain that ends', 'a cycle')
  }
  reader.path.pop()
}

/**
 * Verifies that a value has the structure of a payload. Nothing of it is built and none of its code runs: getters are
 * refused unread. What plain and native nodes hold is data, and not looked into.
 *
 * @param data What was received. Every part of it may be hostile.
 * @param limits What is accepted at the most.
 * @param report Called once, with what is wrong first; it must throw.
 * @returns A copy that shares only the values of plain and native nodes, and the ports of remote ones, with `data`, so
 *   that a change to `data` comes too late.
 */
export function verifyPayload(data: unknown, limits: Limits, report: VerifyReport): PayloadData {
  const reader = new RecordReader(limits, report)
  return reader.run(() => {
    const source = reader.object(data)
    const field = <T>(key: string, read: (value: unknown) => T): T => {
      reader.path.push(key)
      const value = read(reader.value(source, key))
      reader.path.pop()
      return value
    }
    const brine = field('brine', (version) => {
      if (typeof version !== 'number') return reader.fail('the version of a format', describe(version))
      return version === FORMAT_VERSION ? version : reader.version(FORMAT_VERSION, String(version))
    })
    const code = field('code', (value) => readCode(value, reader))
    reader.units = code
    const heap = field('heap', (value) => readHeap(value, reader))
    const root = field('root', (value) => slot(value, reader) as Slot)
    refuseCycles(heap, reader)
    return { brine, code, heap, root }
  })
}
