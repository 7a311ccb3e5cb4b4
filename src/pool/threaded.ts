// The pool of workers: takes calls, has the scheduler decide, and carries out what it decides.
//
// Who owns what: the scheduler owns the order and knows which slot is busy; a slot owns its worker; a job is settled
// in the ledger and nowhere else.
//
// Invariants
//  1. Each call is answered exactly once: `settled` guards it. What comes later (a result after a cancel) is dropped.
//  2. A job that was answered early (cancel, timeout) keeps its slot until the worker answers or its grace is over;
//     then the worker is replaced. No other job can be with that slot meanwhile.
//  3. Timers and signal listeners of a job are gone when it is settled, the grace timer when its slot is.
//  4. A payload that is not posted inside `submit` was made independent of the page's values inside `submit`.
//  5. After `close` or `terminate` nothing is accepted; both end when no worker is left.
import { BrineError, WorkerCrashError } from '../errors/brine-error.ts'
import type { ProgressMessage, ResultMessage } from '../rpc/protocol.ts'
import type { Call, CallInfo, Engine, EngineStats, Ticket } from './call.ts'
import { joinStack } from './call-site.ts'
import { systemClock } from './clock.ts'
import type { Clock } from './clock.ts'
import { readProgress, readResult } from './inbound.ts'
import { Job } from './job.ts'
import { failure, Ledger } from './ledger.ts'
import type { Outcome } from './ledger.ts'
import { watchLock } from './liveness.ts'
import type { Watch } from './liveness.ts'
import { isRepeatable, keep, postAttempt, writeOutbound, writeReason } from './outbound.ts'
import { Scheduler } from './scheduler.ts'
import { Slot } from './slot.ts'
import type { End } from './slot.ts'
import type { Way } from './spawn.ts'

/** How long a cancelled function may go on to clean up before its worker is ended, in milliseconds. */
const DEFAULT_GRACE_MS = 50

export interface ThreadedOptions {
  readonly name: string
  readonly size: number
  readonly maxQueue: number
  /** Asked for each worker. */
  readonly ways: () => readonly Way[]
  readonly clock?: Clock
  readonly watch?: Watch
}

export class ThreadedEngine implements Engine {
  readonly #options: ThreadedOptions
  readonly #clock: Clock
  readonly #scheduler: Scheduler<Job, Slot>
  readonly #slots = new Set<Slot>()
  readonly #jobs = new Map<Slot, Job>()
  readonly #ledger = new Ledger()
  #jobNumber = 0
  #slotNumber = 0
  #closed: Promise<void> | undefined
  #ended: (() => void) | undefined

