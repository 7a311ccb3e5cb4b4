// The jobs that are not answered yet, and the counts of those that are. A job is answered here and nowhere else.
import type { ResultAnswer } from '../rpc/protocol.ts'
import { letGo } from '../realm/shared.ts'
import type { TaskInfo, EngineStats, Failure } from './call.ts'
import { joinStack } from './call-site.ts'
import { Costs } from './costs.ts'
import type { Job } from './job.ts'
import type { Slot } from './slot.ts'

/** How a job ends. */
export type Outcome =
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: Failure; readonly error: unknown }

/** The end of a job by an error from elsewhere, whose stack shows the call from now on. */
export function failure({ call }: Job, error: unknown): Outcome {
  joinStack(error, call.site)
  return { kind: 'failed', error }
}

export class Ledger {
  readonly unsettled: Set<Job> = new Set()
  readonly counts: Record<'done' | 'failed' | 'cancelled', number> = { done: 0, failed: 0, cancelled: 0 }
  readonly costs: Costs = new Costs()
  /** Milliseconds that functions ran. */
  busyMs = 0
  bytesReceived = 0
  /** Code units of the slots that are gone. */
  readonly #code = { sent: 0, reused: 0 }
  readonly #shares = { sent: 0, reused: 0 }
  #bytesSent = 0

  /** Answers the caller, unless that has happened before. */
  settle(job: Job, outcome: Outcome, info: TaskInfo): void {
    if (job.settled) return
    job.settled = true
    job.outbound = undefined
    letGo(job.uses)
    job.uses = []
    job.cancelTimer()
    job.unlisten()
    this.unsettled.delete(job)
    this.counts[outcome.kind === 'stalled' ? 'failed' : outcome.kind]++
    this.bytesReceived += job.receivedBytes
    if (outcome.kind === 'done') job.call.observer.fulfil(outcome.value, info)
    else job.call.observer.fail(outcome.error, info, outcome.kind)
  }

  /** Takes note of what a run cost. */
  ran(job: Job, { runMs }: ResultAnswer): void {
    this.busyMs += runMs
    if (job.code !== undefined) this.costs.note(job.code, runMs)
  }

  /** Keeps the counts of a slot that is gone. */
  leave({ code, shares, bytes }: Slot): void {
    this.#bytesSent += bytes
    this.#code.sent += code.sent
    this.#code.reused += code.reused
    this.#shares.sent += shares.sent
    this.#shares.reused += shares.reused
  }

  stats(queued: number, running: number, slots: ReadonlySet<Slot>): EngineStats {
    let { sent: codeSent, reused: codeReused } = this.#code
    let { sent: sharesSent, reused: sharesReused } = this.#shares
    let bytesSent = this.#bytesSent
    for (const { code, shares, bytes } of slots) {
      bytesSent += bytes
      codeSent += code.sent
      codeReused += code.reused
      sharesSent += shares.sent
      sharesReused += shares.reused
    }
    const { counts, busyMs, bytesReceived } = this
    return {
      queued,
      running,
      ...counts,
      workers: slots.size,
      busyMs,
      bytesSent,
      bytesReceived,
      codeSent,
      codeReused,
      sharesSent,
      sharesReused,
    }
  }
}
