// Live value -> payload: walk the graph, then write a node for whatever structured clone would not keep exactly.
import { BrineError, isBrineError } from '../errors/brine-error.ts'
import type { ErrorCode, ErrorFacts } from '../errors/catalog.ts'
import { WAIT } from '../capture/types.ts'
import type { Captured, Carrier } from '../capture/types.ts'
import { FORMAT_VERSION } from '../payload/types.ts'
import type { HeapNode, Payload, Slot } from '../payload/types.ts'
import { functionName, globalPath, isNative } from '../realm/globals.ts'
import { ensureIntrinsics } from '../realm/intrinsics.ts'
import type { AnyFunction, Environment } from '../realm/registry.ts'
import { pathText, whereText } from './capture-path.ts'
import type { CapturePath, Step } from './capture-path.ts'
import type { OwnFacts } from './context.ts'
import { describeFunction, describePrototype } from './describe-functions.ts'
import type { FunctionContext } from './describe-functions.ts'
import { describeObject } from './describe-objects.ts'
import { describeShared } from './describe-shared.ts'
import { describeTyped } from './describe-typed.ts'
import { scopeTable } from './scope-table.ts'
import { sharedMemory } from './shared-memory.ts'
import { walk } from './walk.ts'
import type { Description, Identity, Reached, ToSlot, Visit } from './walk.ts'

/** Watches how a value is written. The walk goes on past what is refused; what is written is for looking at alone. */
interface WriteTrace {
  readonly reached: Reached
  /** A value cannot travel. Several may be refused for the same error, as instances are for that of their class. */
  refused(value: Identity, error: BrineError): void
}

/** How a value is written. */
export interface WriteOptions {
  /** Asked in order for the code and environment of each function. */
  readonly carriers: readonly Carrier[]
  /** What is being done, as a verb for messages: `offload`, `return`. */
  readonly action: string
  /** What it is done to, for messages. Default: the root function's name in quotes, or `a value`. */
  readonly subject?: string
  /** Where free variables are read. */
  readonly environment?: Environment
  /**
   * Stands for the call of brine's: in calls that have the same, a function `using` is called once.
   *
   * @default an object of its own
   */
  readonly call?: object
  /** What moves instead of being copied. */
  readonly transfer?: readonly unknown[]
  /**
   * Whether plain data is handed over as it is. Structured clone refuses a proxy, which nobody can tell from plain
   * data; with false it is rebuilt as the object that it shows.
   *
   * @default true
   */
  readonly byReference?: boolean
  /** Whether the receiver has, or will have, a shared value under its id. Others are written in place. */
  readonly shared?: (shared: object) => boolean
  /** Whether buffers are copied into memory that all workers see. */
  readonly sharedMemory?: boolean
  /** Gives a port to a function or object that stays behind; undefined for all others. */
  readonly remote?: (value: object) => unknown
  /** Wants to see everything, so no plain data is handed over as it is. */
  readonly trace?: WriteTrace
}

const subjectOf = (root: unknown): string =>
  typeof root === 'function' ? (functionName(root) ? `'${functionName(root)}'` : 'a function') : 'a value'

/** Writes a call: the root of the payload is `[fn, args]`, so that the two share what they share. */
export function writeCall(fn: AnyFunction, args: readonly unknown[], options: WriteOptions): Payload {
  return write([fn, [...args]], { subject: subjectOf(fn), ...options }, callPath)
}

/** Steps `[0]` and `[1]` of a call are brine's own: errors speak of the function and of its arguments. */
function callPath(path: CapturePath): CapturePath {
  const steps: Step[] = []
  for (let at: CapturePath | undefined = path; at; at = at.before) steps.push(at.step)
  steps.pop()
  const side = steps.pop()
  let first: Step = { kind: 'root' }
  if (side?.kind === 'property' && side.key === '1') {
    const argument = steps.pop()
    if (argument?.kind === 'property') first = { kind: 'argument', index: Number(argument.key) }
  }
  return steps.reduceRight<CapturePath>((before, step) => ({ step, before }), {
    step: first,
    before: undefined,
  })
}

/** Writes any value. Plain data is put in by reference; see `snapshot.ts`. */
export function writePayload(value: unknown, options: WriteOptions): Payload {
  return write(value, { subject: subjectOf(value), ...options }, (path) => path)
}

