// The pool of workers: takes calls, lets the crew carry them out, and answers the callers.
//
// Who owns what: the scheduler owns the order and knows which slot is busy; the crew owns the slots and what they have
// under way; a slot owns its worker; a job is settled in the ledger and nowhere else.
//
// Invariants
//  1. Each call is answered exactly once: `settled` guards it. What comes later (a result after a cancel) is dropped.
//  2. A job that was answered early (cancel, timeout) keeps its slot until the worker answers or its grace is over;
//     then the worker is replaced. No other message can be with that slot meanwhile.
//  3. Timers and signal listeners of a job are gone when it is settled, the grace timer when its slot is.
//  4. A payload that is not posted inside `submit` was made independent of the page's values inside `submit`.
//  5. A job that is lost without being guilty runs again alone, and no attempt is counted: so it shows which job it is
//     that ends workers. A guilty one runs again while it has retries, after its backoff, and then fails: a job ends at
//     most `retries + 1` workers by itself.
//  6. A job that waits for others, or for its backoff, is in no queue.
//  7. After `close` or `terminate` nothing is accepted; both end when no worker is left.
import { BrineError, WorkerCrashError } from '../errors/brine-error.ts'
import { systemClock } from '../realm/clock.ts'
import type { Clock } from '../realm/clock.ts'
import { hold } from '../realm/shared.ts'
import type { Answer } from '../rpc/protocol.ts'
import type { Call, TaskInfo, Engine, EngineStats, Ticket, WorkerChange } from './call.ts'
import { joinStack } from './call-site.ts'
import { checkCaptureSize } from './capture-size.ts'
import { codeOfCall } from './costs.ts'
import { Crew } from './crew.ts'
import type { CrewOptions } from './crew.ts'
import { resultsOf } from './dependencies.ts'
import { readProgress, readResult, readYields } from './inbound.ts'
import { Job } from './job.ts'
import { failure, Ledger } from './ledger.ts'
import type { Outcome } from './ledger.ts'
import { watchLock } from './liveness.ts'
import { give, keep, kindOfAbort, mayShareMessage, writeOutbound, writeReason } from './outbound.ts'
import { Room } from './room.ts'
import type { End } from './slot.ts'
import { weigh } from './weight.ts'

/** How long a cancelled function may go on to clean up before its worker is ended, in milliseconds. */
const DEFAULT_GRACE_MS = 50
/** A worker is a few megabytes that an idle page need not hold, and takes 10 to 15 ms to start again. */
const DEFAULT_IDLE_MS = 60_000

export interface ThreadedOptions extends Pick<CrewOptions, 'size' | 'ways'> {
  readonly name: string
  readonly maxQueue?: number
  readonly minSize?: number
  readonly limits?: CrewOptions['limits']
  readonly idleTimeout?: number
  readonly recycle?: CrewOptions['recycle']
  readonly clock?: Clock
  readonly watch?: CrewOptions['watch']
  /** Hears of workers while the engine is in the middle of something: it must not call back. */
  readonly onWorker?: (change: WorkerChange) => void
}

export class ThreadedEngine implements Engine {
  readonly #name: string
  readonly #size: number
  readonly #maxQueue: number
  readonly #clock: Clock
  readonly #crew: Crew
  readonly #ledger = new Ledger()
  readonly #room: Room
  #warming: { resolve: () => void; reject: (error: unknown) => void }[] = []
  #jobNumber = 0
  #closed: Promise<void> | undefined
  #ended: (() => void) | undefined