  constructor(options: ThreadedOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#scheduler = new Scheduler<Job, Slot>(options.size, {
      spawn: () => this.#spawn(),
      assign: (slot, job) => this.#assign(slot, job),
    })
  }

  submit(call: Call): Ticket {
    const number = ++this.#jobNumber
    const id = `${this.#options.name}-${number}`
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
    this.#check(job)
    const outbound = writeOutbound(job.call)
    // Writing ran code of the caller's (`scope`, `encode`), which may have aborted, closed, or called `offload` itself.
    this.#check(job)
    const { retries = 0 } = job.call.settings
    const waits = this.#scheduler.load.idle === 0
    // Invariant 4. A retry posts the same state again, so it needs a copy of its own in any case.
    job.outbound = waits || retries > 0 ? keep(outbound) : outbound
    job.listen()
    this.#scheduler.submit(job)
  }

  #check({ call }: Job): void {
    const { name, maxQueue, size } = this.#options
    if (this.#closed) throw new BrineError('POOL_CLOSED', { action: 'offload', pool: name })
    call.settings.signal?.throwIfAborted()
    const { idle, busy, queued } = this.#scheduler.load
    // A job that a starting worker will take does not count: it waits for the script, not for its turn.
    if (idle > 0 || queued < maxQueue + size - busy) return
    throw new BrineError('QUEUE_FULL', { limit: maxQueue })
  }

  #spawn(): Slot {
    const slot = new Slot(++this.#slotNumber, this.#options.ways(), {
      clock: this.#clock,
      watch: this.#options.watch ?? watchLock,
      ready: (own) => this.#scheduler.ready(own),
      gone: (own, end) => this.#lose(own, end),
      progress: (own, message) => this.#progress(own, message),
      result: (own, message) => this.#result(own, message),
      undeliverable: (own, error) => this.#undeliverable(own, error),
    })
    this.#slots.add(slot)
    return slot
  }

  #assign(slot: Slot, job: Job): void {
    const { retries = 0 } = job.call.settings
    this.#jobs.set(slot, job)
    job.start(slot, this.#clock)
    const outbound = job.outbound!
    const last = job.attempt > retries || !isRepeatable(outbound)
    if (last) job.outbound = undefined
    try {
      postAttempt(outbound, last, slot, { job: job.number, id: job.id, attempt: job.attempt })
    } catch (error) {
      // The scheduler is not called from inside itself.
      queueMicrotask(() => this.#undeliverable(slot, error))
    }
    job.call.observer.started(job.info(this.#clock.now()))
  }

  #progress(slot: Slot, { job: number, data }: ProgressMessage): void {
    const job = this.#jobs.get(slot)
    if (job?.number !== number || job.settled) return
    readProgress(job, data, (error) => this.#stop(job, error))
  }

  #result(slot: Slot, message: ResultMessage): void {
    const { job: number, runMs } = message
    const job = this.#jobs.get(slot)
    if (job?.number !== number) return
    this.#ledger.busyMs += runMs
    const info = job.info(this.#clock.now(), runMs)
    this.#free(slot, job)
    if (!job.settled) readResult(job, message, (outcome) => this.#settle(job, outcome, info))
  }

  #undeliverable(slot: Slot, error: unknown): void {
    const job = this.#jobs.get(slot)
    if (!job) return
    this.#free(slot, job)
    this.#settle(job, failure(job, error))
  }

  #free(slot: Slot, job: Job): void {
    job.cancelTimer()
    this.#jobs.delete(slot)
    this.#scheduler.free(slot)
    this.#endIfQuiet()
  }

  /** Cancel, abort or timeout: answers the caller now and sees to it that the function ends. */
  #stop(job: Job, reason: unknown): void {
    if (job.settled) return
    const { slot } = job
    const running = slot !== undefined && this.#jobs.get(slot) === job
    if (!running) this.#scheduler.withdraw(job)
    this.#settle(job, { kind: 'cancelled', error: reason })
    if (!running) return this.#endIfQuiet()
    slot.abort(job.number, writeReason(reason))
    job.cancelTimer = this.#clock.after(job.call.settings.grace ?? DEFAULT_GRACE_MS, () => {
      slot.retire()
      this.#lose(slot, { kind: 'died', reason: 'its task was stopped' })
    })
  }

  #lose(slot: Slot, end: End): void {
    const job = this.#jobs.get(slot)
    this.#jobs.delete(slot)
    this.#slots.delete(slot)
    this.#ledger.leave(slot)
    job?.cancelTimer()
    if (job && !job.settled) this.#retryOrFail(job, end)
    if (!this.#scheduler.lost(slot)) {
      for (const waiting of this.#scheduler.withdrawAll()) {
        this.#settle(waiting, failure(waiting, new BrineError('WORKER_UNAVAILABLE', { reason: end.reason })))
      }
    }
    this.#endIfQuiet()
  }

  #retryOrFail(job: Job, end: End): void {
    job.slot = undefined
    if (job.outbound) {
      this.#scheduler.requeue(job)
      return job.call.observer.queuedAgain()
    }
    const error = new WorkerCrashError({ task: `'${job.call.settings.label ?? job.id}'`, reason: end.reason })
    this.#settle(job, failure(job, error))
  }

  #settle(job: Job, outcome: Outcome, info: CallInfo = job.info(this.#clock.now())): void {
    this.#ledger.settle(job, outcome, info)
    this.#endIfQuiet()
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#ended = resolve
    })
    this.#endIfQuiet()
    return this.#closed
  }

  terminate(): Promise<void> {
    this.#closed ??= Promise.resolve()
    for (const job of this.#jobs.values()) job.cancelTimer()
    this.#scheduler.withdrawAll()
    this.#end()
    for (const job of this.#ledger.unsettled) {
      const error = new BrineError('POOL_CLOSED', { action: 'finish a task', pool: this.#options.name })
      joinStack(error, job.call.site)
      this.#settle(job, { kind: 'cancelled', error })
    }
    return this.#closed
  }

  #endIfQuiet(): void {
    if (this.#ended && this.#scheduler.isQuiet && this.#ledger.unsettled.size === 0) this.#end()
  }

  #end(): void {
    for (const slot of this.#slots) {
      slot.retire()
      this.#ledger.leave(slot)
    }
    this.#slots.clear()
    this.#jobs.clear()
    this.#ended?.()
    this.#ended = undefined
  }

  stats(): EngineStats {
    return this.#ledger.stats(this.#scheduler.load.queued, this.#jobs.size, this.#slots)
  }
}
