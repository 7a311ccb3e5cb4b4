// `serialize` and `deserialize`: the pure half of the library.
import { rebuiltCarrier } from '../capture/rebuilt.ts'
import { siteCarrier } from '../capture/site.ts'
import { sourceCarrier } from '../capture/source.ts'
import type { Limits } from '../payload/limits.ts'
import type { Payload } from '../payload/types.ts'
import type { Environment } from '../realm/registry.ts'
import { readPayload } from '../rehydrate/read.ts'
import { writeSnapshot } from '../serialize/snapshot.ts'

/** How `serialize` reads a value. */
export interface SerializeOptions extends Environment {
  /** What moves instead of being copied: buffers, ports, streams. It is gone from this side afterwards. */
  readonly transfer?: readonly Transferable[]
}

/**
 * Turns a value into a payload: data, functions with the variables they captured, classes, instances, cycles.
 * The payload is a snapshot: what happens to the value later does not reach it.
 *
 * @param value Anything that can travel.
 * @param options `using` or `scope`: where the free variables of functions are read, see {@link Environment}; `transfer`.
 * @returns `data`, which is structured-cloneable, and `transfer`, to go along in `postMessage`.
 * @throws {BrineError} `CAPTURE_*` or `VALUE_*`, with the path to what cannot travel.
 *
 * @example
 * ```ts
 * const rate = 0.05
 * const payload = serialize((x: number) => x * rate, { using: { rate } })
 * const grow = (await deserialize(payload, { code: 'allow' })) as (x: number) => number
 * grow(100) // 5
 * ```
 */
export function serialize(value: unknown, options: SerializeOptions = {}): Payload {
  const { transfer, ...environment } = options
  return writeSnapshot(value, {
    carriers: [rebuiltCarrier, siteCarrier, sourceCarrier],
    action: 'serialize',
    environment,
    ...(transfer && { transfer }),
  })
}

/** How `deserialize` reads a payload. */
export interface DeserializeOptions {
  /**
   * `'allow'` rebuilds functions and classes, which evaluates their text: for payloads whose origin you trust.
   *
   * @default 'deny'
   */
  readonly code?: 'allow' | 'deny'
  /** What is accepted at the most; see {@link Limits} for the defaults. */
  readonly limits?: Partial<Limits>
}

/**
 * Turns a payload into the value again. Everything about the payload is checked before anything is built, and no code
 * runs unless it is allowed.
 *
 * A value with a method named `then` would be taken for a promise by `await`; serialize it inside an object.
 *
 * @param payload What `serialize` or `fromBytes` gave, as it came over a wire or from a disk.
 * @param options `code`: `'allow'` to rebuild functions and classes; `limits`.
 * @returns The value.
 * @throws {BrineError} `PAYLOAD_MALFORMED`, `PAYLOAD_VERSION`, `LIMIT_EXCEEDED`, `CODE_NOT_ALLOWED`, `CODE_BLOCKED`,
 *   `CODE_FAILED`, `GLOBAL_MISSING`, `TYPE_UNKNOWN`
 *
 * @example
 * ```ts
 * const payload = serialize(new Map([['deep', [1n, -0]]]))
 * await deserialize(payload) // new Map([['deep', [1n, -0]]])
 * ```
 */
export async function deserialize(payload: Payload, options: DeserializeOptions = {}): Promise<unknown> {
  const { data, transfer } = (payload ?? {}) as Partial<Payload>
  // Transferred things cannot be copied: such a payload is used up. Any other can be read as often as one likes.
  const copy = !Array.isArray(transfer) || transfer.length === 0
  return (await readPayload(data, { ...options, copy })).value
}
