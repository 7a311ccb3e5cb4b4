// One call inside the pool of workers: where it stands, and what has to be undone when it ends.
import type { JobMessage } from '../rpc/protocol.ts'
import type { Call, TaskInfo, Ticket } from './call.ts'
import type { Use } from '../realm/sharing.ts'
import type { Clock } from '../realm/clock.ts'
import type { Command } from '../stream/command.ts'
import { writeCommand } from './outbound.ts'
import type { Outbound } from './outbound.ts'
import { otherBases } from '../realm/bases.ts'
import { rankOf } from './scheduler.ts'
import type { Slot } from './slot.ts'

export class Job implements Ticket {
  readonly number: number
  readonly id: string
  readonly call: Call
  /** Until the caller has an answer; a job whose answer came early may still keep its slot busy. */
  settled = false
  attempt = 0
  slot: Slot | undefined
  /** Until there is nothing to post any more: the last attempt is under way alone, or the job is settled. */
  outbound: Outbound | undefined
  /** The shared values that it holds until it is settled. */
  uses: readonly Use[] = []
  /** What tells how long it may take; nothing where that is no matter, as it goes alone. */
  code: string | undefined
  readonly submittedAt: number
  /** See `scheduler.ts`. */
  readonly rank: number
  /** Roughly, without code. */
  sentBytes = 0
  receivedBytes = 0
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
    this.rank = rankOf(now, call.settings.priority ?? 0)
    this.cancel = (reason) => cancel(this, reason)
  }

  get label(): string {
    return this.call.label
  }

  /** For messages. */
  get name(): string {
    return `'${this.label}'`
  }

  /** What the worker is told about the attempt. */
  get head(): Omit<JobMessage, 'data'> {
    const bases = otherBases()
    return { job: this.number, id: this.id, attempt: this.attempt, ...(bases.length > 0 && { bases }) }
  }

  /** It turned out to be a generator: what its reader has got is not made twice, and nothing waits in its message. */
  becomeStream(): void {
    this.outbound = undefined
    this.code = undefined
  }

  steer(command: Command): void {
    if (this.settled || !this.slot) return
    const { message, transfer } = writeCommand(command)
    this.slot.steer(this.number, message, transfer)?.catch((error: unknown) => this.cancel(error))
  }

  /** Has the caller's signal cancel it. */
  listen(): void {
    const { signal } = this.call.settings
    if (!signal) return
    const abort = (): void => this.cancel(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    this.unlisten = () => signal.removeEventListener('abort', abort)
  }

  get retries(): number {
    return this.call.settings.retries ?? 0
  }

  /** Whether it may be started again after this attempt. */
  get mayRetry(): boolean {
    return this.attempt <= this.retries
  }

  /** Takes back an attempt that cannot be told to have failed: the job goes again, and alone, so that it can. */
  forgive(): void {
    this.attempt--
    this.code = undefined
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
  info(now: number, runMs: number = this.attempt > 0 ? now - this.startedAt : 0): TaskInfo {
    const started = this.attempt > 0
    return {
      queueMs: (started ? this.startedAt : now) - this.submittedAt,
      runMs,
      ...(started ? { transferMs: Math.max(0, now - this.startedAt - runMs) } : {}),
      worker: this.slot?.number ?? 0,
      attempt: this.attempt,
      bytes: { sent: this.sentBytes, received: this.receivedBytes },
    }
  }
}
