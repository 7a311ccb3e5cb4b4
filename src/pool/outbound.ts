// A call as a payload: written once, at the call, and posted once for each attempt.
//
// Where a value stays on the page, the written payload has a number in place of a port. Ports are opened when the job
// is posted, anew for each attempt, so a job that never runs opens none.
import { rebuiltCarrier } from '../capture/rebuilt.ts'
import { siteCarrier } from '../capture/site.ts'
import { sourceCarrier } from '../capture/source.ts'
import { supplyOf } from '../capture/supplied.ts'
import type { Payload, PayloadData } from '../payload/types.ts'
import type { AbortKind } from '../realm/abort-board.ts'
import { realm } from '../realm/registry.ts'
import type { Environment } from '../realm/registry.ts'
import { readPayload } from '../rehydrate/read.ts'
import { shareComlink } from '../rpc/intrinsics.ts'
import type { JobMessage, SteerMessage } from '../rpc/protocol.ts'
import { noteUse, sharedBy } from '../realm/shared.ts'
import type { Use } from '../realm/sharing.ts'
import { openRemote, remoteTarget, wrapRemote } from '../rpc/remote.ts'
import type { Marshal, RemoteLink } from '../rpc/remote.ts'
import { writeThrown } from '../rpc/thrown.ts'
import { transferOf, transfersOf } from '../rpc/transfer.ts'
import { handOver, snapshot, writeSnapshot } from '../serialize/snapshot.ts'
import { writeCall } from '../serialize/write.ts'
import type { Command } from '../stream/command.ts'
import type { Call } from './call.ts'
import type { Slot } from './slot.ts'

const carriers = [rebuiltCarrier, siteCarrier, sourceCarrier]

/** How the page writes and reads values while a task runs, and how it reads results. */
export const pageMarshal: Marshal = {
  // A snapshot, as Comlink posts it, which would only tell later that it cannot.
  write: (value, action) =>
    writeSnapshot(value, {
      carriers,
      action,
      // The arguments of a call come as a list.
      transfer: action === 'call' ? transfersOf(value as unknown[]) : transferOf(value),
      remote: (candidate) => {
        const target = remoteTarget(candidate)
        return target && openRemote(target, pageMarshal).port
      },
    }),
  // A worker runs what this page sent it, so code from there is the page's own.
  read: (data) =>
    readPayload(data, {
      code: 'allow',
      remote: (port) => wrapRemote(port, pageMarshal),
      shared: sharedBy,
    }),
}

/** A call, ready to be posted. */
export interface Outbound {
  readonly payload: Payload
  /** What stays on the page, by the number in the payload. */
  readonly remotes: readonly object[]
  /** The shared values that it names. */
  readonly uses: readonly Use[]
  /** What comes before the arguments, as a list. */
  readonly given?: Payload
  /** Writes the call once more, with no data of the page's by reference; not where the payload is a copy of its own. */
  readonly rewrite?: () => Outbound
}

/** Writes a call, synchronously: what travels is the state at the call. Posted at once, or {@link keep} it. */
export function writeOutbound(call: Call, byReference = true): Outbound {
  shareComlink()
  const { fn, args, settings, movesCaptures = true } = call
  const { using, scope, transfer = [] } = settings
  const remotes: object[] = []
  const uses: Use[] = []
  const { data, transfer: listed } = writeCall(fn, args, {
    carriers,
    action: 'offload',
    environment: { ...(using && { using }), ...(scope && { scope }) },
    call,
    byReference,
    // A set, as the platform refuses a list that names a buffer twice.
    transfer: [
      ...new Set([
        ...transfer,
        ...transfersOf(args),
        ...(movesCaptures
          ? transfersOf([...valuesOf(using, call), ...valuesOf(realm().environments.get(fn)?.using, call)])
          : []),
      ]),
    ],
    remote: (candidate) => {
      const target = remoteTarget(candidate)
      return target && remotes.push(target) - 1
    },
    shared: (shared) => noteUse(uses, shared),
  })
  const payload = { data, transfer: listed.filter((each) => typeof each !== 'number') }
  return { payload, remotes, uses, ...(byReference && { rewrite: () => writeOutbound(call, false) }) }
}