  constructor(options: ThreadedOptions) {
    const { name, size, maxQueue = Infinity, minSize = 0, limits = {}, recycle = {} } = options
    const { clock = systemClock, watch = watchLock, idleTimeout = DEFAULT_IDLE_MS, ways } = options
    this.#name = name
    this.#size = size
    this.#maxQueue = maxQueue
    this.#clock = clock
    this.#crew = new Crew(
      { size, minSize: Math.min(minSize, size), limits, idleTimeout, recycle, ways, clock, watch },
      {
        expect: ({ code }) => (code === undefined ? undefined : this.#ledger.costs.expected(code)),
        ran: (job, answer) => this.#ledger.ran(job, answer),
        answered: (job, answer, now) => this.#answered(job, answer, now),
        lost: (job, end, guilty) => this.#lost(job, end, guilty),
        undeliverable: (job, error) => this.#settle(job, failure(job, error)),
        unavailable: (jobs, reason) => this.#unavailable(jobs, reason),
        left: (slot) => this.#ledger.leave(slot),
        changed: () => this.#changed(),
        worker: (change) => options.onWorker?.(change),
      },
    )
    this.#room = new Room(() => maxQueue - this.#crew.scheduler.waitingWith() + 1, clock)
  }

  submit(call: Call): Ticket {
    const number = ++this.#jobNumber
    const id = `${this.#name}-${number}`
    const job = new Job(number, id, call, this.#clock.now(), (own, reason) => this.#stop(own, reason))
    this.#ledger.unsettled.add(job)
    try {
      this.#admit(job)
    } catch (error) {
      const { signal } = call.settings
      const kind = signal?.aborted && error === signal.reason ? 'cancelled' : 'failed'
      this.#settle(job, { kind, error })
    }
    return job
  }

  #admit(job: Job): void {
    const { dependsOn } = job.call.settings
    this.#check(job)
    if (!dependsOn) this.#checkRoom(job)
    const outbound = writeOutbound(job.call)
    hold((job.uses = outbound.uses))
    const { payload } = outbound
    job.sentBytes = weigh(payload.data)
    checkCaptureSize(payload, `'${job.call.label}'`, job.call.settings.captureLimits, job.sentBytes)
    // Writing ran code of the caller's (`scope`, `encode`), which may have aborted, closed, or called `offload` itself.
    this.#check(job)
    if (dependsOn) {
      job.outbound = keep(outbound)
      job.listen()
      job.call.observer.waiting()
      return resultsOf(
        dependsOn,
        (results) => this.#give(job, results),
        (error) => this.#stall(job, error),
      )
    }
    this.#checkRoom(job)
    this.#room.taken()
    const waits = !this.#crew.scheduler.wouldStart(job.label)
    // Invariant 4. A retry posts the same state again, so it needs a copy of its own in any case.
    job.outbound = waits || job.retries > 0 ? keep(outbound) : outbound
    if (job.call.settings.timeout === undefined && mayShareMessage(job.outbound, job.sentBytes)) {
      job.code = codeOfCall(outbound.payload.data)
    }
    job.listen()
    this.#crew.scheduler.submit(job)
  }

  #check({ call }: Job): void {
    if (this.#closed) throw new BrineError('POOL_CLOSED', { action: 'offload', pool: this.#name })
    call.settings.signal?.throwIfAborted()
  }

  #checkRoom({ label }: Job): void {
    if (this.#crew.scheduler.waitingWith(label) <= this.#maxQueue) return
    throw new BrineError('QUEUE_FULL', { limit: this.#maxQueue })
  }

  /** What the job waited for is there. It was accepted at the call, whatever the queue holds now. */
  #give(job: Job, results: readonly unknown[]): void {
    if (job.settled) return
    try {
      job.outbound = give(job.outbound!, results)
    } catch (error) {
      return this.#settle(job, failure(job, error))
    }
    job.sentBytes = weigh(job.outbound.payload.data) + weigh(job.outbound.given!.data)
    job.call.observer.queued()
    this.#crew.scheduler.submit(job)
  }

  #stall(job: Job, cause: unknown): void {
    const error = new BrineError('TASK_STALLED', { task: job.name }, { cause })
    joinStack(error, job.call.site)
    this.#settle(job, { kind: 'stalled', error })
  }

