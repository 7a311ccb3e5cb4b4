// The workers of a pool and the messages that they have: carries out what the scheduler decides, and sorts what comes
// back by job.
//
// Invariants
//  1. A job is with one slot at most; for each time that it is assigned, the host hears once that it was answered, that
//     it was lost, or that its message could not be posted or read.
//  2. When a worker dies, the jobs of its message that it has not answered are lost. If that is one, it is guilty. If
//     they are several, nobody knows which of them ended the worker, and none is.
//  3. A slot that is idle for `idleTimeout` is ended, unless no more than `minSize` are left; one timer serves them all.
//  4. A slot that has run `recycle.tasks` jobs, or was sent `recycle.bytes`, is replaced once its message is answered.
import type { Clock } from '../realm/clock.ts'
import type { Answer, ResultAnswer } from '../rpc/protocol.ts'
import type { WorkerChange } from './call.ts'
import type { Job } from './job.ts'
import type { Watch } from './liveness.ts'
import { isRepeatable, postAttempt } from './outbound.ts'
import { supplyShares } from './shares.ts'
import { Scheduler } from './scheduler.ts'
import type { SchedulerOptions } from './scheduler.ts'
import { Slot } from './slot.ts'
import type { End } from './slot.ts'
import type { Way } from './spawn.ts'
import { Underway } from './underway.ts'

export interface CrewOptions extends SchedulerOptions {
  readonly idleTimeout: number
  readonly recycle: { readonly tasks?: number; readonly bytes?: number }
  /** Asked for each worker. */
  readonly ways: () => readonly Way[]
  readonly clock: Clock
  readonly watch: Watch
}

export interface CrewHost {
  expect(job: Job): number | undefined
  /** A job ran, before its slot gets another. */
  ran(job: Job, answer: ResultAnswer): void
  /** The worker has told something of a job: progress, or its end. */
  answered(job: Job, answer: Answer, now: number): void
  /** The worker of a job died. */
  lost(job: Job, end: End, guilty: boolean): void
  /** A job cannot go, or its answer cannot be read. */
  undeliverable(job: Job, error: unknown): void
  /** No worker can be started; these jobs are out of the queue. */
  unavailable(jobs: readonly Job[], reason: string): void
  /** A slot is gone, and its counts are final. */
  left(slot: Slot): void
  /** Slots or queue are not what they were. */
  changed(): void
  worker(change: WorkerChange): void
}

export class Crew {
  readonly #options: CrewOptions
  readonly #host: CrewHost
  readonly scheduler: Scheduler<Job, Slot>
  readonly slots: Set<Slot> = new Set()
  readonly #underway = new Map<Slot, Underway>()
  /** Why the last worker that did not start did not. */
  failed = ''
  #slotNumber = 0
  #cancelIdleTimer: (() => void) | undefined

  constructor(options: CrewOptions, host: CrewHost) {
    this.#options = options
    this.#host = host
    this.scheduler = new Scheduler<Job, Slot>(options, {
      spawn: () => this.#spawn(),
      assign: (slot, jobs) => this.#assign(slot, jobs),
      expect: (job) => host.expect(job),
    })
  }