/** The captured variables; none where a function `using` cannot be used, which is told where they are needed. */
function valuesOf(using: Environment['using'], call: Call): readonly unknown[] {
  const supply = using && supplyOf(using, call)
  return supply && 'values' in supply ? supply.values : []
}

/** Hands a call over as it was written, or written once more. */
function handOverCall<Result>(outbound: Outbound, attempt: (outbound: Outbound) => Result): Result {
  const { rewrite } = outbound
  if (!rewrite) return attempt(outbound)
  return handOver((byReference) => attempt(byReference ? outbound : rewrite()))
}

/** Makes a call independent of what the page does next with the values in it. */
export function keep(outbound: Outbound): Outbound {
  return handOverCall(outbound, ({ payload, remotes, uses }) => ({
    payload: snapshot(payload),
    remotes,
    uses,
  }))
}

/**
 * Posts one attempt, now; `last` moves what is in the transfer list, else it is copied.
 *
 * @throws {DOMException} what posting throws; then nothing is moved, and nothing stays open.
 */
export function postAttempt(
  outbound: Outbound,
  last: boolean,
  slot: Pick<Slot, 'run' | 'release'>,
  head: Omit<JobMessage, 'data'>,
): void {
  const { given } = outbound
  handOverCall(outbound, (written) => {
    const { payload, links } = openAttempt(written, last, (link) => slot.release(link))
    const message = { ...head, data: payload.data, ...(given && { given: given.data }) }
    slot.run([message], [...payload.transfer, ...(given && last ? given.transfer : [])], links)
  })
}

/** Adds what comes before the arguments of a call that is kept, as it is now. */
export function give(outbound: Outbound, results: readonly unknown[]): Outbound {
  return { ...outbound, given: pageMarshal.write(results, 'offload') }
}

/** How many bytes a call may have that goes in a message with others: copying many would hold up the page. */
const SMALL_BYTES = 4_096

/** Whether a call can go in a message with others: it is small, nothing moves, and nothing stays behind. */
export function mayShareMessage({ payload, remotes }: Outbound, bytes: number): boolean {
  return payload.transfer.length === 0 && remotes.length === 0 && bytes < SMALL_BYTES
}

/** Whether a call can be posted twice: buffers can be copied, but a port or a stream moves once and for all. */
export function isRepeatable({ payload, given }: Outbound): boolean {
  return [...payload.transfer, ...(given?.transfer ?? [])].every((each) => each instanceof ArrayBuffer)
}

/** What is posted for one attempt. */
export function openAttempt(
  { payload, remotes }: Pick<Outbound, 'payload' | 'remotes'>,
  last: boolean,
  released: (link: RemoteLink) => void,
): { payload: Payload; links: readonly RemoteLink[] } {
  const moved = last ? payload.transfer : []
  if (remotes.length === 0) return { payload: { data: payload.data, transfer: moved }, links: [] }
  const links = remotes.map((value) => {
    const link: RemoteLink = openRemote(value, pageMarshal, () => released(link))
    return link
  })
  const heap = payload.data.heap.map((node) =>
    node.kind === 'remote' ? { kind: node.kind, port: links[node.port as number]!.port } : node,
  )
  return {
    payload: { data: { ...payload.data, heap }, transfer: [...moved, ...links.map((link) => link.port)] },
    links,
  }
}

/** A command for the generator of a job. */
export function writeCommand(command: Command): { message: SteerMessage; transfer: readonly unknown[] } {
  if (!('value' in command)) return { message: command, transfer: [] }
  const { kind, value } = command
  const { data, transfer } =
    kind === 'throw' ? writeThrown(value, pageMarshal) : pageMarshal.write(value, kind)
  return { message: { kind, data }, transfer }
}

/** What of the reason of an abort a function can see that blocks its thread. */
export function kindOfAbort(reason: unknown): AbortKind {
  return reason instanceof DOMException && reason.name === 'TimeoutError' ? 'TimeoutError' : 'AbortError'
}

/** The reason of an abort for `task.signal` in the worker; what cannot travel becomes a plain AbortError. */
export function writeReason(reason: unknown): PayloadData {
  try {
    return writeSnapshot(reason, { carriers, action: 'abort' }).data
  } catch {
    return writeReason(new DOMException('The task was cancelled.', 'AbortError'))
  }
}