  #answered(job: Job, answer: Answer, now: number): void {
    if (job.settled || answer.kind === 'dropped') return
    if (answer.kind === 'yields') return readYields(job, answer, (error) => this.#stop(job, error))
    job.receivedBytes += weigh(answer.data)
    if (answer.kind === 'progress') return readProgress(job, answer.data, (error) => this.#stop(job, error))
    const info = job.info(now, answer.runMs)
    readResult(job, answer, (outcome) => this.#settle(job, outcome, info))
  }

  /** Cancel, abort or timeout: answers the caller now and sees to it that the function ends. */
  #stop(job: Job, reason: unknown): void {
    if (job.settled) return
    const { slot } = job
    const running = this.#crew.has(job)
    if (!running) this.#crew.scheduler.withdraw(job)
    this.#settle(job, { kind: 'cancelled', error: reason })
    if (!running || !slot) return this.#changed()
    slot.abort(job.number, writeReason(reason), kindOfAbort(reason))
    job.cancelTimer = this.#clock.after(job.call.settings.grace ?? DEFAULT_GRACE_MS, () =>
      this.#crew.end(slot, { kind: 'died', reason: 'its task was stopped' }),
    )
  }

  #lost(job: Job, end: End, guilty: boolean): void {
    if (job.settled) return
    if (!job.outbound || (guilty && !job.mayRetry)) {
      const times = job.attempt > 1 ? `, as ${job.attempt - 1} before it` : ''
      const error = new WorkerCrashError({ task: job.name, reason: end.reason + times })
      return this.#settle(job, failure(job, error))
    }
    job.slot = undefined
    job.call.observer.queued()
    const { backoff = 0 } = job.call.settings
    if (!guilty) job.forgive()
    if (!guilty || backoff === 0) return this.#crew.scheduler.requeue(job)
    job.cancelTimer = this.#clock.after(backoff * 2 ** (job.attempt - 1), () => {
      this.#crew.scheduler.submit(job)
    })
  }

  #unavailable(jobs: readonly Job[], reason: string): void {
    for (const job of jobs) {
      this.#settle(job, failure(job, new BrineError('WORKER_UNAVAILABLE', { reason })))
    }
  }

  #settle(job: Job, outcome: Outcome, info: TaskInfo = job.info(this.#clock.now())): void {
    this.#ledger.settle(job, outcome, info)
    this.#endIfQuiet()
  }

  #changed(): void {
    this.#room.offer()
    this.#tellWarm()
    this.#endIfQuiet()
  }

  ready(): Promise<void> {
    if (this.#closed) return Promise.reject(this.#closedError('wait'))
    return this.#room.wait()
  }

  warm(count: number = this.#size): Promise<void> {
    if (this.#closed) return Promise.reject(this.#closedError('start workers'))
    this.#crew.scheduler.warm(count)
    return new Promise((resolve, reject) => {
      this.#warming.push({ resolve, reject })
      this.#tellWarm()
    })
  }

  /** Workers that were asked for live, or have failed. */
  #tellWarm(): void {
    const { scheduler, failed } = this.#crew
    if (this.#warming.length === 0 || scheduler.load.starting > 0) return
    for (const { resolve, reject } of this.#warming.splice(0)) {
      if (scheduler.count > 0) resolve()
      else reject(new BrineError('WORKER_UNAVAILABLE', { reason: failed }))
    }
  }

  #closedError(action: string): BrineError {
    return new BrineError('POOL_CLOSED', { action, pool: this.#name })
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#ended = resolve
    })
    this.#room.close(this.#closedError('wait'))
    this.#endIfQuiet()
    return this.#closed
  }

  terminate(): Promise<void> {
    this.#closed ??= Promise.resolve()
    this.#room.close(this.#closedError('wait'))
    this.#end()
    for (const job of this.#ledger.unsettled) {
      const error = this.#closedError('finish a task')
      joinStack(error, job.call.site)
      this.#settle(job, { kind: 'cancelled', error })
    }
    return this.#closed
  }

  #endIfQuiet(): void {
    if (this.#ended && this.#crew.scheduler.isQuiet && this.#ledger.unsettled.size === 0) this.#end()
  }

  #end(): void {
    this.#crew.endAll()
    this.#ended?.()
    this.#ended = undefined
    for (const { reject } of this.#warming.splice(0)) reject(this.#closedError('start workers'))
  }

  stats(): EngineStats {
    return this.#ledger.stats(this.#crew.scheduler.load.queued, this.#crew.running, this.#crew.slots)
  }
}
