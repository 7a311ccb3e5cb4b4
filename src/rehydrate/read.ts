// Payload -> live value: verify, check that code is allowed, compile it, rebuild the graph.
import { BrineError, isBrineError } from '../errors/brine-error.ts'
import { DEFAULT_LIMITS } from '../payload/limits.ts'
import type { Limits } from '../payload/limits.ts'
import { heldBy } from '../payload/references.ts'
import type { HeapNode, NodeOf, PayloadData, Ref } from '../payload/types.ts'
import { verifyPayload } from '../payload/verify.ts'
import { resolveGlobal } from '../realm/globals.ts'
import { ensureIntrinsics } from '../realm/intrinsics.ts'
import { knownClass } from '../realm/registry.ts'
import { compileUnits } from './evaluate.ts'
import { rebuild } from './rebuild.ts'

/** How a payload is read. */
export interface ReadOptions {
  /** Whether functions and classes are rebuilt. Default `'deny'`. */
  readonly code?: 'allow' | 'deny'
  readonly limits?: Partial<Limits>
  /** Copies plain data, so that the payload can be read again. Default false: the values take it over. */
  readonly copy?: boolean
  /** Makes the stand-in for something that stayed behind. */
  readonly remote?: (port: unknown) => unknown
  /** Finds the handle on a value that was sent before; a payload that names one is refused otherwise. */
  readonly shared?: (id: string) => object | Promise<object>
  /** Texts of code units by hash, for units that come without. */
  readonly texts?: ReadonlyMap<string, string>
}

/** What a payload held. In a box, since a promise would run the `then` of what it is resolved with. */
export interface Read {
  readonly value: unknown
}

const report = {
  malformed(at: string, expected: string, found: string): never {
    throw new BrineError('PAYLOAD_MALFORMED', { at, expected, found })
  },
  version(expected: number, found: string): never {
    throw new BrineError('PAYLOAD_VERSION', { expected, found })
  },
  limit(what: string, limit: number, found: number): never {
    throw new BrineError('LIMIT_EXCEEDED', { what, limit, found })
  },
}

/** Words for the nodes that are code, or that run some. */
const CODE: Partial<Record<HeapNode['kind'], string>> = {
  scope: 'a scope',
  closure: 'a function',
  bound: 'a bound function',
  member: 'a method',
  prototype: 'the prototype of a function',
  remote: 'a remote function',
  imported: 'a function of a module',
}

const isRefused = (global: unknown, held: boolean): boolean =>
  typeof global === 'function' || (held && typeof global === 'object')

/** Without code no value that comes out can be called: so no getter, `then` or `toJSON` of a stranger ever runs. */
function denyCode(data: PayloadData): void {
  if (data.code.length > 0) throw new BrineError('CODE_NOT_ALLOWED', { what: 'code' })
  // As a prototype or a symbol a global is part of data. As a value it would hand out what this realm shares.
  const held = new Set(
    [data.root, ...data.heap.flatMap(heldBy)].map((slot) => Array.isArray(slot) && slot[0]),
  )
  for (const [index, node] of data.heap.entries()) {
    const what =
      node.kind === 'typed' && node.type
        ? `the code of the type '${node.name}'`
        : node.kind === 'global' && isRefused(resolveGlobal(node.path), held.has(index))
          ? `the global ${node.path}`
          : CODE[node.kind]
    if (what) throw new BrineError('CODE_NOT_ALLOWED', { what })
  }
}

function copied(data: PayloadData): PayloadData {
  try {
    return structuredClone(data)
  } catch (error) {
    return report.malformed('a plain value', 'cloneable', String(error))
  }
}

function findShared(id: string, { shared }: ReadOptions): object | Promise<object> {
  if (!shared) throw new BrineError('SHARE_UNKNOWN', { id })
  return shared(id)
}

/** The code units that something has to be made from: classes of this realm are there already. */
function neededUnits({ heap }: PayloadData): ReadonlySet<number> {
  const needed = new Set<number>()
  for (const node of heap) {
    if (node.kind === 'imported') needed.add(node.code)
    if (node.kind !== 'closure' || (node.id !== undefined && knownClass(node.id))) continue
    for (let at: Ref | undefined = node.scope; at;) {
      const scope = heap[at[0]] as NodeOf<'scope'>
      needed.add(scope.code)
      // Own fields alone: a tampered prototype could lead round for ever.
      at = Object.hasOwn(scope, 'parent') ? scope.parent : undefined
    }
  }
  return needed
}

/**
 * Reads a payload's data.
 *
 * @param data As it came: nothing of it is trusted.
 * @throws {BrineError} `PAYLOAD_*` or `LIMIT_EXCEEDED` before anything is built; `CODE_*`, `GLOBAL_MISSING`,
 *   `TYPE_UNKNOWN` when a part cannot be rebuilt
 */
export async function readPayload(data: unknown, options: ReadOptions = {}): Promise<Read> {
  ensureIntrinsics()
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const verified = verifyPayload(data, limits, report)
  if (options.code !== 'allow') denyCode(verified)
  const owned = options.copy ? copied(verified) : verified
  const units = await compileUnits(verified.code, neededUnits(verified), options.texts)
  const shares = new Map<string, object>()
  for (const node of verified.heap) {
    if (node.kind === 'shared' && node.id !== undefined && !shares.has(node.id)) {
      shares.set(node.id, await findShared(node.id, options))
    }
  }
  try {
    return { value: rebuild(owned, units, limits, options.remote, shares) }
  } catch (error) {
    if (isBrineError(error)) throw error
    // What only the engine finds wrong: the length of an array that is none, a getter that is no function.
    const facts = { at: 'a node', expected: 'possible to rebuild', found: String(error) }
    throw new BrineError('PAYLOAD_MALFORMED', facts, { cause: error })
  }
}
