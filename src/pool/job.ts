// One call inside the pool of workers: where it stands, and what has to be undone when it ends.
import type { Call, CallInfo, Ticket } from './call.ts'
import type { Clock } from './clock.ts'
import type { Outbound } from './outbound.ts'
import type { Slot } from './slot.ts'

export class Job implements Ticket {
  readonly number: number
  readonly id: string
  readonly call: Call
  /** Until the caller has an answer; a job whose answer came early may still keep its slot busy. */
  settled = false
  attempt = 0
  slot: Slot | undefined
  /** Until the last attempt is posted. */
  outbound: Outbound | undefined
  readonly submittedAt: number
  startedAt = 0
  /** Messages of the worker that are still being read. */
  inbound: Promise<void> | undefined
  cancelTimer: () => void = () => {}
  /** Removes the listener of the caller's signal. */
  unlisten: () => void = () => {}
  readonly cancel: (reason: unknown) => void

  constructor(
    number: number,
    id: string,
    call: Call,
    now: number,
    cancel: (job: Job, reason: unknown) => void,
  ) {
    this.number = number
    this.id = id
    this.call = call
    this.submittedAt = now
    this.cancel = (reason) => cancel(this, reason)
  }

  /** Has the caller's signal cancel it. */
  listen(): void {
    const { signal } = this.call.settings
    if (!signal) return
    const abort = (): void => this.cancel(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    this.unlisten = () => signal.removeEventListener('abort', abort)
  }

  /** Begins an attempt, and the time that it may take. */
  start(slot: Slot, clock: Clock): void {
    const { timeout } = this.call.settings
    this.slot = slot
    this.attempt++
    this.startedAt = clock.now()
    if (timeout === undefined) return
    this.cancelTimer = clock.after(timeout, () =>
      this.cancel(new DOMException(`The task ran longer than ${timeout} ms.`, 'TimeoutError')),
    )
  }

  /** What is known about the run; pass what the worker measured and when the answer came. */
  info(now: number, runMs: number = this.attempt > 0 ? now - this.startedAt : 0): CallInfo {
    const started = this.attempt > 0
    return {
      queueMs: (started ? this.startedAt : now) - this.submittedAt,
      runMs,
      ...(started ? { transferMs: Math.max(0, now - this.startedAt - runMs) } : {}),
      worker: this.slot?.number ?? 0,
      attempt: this.attempt,
    }
  }
}
