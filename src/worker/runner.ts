// The worker's side: takes jobs one after the other, rebuilds function and arguments, runs, and sends back the result.
import { rebuiltCarrier } from '../capture/rebuilt.ts'
import { siteCarrier } from '../capture/site.ts'
import type { PayloadData } from '../payload/types.ts'
import { allowBase } from '../realm/bases.ts'
import { realm } from '../realm/registry.ts'
import type { AnyFunction } from '../realm/registry.ts'
import { readPayload } from '../rehydrate/read.ts'
import { exposeWorker } from '../rpc/endpoint.ts'
import { shareComlink } from '../rpc/intrinsics.ts'
import { TAG } from '../rpc/protocol.ts'
import type { JobMessage, WorkerMessage } from '../rpc/protocol.ts'
import { openRemote, remoteTarget, wrapRemote } from '../rpc/remote.ts'
import type { Marshal } from '../rpc/remote.ts'
import { writeThrown } from '../rpc/thrown.ts'
import { transferOf, transfersOf } from '../rpc/transfer.ts'
import { handOver, writePayload, writeSnapshot } from '../serialize/write.ts'
import type { WriteOptions } from '../serialize/write.ts'
import { holdLock } from './liveness.ts'

/** What the runner needs of a worker's global scope. */
export interface WorkerScope {
  postMessage(message: unknown, transfer: Transferable[]): void
  addEventListener(type: string, listener: (event: MessageEvent) => void): void
  removeEventListener(type: string, listener: (event: MessageEvent) => void): void
  close(): void
}

/** Starts to serve the page. Listens when it returns: messages that come before are lost. */
export function startWorker(scope: WorkerScope, hold: () => Promise<string | undefined> = holdLock): void {
  shareComlink()
  const texts = new Map<string, string>()
  let current: { readonly job: number; readonly controller: AbortController } | undefined

  const post = (message: WorkerMessage, transfer: readonly unknown[] = []): void =>
    scope.postMessage(message, [...transfer] as Transferable[])

  const optionsFor = (value: unknown, action: string): WriteOptions => ({
    carriers: [rebuiltCarrier, siteCarrier],
    action,
    transfer: action === 'call' ? transfersOf(value as unknown[]) : transferOf(value),
    remote: (candidate) => {
      const target = remoteTarget(candidate)
      return target && openRemote(target, marshal).port
    },
  })
  const marshal: Marshal = {
    // A snapshot, as Comlink posts it, which would only tell later that it cannot.
    write: (value, action) => writeSnapshot(value, optionsFor(value, action)),
    // The page is the worker's only sender, and what it sends is to be run.
    read: (data) => {
      for (const { hash, text } of data.code) if (text !== undefined) texts.set(hash, text)
      return readPayload(data, { code: 'allow', texts, remote: (port) => wrapRemote(port, marshal) })
    },
  }

  /** Writes and posts in one go, which needs no copy in between. */
  const send = (value: unknown, action: string, message: (data: PayloadData) => WorkerMessage): void =>
    handOver((byReference) => {
      const { data, transfer } = writePayload(value, { ...optionsFor(value, action), byReference })
      post(message(data), transfer)
    })

  const runJob = async ({ job, id, attempt, bases = [], data }: JobMessage): Promise<void> => {
    const controller = new AbortController()
    current = { job, controller }
    let start = performance.now()
    try {
      bases.forEach(allowBase)
      const call = await marshal.read(data)
      const [fn, args] = call.value as [AnyFunction, never[]]
      realm().current = {
        id,
        attempt,
        signal: controller.signal,
        progress: (value) => send(value, 'report', (data) => ({ [TAG]: 'progress', job, data })),
      }
      start = performance.now()
      const value = await fn(...args)
      const runMs = performance.now() - start
      send(value, 'return', (data) => ({ [TAG]: 'result', job, ok: true, data, runMs }))
    } catch (error) {
      const runMs = performance.now() - start
      const { data, transfer } = writeThrown(error, marshal)
      post({ [TAG]: 'result', job, ok: false, data, runMs }, transfer)
    } finally {
      realm().current = undefined
      current = undefined
    }
  }

  const alive = hold()
  const run = async (jobs: readonly JobMessage[]): Promise<void> => {
    for (const job of jobs) await runJob(job)
  }
  const abort = (job: number, reason: PayloadData): void => {
    const running = current
    if (running?.job !== job) return
    void marshal.read(reason).then(({ value }) => running.controller.abort(value))
  }
  exposeWorker({ run, abort }, scope as never)
  scope.addEventListener('messageerror', () => post({ [TAG]: 'unreadable' }))
  tellBeforeClose(scope, post)
  void alive.then((lock) => post({ [TAG]: 'ready', ...(lock !== undefined && { lock }) }))
}

/** Lets the page know before the worker closes itself: a result that is still on its way must not free a dead slot. */
function tellBeforeClose(scope: WorkerScope, post: (message: WorkerMessage) => void): void {
  const close = scope.close.bind(scope)
  scope.close = () => {
    post({ [TAG]: 'closing' })
    close()
  }
}
