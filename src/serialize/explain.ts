// What would travel, as a tree: a value is written as always, with a trace that notes how each part was reached.
import { isBrineError } from '../errors/brine-error.ts'
import type { BrineError } from '../errors/brine-error.ts'
import type { CodeUnit, HeapNode, NodeOf, PayloadData, Slot } from '../payload/types.ts'
import { functionName } from '../realm/globals.ts'
import { stepText } from './capture-path.ts'
import type { Step } from './capture-path.ts'
import { classify } from './classify.ts'
import { nodeBytes, partBytes, textBytes } from './measure.ts'
import { formatExplanation } from './print-explanation.ts'
import type { Explanation, ExplainedPart, Problem } from './print-explanation.ts'
import { writePayload } from './write.ts'
import type { WriteOptions } from './write.ts'
import type { Child, Identity } from './walk.ts'

/** A part while its tree is built. */
type Draft = { -readonly [Key in keyof ExplainedPart]: ExplainedPart[Key] } & {
  children: Draft[]
  parent?: Draft
}

interface Edge {
  readonly child: Child
  readonly from: number | undefined
  readonly index: number | undefined
}

/** Writes a value with a trace, and tells what was seen. */
export function explainValue(value: unknown, options: WriteOptions): Explanation {
  const edges: Edge[] = []
  const refusals = new Map<Identity, BrineError[]>()
  const { data } = writePayload(value, {
    ...options,
    trace: {
      reached: (child, from, index) => edges.push({ child, from, index }),
      refused: (culprit, error) => {
        const known = refusals.get(culprit)
        if (!known) refusals.set(culprit, [error])
        else if (!known.includes(error)) known.push(error)
      },
    },
  })
  return assemble(edges, data, refusals, new Set(options.transfer))
}

/** Makes the tree. Each entry of the walk has the node of its own index, as nothing is handed over as it is. */
function assemble(
  edges: readonly Edge[],
  data: PayloadData,
  refusals: ReadonlyMap<Identity, readonly BrineError[]>,
  transfers: ReadonlySet<unknown>,
): Explanation {
  const first: Draft[] = []
  const all: Draft[] = []
  const codeBytes = measureCode(data)
  const problems = new Map<BrineError, Problem>()
  let transferred = 0
  for (const { child, from, index } of edges) {
    const parent = from === undefined ? undefined : first[from]!
    const known = index === undefined ? undefined : first[index]
    // Primitives are counted where they stand; those that a function captured are told by name as well.
    if (index === undefined && parent && child.step.kind !== 'variable') continue
    const part: Draft = {
      path: (parent?.path ?? '') + stepText(child.step),
      name: nameOf(child.step),
      kind: known?.kind ?? '',
      bytes: 0,
      totalBytes: 0,
      children: [],
    }
    if (parent) {
      part.parent = parent
      parent.children.push(part)
    }
    all.push(part)
    if (known) {
      part.see = known.path
      if (known.label !== undefined) part.label = known.label
      continue
    }
    if (index === undefined) {
      part.kind = child.value === null ? 'null' : typeof child.value
      part.bytes = partBytes(child.value)
      continue
    }
    first[index] = part
    const node = data.heap[index]!
    const refused = refusals.get(child.value as Identity)
    Object.assign(part, describe(child.value, node, data))
    if (isRefused(node)) part.bytes = 0
    else if (transfers.has(child.value)) {
      part.transferred = true
      transferred += nodeBytes(node)
    } else part.bytes = nodeBytes(node) + codeBytes(node)
    if (!refused) continue
    part.problems = refused.map((error) => {
      const { code, message, hint, path } = error
      const problem = problems.get(error) ?? { code, message, hint, path }
      problems.set(error, problem)
      return problem
    })
  }
  // Those above come before those below.
  for (const part of all.reverse()) {
    part.totalBytes += part.bytes
    if (part.parent) part.parent.totalBytes += part.totalBytes
    delete part.parent
  }
  const root = all.at(-1)!
  return {
    root,
    bytes: root.totalBytes,
    transferredBytes: transferred,
    parts: first.length,
    codeUnits: data.code.length,
    problems: [...problems.values()],
    toString: (limits) => formatExplanation(root, limits),
  }
}

const nameOf = (step: Step): string =>
  step.kind === 'root'
    ? ''
    : step.kind === 'argument'
      ? String(step.index)
      : String(step.kind === 'property' ? step.key : step.name)

/** Gives the text of each code unit, and of those around it, to the first function that needs it. */
function measureCode({ heap, code }: PayloadData): (node: HeapNode) => number {
  const counted = new Set<CodeUnit>()
  const unitBytes = (at: number): number => {
    const unit = code[at]!
    if (counted.has(unit)) return 0
    counted.add(unit)
    return textBytes(unit.text ?? '')
  }
  return (node) => {
    if (node.kind === 'imported') return unitBytes(node.code)
    if (node.kind !== 'closure') return 0
    let bytes = 0
    for (let at: Slot = node.scope; at;) {
      const scope = heap[at[0]] as NodeOf<'scope'>
      bytes += unitBytes(scope.code)
      at = scope.parent as typeof at
    }
    return bytes
  }
}

/** What kinds of nodes are called, where that is not the name of a class. */
const words: Partial<Record<HeapNode['kind'], string>> = {
  symbol: 'symbol',
  'registered-symbol': 'symbol',
  global: 'global',
  arguments: 'arguments',
  bound: 'bound function',
  imported: 'import',
  prototype: 'prototype',
  member: 'method',
  remote: 'callback',
}

function describe(
  value: unknown,
  node: HeapNode,
  { code }: PayloadData,
): Pick<ExplainedPart, 'kind' | 'label'> {
  const label = labelOf(value, node, code)
  return { kind: kindOf(value, node), ...(label && { label }) }
}

/** What `write.ts` puts in the place of a value that was refused. */
const isRefused = (node: HeapNode): boolean => node.kind === 'global' && node.path === ''

function kindOf(value: unknown, node: HeapNode): string {
  if (node.kind === 'closure') return node.id === undefined ? 'function' : 'class'
  if (isRefused(node)) return typeof value === 'object' ? className(value!) : typeof value
  return words[node.kind] ?? className(value as object)
}

function className(value: object): string {
  try {
    const proto = Object.getPrototypeOf(value) as object | null
    const maker = proto && (Object.getOwnPropertyDescriptor(proto, 'constructor')?.value as unknown)
    const name = typeof maker === 'function' ? functionName(maker) : ''
    return name || classify(value).name
  } catch (error) {
    // A proxy that throws was refused for that.
    if (isBrineError(error)) throw error
    return 'object'
  }
}

function labelOf(value: unknown, node: HeapNode, code: readonly CodeUnit[]): string | undefined {
  if (node.kind === 'global' && node.path) return node.path
  if (node.kind === 'imported') return code[node.code]!.module!.url
  if (typeof value === 'function') return functionName(value)
  if (typeof value === 'symbol') return value.description
  if (node.kind === 'array') return String(node.length)
  if (node.kind === 'map') return String(node.entries.length)
  if (node.kind === 'set') return String(node.values.length)
  return undefined
}