function write(
  root: unknown,
  options: WriteOptions & { subject: string },
  readablePath: (path: CapturePath) => CapturePath,
): Payload {
  ensureIntrinsics()
  const { trace } = options
  const captures = new Map<AnyFunction, Captured>()
  const call = options.call ?? {}
  const transfer = [...(options.transfer ?? [])]

  const refusal = <Code extends ErrorCode>(
    visit: Visit,
    code: Code,
    facts: OwnFacts<Code>,
    frame?: string,
  ): BrineError<Code> => {
    const path = readablePath(visit.path)
    const culprit = { action: options.action, subject: options.subject, where: whereText(path) }
    return new BrineError(code, { ...culprit, ...facts } as unknown as ErrorFacts<Code>, {
      path: pathText(path),
      ...(frame !== undefined && { frame }),
    })
  }
  const fail: FunctionContext['fail'] = (...culprit) => {
    throw refusal(...culprit)
  }
  /** Raises an error, or hands it to who collects them. */
  const refuse = (value: Identity, error: BrineError): void => {
    if (!trace) throw error
    trace.refused(value, error)
  }
  /** Functions that a trace has seen refused: it is not told another reason for each value that needs them. */
  const refused = new Map<AnyFunction, unknown>()

  const context: FunctionContext = {
    transfers: new Set(transfer),
    ...(options.sharedMemory && { inSharedMemory: sharedMemory() }),
    scopes: scopeTable(),
    members: new Map(),
    prototypes: new Map(),
    fail,
    report: (value, ...culprit) => refuse(value, refusal(...culprit)),
    capture(fn, visit) {
      const known = captures.get(fn)
      if (known) return known
      const request = {
        environment: visit.environment,
        call,
        holders: visit.holders,
        last: visit.last,
        fail: (code: ErrorCode, facts: object, frame?: string) => fail(visit, code, facts as never, frame),
        report: (code: ErrorCode, facts: object, frame?: string) =>
          refuse(fn, refusal(visit, code, facts as never, frame)),
      }
      if (refused.has(fn)) throw refused.get(fn)
      try {
        for (const carrier of options.carriers) {
          const captured = carrier(fn, request as never)
          if (captured === WAIT) return undefined
          if (!captured) continue
          captures.set(fn, captured)
          return captured
        }
        return fail(visit, isNative(fn) ? 'CAPTURE_NATIVE' : 'CAPTURE_UNKNOWN', { name: functionName(fn) })
      } catch (error) {
        refused.set(fn, error)
        throw error
      }
    },
  }

  const describe = (value: Identity, visit: Visit): Description | undefined => {
    const path = globalPath(value)
    if (path !== undefined) return { plain: false, children: [], node: () => ({ kind: 'global', path }) }
    if (typeof value === 'symbol') return describeSymbol(value)
    try {
      const port = options.remote?.(value)
      if (port !== undefined) {
        transfer.push(port)
        return { plain: false, children: [], node: () => ({ kind: 'remote', port }) }
      }
      if (typeof value === 'function') return describeFunction(value as AnyFunction, visit, context)
      return (
        describeShared(value, visit, context, options.shared) ??
        describePrototype(value, visit, context) ??
        describeTyped(value, visit, context) ??
        describeObject(value, visit, context)
      )
    } catch (error) {
      refuse(value, isBrineError(error) ? error : refusal(visit, 'VALUE_THREW', { reason: String(error) }))
      return REFUSED
    }
  }

  const { entries, indexOf } = walk(root, { ...options, ...(trace && { byReference: false }) }, describe)
  const heapIndex: number[] = []
  let size = 0
  for (const entry of entries) heapIndex.push(entry.referenced ? size++ : -1)
  context.scopes.close(size)
  const slot: ToSlot = (value): Slot => {
    const index = indexOf.get(value as Identity)
    return index === undefined ? (value as Slot) : [heapIndex[index]!]
  }
  const heap: HeapNode[] = []
  for (const entry of entries) {
    if (entry.referenced) heap.push(entry.plain ? { kind: 'plain', value: entry.value } : entry.node(slot))
  }
  const { nodes, code } = context.scopes.write(slot)
  return { data: { brine: FORMAT_VERSION, code, heap: [...heap, ...nodes], root: slot(root) }, transfer }
}

/** What stands for a value that a trace has seen refused. */
const REFUSED: Description = { plain: false, children: [], node: () => ({ kind: 'global', path: '' }) }

function describeSymbol(value: symbol): Description {
  const key = Symbol.keyFor(value)
  const { description } = value
  return {
    plain: false,
    children: [],
    node: () =>
      key === undefined
        ? { kind: 'symbol', ...(description !== undefined && { description }) }
        : { kind: 'registered-symbol', key },
  }
}