  /** How many jobs workers have. */
  get running(): number {
    let running = 0
    for (const { size } of this.#underway.values()) running += size
    return running
  }

  /** Whether a worker has the job. */
  has(job: Job): boolean {
    return job.slot !== undefined && this.#underway.get(job.slot)?.has(job) === true
  }

  #spawn(): Slot {
    const { ways, clock, watch } = this.#options
    const slot = new Slot(++this.#slotNumber, ways(), {
      clock,
      watch,
      ready: (own) => this.#ready(own),
      gone: (own, end) => this.#lose(own, end),
      answers: (own, answers) => this.#answers(own, answers),
      undeliverable: (own, error) => this.#undeliverable(own, error),
    })
    this.slots.add(slot)
    this.#host.worker({ type: 'starting', worker: slot.number })
    return slot
  }

  #ready(slot: Slot): void {
    slot.idleSince = this.#options.clock.now()
    this.#host.worker({ type: 'ready', worker: slot.number })
    this.scheduler.ready(slot)
    this.#changed()
  }

  #assign(slot: Slot, jobs: readonly Job[]): void {
    const { clock } = this.#options
    this.#underway.set(slot, new Underway(jobs))
    for (const job of jobs) {
      job.start(slot, clock)
      slot.bytes += job.sentBytes
    }
    slot.jobs += jobs.length
    try {
      for (const job of jobs) supplyShares(job.uses, slot)
      if (jobs.length === 1) this.#postAlone(slot, jobs[0]!)
      else slot.run(jobs.map((job) => ({ ...job.head, data: job.outbound!.payload.data })))
    } catch (error) {
      // The scheduler is not called from inside itself.
      queueMicrotask(() => this.#undeliverable(slot, error))
    }
    for (const job of jobs) job.call.observer.started(job.info(clock.now()))
  }

  #postAlone(slot: Slot, job: Job): void {
    const outbound = job.outbound!
    const last = !job.mayRetry || !isRepeatable(outbound)
    if (last) job.outbound = undefined
    postAttempt(outbound, last, slot, job.head)
  }

  #answers(slot: Slot, answers: readonly Answer[]): void {
    const underway = this.#underway.get(slot)
    if (!underway) return
    const now = this.#options.clock.now()
    const known: [Job, Answer][] = []
    for (const answer of answers) {
      const job = underway.get(answer.job)
      if (!job) continue
      known.push([job, answer])
      if (answer.kind === 'result') this.#host.ran(job, answer)
      if (answer.kind !== 'progress' && answer.kind !== 'yields') underway.end(job)
    }
    // The next message first: the worker waits for it.
    if (underway.size === 0) this.#free(slot)
    for (const [job, answer] of known) this.#host.answered(job, answer, now)
    this.#changed()
  }

  #undeliverable(slot: Slot, error: unknown): void {
    const underway = this.#underway.get(slot)
    if (!underway) return
    const [job] = underway.jobs
    if (!job || underway.size > 1) return this.end(slot, { kind: 'died', reason: String(error) })
    underway.end(job)
    this.#free(slot)
    this.#host.undeliverable(job, error)
    this.#changed()
  }

  #free(slot: Slot): void {
    this.#underway.delete(slot)
    const { tasks = Infinity, bytes = Infinity } = this.#options.recycle
    if (slot.jobs >= tasks || slot.bytes >= bytes) {
      this.#leave(slot)
      this.scheduler.retire(slot)
    } else {
      slot.idleSince = this.#options.clock.now()
      this.scheduler.free(slot)
    }
  }

  #leave(slot: Slot, end?: End): void {
    slot.retire()
    this.slots.delete(slot)
    this.#host.left(slot)
    const { kind: type, reason } = end ?? { kind: 'retired' as const, reason: undefined }
    this.#host.worker({ type, worker: slot.number, ...(reason !== undefined && { reason }) })
  }

  /** Ends a worker that the host has no more use for; its other jobs are lost. */
  end(slot: Slot, end: End): void {
    slot.retire()
    this.#lose(slot, end)
  }

  #lose(slot: Slot, end: End): void {
    const underway = this.#underway.get(slot)
    this.#underway.delete(slot)
    this.#leave(slot, end)
    if (end.kind === 'unavailable') this.failed = end.reason
    for (const job of underway?.jobs ?? []) {
      job.cancelTimer()
      this.#host.lost(job, end, underway!.size === 1)
    }
    if (!this.scheduler.lost(slot)) this.#host.unavailable(this.scheduler.withdrawAll(), end.reason)
    this.#changed()
  }

  #changed(): void {
    this.#watchIdle()
    this.#host.changed()
  }

  /** Has the slot looked after that will be idle for too long first. */
  #watchIdle(): void {
    const { idleTimeout, clock, minSize } = this.#options
    if (this.#cancelIdleTimer || idleTimeout === Infinity || this.scheduler.count <= minSize) return
    const [oldest] = this.scheduler.idle
    if (!oldest) return
    const due = oldest.idleSince + idleTimeout - clock.now()
    this.#cancelIdleTimer = clock.after(Math.max(0, due), () => {
      this.#cancelIdleTimer = undefined
      for (const slot of this.scheduler.idle.slice()) {
        if (clock.now() - slot.idleSince >= idleTimeout && this.scheduler.dismiss(slot)) this.#leave(slot)
      }
      this.#watchIdle()
    })
  }

  /** Ends all workers at once, and empties the queue. Nobody hears of what they had. */
  endAll(): void {
    this.scheduler.withdrawAll()
    this.#cancelIdleTimer?.()
    for (const { jobs } of this.#underway.values()) for (const job of jobs) job.cancelTimer()
    this.#underway.clear()
    for (const slot of this.slots) this.#leave(slot)
  }
}
