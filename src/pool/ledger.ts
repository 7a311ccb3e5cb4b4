// The jobs that are not answered yet, and the counts of those that are. A job is answered here and nowhere else.
import type { CallInfo } from './call.ts'
import type { Job } from './job.ts'

/** How a job ends. */
export type Outcome =
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'failed' | 'cancelled'; readonly error: unknown }

export class Ledger {
  readonly unsettled: Set<Job> = new Set()
  readonly counts: Record<Outcome['kind'], number> = { done: 0, failed: 0, cancelled: 0 }

  /** Answers the caller, unless that has happened before. */
  settle(job: Job, outcome: Outcome, info: CallInfo): void {
    if (job.settled) return
    job.settled = true
    job.outbound = undefined
    job.cancelTimer()
    job.unlisten()
    this.unsettled.delete(job)
    this.counts[outcome.kind]++
    if (outcome.kind === 'done') job.call.observer.fulfil(outcome.value, info)
    else job.call.observer.fail(outcome.error, info, outcome.kind === 'cancelled')
  }
}
