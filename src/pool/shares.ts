// Values that are sent to each worker once: written when they are shared, posted ahead of the first job that needs them.
import { rebuiltCarrier } from '../capture/rebuilt.ts'
import { siteCarrier } from '../capture/site.ts'
import { sourceCarrier } from '../capture/source.ts'
import type { PayloadData } from '../payload/types.ts'
import { realm } from '../realm/registry.ts'
import type { Environment } from '../realm/registry.ts'
import { makeShared, noteUse } from '../realm/shared.ts'
import type { Shared } from '../realm/shared.ts'
import type { Sharing, Use } from '../realm/sharing.ts'
import { shareComlink } from '../rpc/intrinsics.ts'
import { remoteTarget } from '../rpc/remote.ts'
import { handOver, snapshot } from '../serialize/snapshot.ts'
import { writePayload } from '../serialize/write.ts'
import { openAttempt } from './outbound.ts'
import type { Slot } from './slot.ts'

/** How a value is shared. */
interface ShareOptions {
  /** For messages: `share`, `map`. */
  readonly action: string
  readonly environment: Environment
  /** Whether workers can see memory of the page. */
  readonly sharedMemory: boolean
}

/** Writes a value as it is now, and makes its handle. */
export function shareValue<Value>(value: Value, options: ShareOptions): Shared<Value> {
  const { prefix } = realm()
  const id = `${prefix}shared:${realm().nextId++}`
  const written = writeShared(value, options)
  const sharing: Sharing = { id, ...written, wanted: true, holds: 0, places: new Set() }
  return makeShared({ value, id, sharing })
}

function writeShared(value: unknown, options: ShareOptions): Pick<Sharing, 'data' | 'remotes' | 'uses'> {
  shareComlink()
  const call = {}
  return handOver((byReference) => {
    const remotes: object[] = []
    const uses: Use[] = []
    const { data } = writePayload(value, {
      carriers: [rebuiltCarrier, siteCarrier, sourceCarrier],
      call,
      byReference,
      ...options,
      remote: (candidate) => {
        const target = remoteTarget(candidate)
        return target && remotes.push(target) - 1
      },
      shared: (shared) => noteUse(uses, shared),
    })
    return { data: copyOf(data), remotes, uses }
  })
}

/** Numbers stand for ports: nothing moves. */
const copyOf = (data: PayloadData): PayloadData => snapshot({ data, transfer: [] }).data

/** Sends ahead the shared values that a worker lacks, those in a value before the value. */
export function supplyShares(uses: readonly Use[], slot: Slot): void {
  for (const { sharing } of uses) {
    if (slot.has(sharing)) {
      slot.shares.reused++
      continue
    }
    supplyShares(sharing.uses, slot)
    const outbound = { payload: { data: sharing.data, transfer: [] }, remotes: sharing.remotes }
    const { payload, links } = openAttempt(outbound, false, (link) => slot.release(link))
    slot.supply(sharing, payload, links)
  }
}
