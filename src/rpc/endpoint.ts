// The two ends of the line between the page and a worker: Comlink for calls.
import { expose, transfer, wrap } from 'comlink'
import type { Endpoint } from 'comlink'
import type { PayloadData } from '../payload/types.ts'
import type { JobMessage, SteerMessage, WorkerApi } from './protocol.ts'

/** What the page holds of a worker. */
export interface WorkerLine {
  /**
   * Posts jobs at once; rejects when the worker failed to take them.
   *
   * @throws {DOMException} what posting throws
   */
  run(jobs: readonly JobMessage[], transferables: readonly unknown[]): Promise<void>
  abort(job: number, reason: PayloadData): Promise<void>
  steer(job: number, message: SteerMessage, transferables: readonly unknown[]): Promise<void>
  watch(board: Int32Array): Promise<void>
  /**
   * Posts a shared value at once.
   *
   * @throws {DOMException} what posting throws
   */
  share(id: string, data: PayloadData, transferables: readonly unknown[]): Promise<void>
  forget(id: string): Promise<void>
}

/** Connects the page to a worker. */
export function connectWorker(endpoint: Endpoint): WorkerLine {
  let refusal: { readonly error: unknown } | undefined
  const api = wrap<WorkerApi>({
    addEventListener: endpoint.addEventListener.bind(endpoint),
    removeEventListener: endpoint.removeEventListener.bind(endpoint),
    // Comlink makes a rejection of what this throws, which comes too late to write the same state again.
    postMessage(message, transferables) {
      try {
        endpoint.postMessage(message, transferables)
      } catch (error) {
        refusal = { error }
        throw error
      }
    },
  })
  // Each property read makes a proxy and a finalizer: read once. The two also keep the line open, as Comlink hangs up
  // when its last proxy is collected, even in the middle of a call.
  const { run, share, forget, abort, steer, watch } = api
  const posted = (post: () => Promise<void>): Promise<void> => {
    refusal = undefined
    const taken = post()
    if (!refusal) return taken
    taken.catch(() => {})
    throw (refusal as { error: unknown }).error
  }
  const moving = <T extends object>(value: T, transferables: readonly unknown[]): T =>
    transfer(value, [...transferables] as Transferable[])
  return {
    run: (jobs, transferables) => posted(() => run(moving([...jobs], transferables))),
    share: (id, data, transferables) => posted(() => share(id, moving({ ...data }, transferables))),
    forget: (id) => forget(id),
    abort: (job, reason) => abort(job, reason),
    steer: (job, message, transferables) =>
      steer(job, transfer(message, [...transferables] as Transferable[])),
    watch: (board) => watch(board),
  }
}

/** Lets the page call `api`. Listens when it returns. */
export function exposeWorker(api: WorkerApi, endpoint: Endpoint): void {
  expose(api, endpoint)
}
