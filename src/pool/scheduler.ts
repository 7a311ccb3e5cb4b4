// Who runs what, and when: pure policy. It knows no Worker, no clock and no promise; the host spawns slots and hands
// jobs to them, and tells what became of them.
//
// Invariants
//  1. A slot is starting, idle or busy, never two of them, and is forgotten when it is lost.
//  2. A busy slot has exactly one job. A job is queued, or with one slot, or unknown here.
//  3. There is no idle slot while a job is queued.
//  4. Jobs start in the order in which they were submitted. A job that is queued again (its worker died) goes before
//     all that were never started.
//  5. There are at most `size` slots, and no more starting ones than jobs in the queue ask for.
//  6. After a slot failed to start, none is spawned while another lives: a broken script must not be tried over and
//     over beside workers that work. When no slot is left, the host is told, and the next job tries anew.
//  7. `assign` is called inside `submit`, `ready`, `free` or `lost`, never later; `spawn` likewise. The host does not
//     call back from inside them.
import { Fifo } from './fifo.ts'

export interface SchedulerHost<Job extends object, Slot extends object> {
  /** Starts a slot, which reports `ready` or `lost` later. */
  spawn(): Slot
  /** Gives a job to a slot, which reports `free` or `lost` later. */
  assign(slot: Slot, job: Job): void
}

export interface Load {
  readonly queued: number
  readonly starting: number
  readonly idle: number
  readonly busy: number
}

export class Scheduler<Job extends object, Slot extends object> {
  readonly #size: number
  readonly #host: SchedulerHost<Job, Slot>
  readonly #queue = new Fifo<Job>()
  readonly #again = new Fifo<Job>()
  readonly #starting = new Set<Slot>()
  readonly #idle: Slot[] = []
  readonly #busy = new Set<Slot>()
  #mayAdd = true

  constructor(size: number, host: SchedulerHost<Job, Slot>) {
    this.#size = size
    this.#host = host
  }

  get load(): Load {
    return {
      queued: this.#queue.length + this.#again.length,
      starting: this.#starting.size,
      idle: this.#idle.length,
      busy: this.#busy.size,
    }
  }

  /** Whether anything is queued, starting or running. */
  get isQuiet(): boolean {
    return this.#busy.size === 0 && this.#queue.length + this.#again.length === 0
  }

  /** Takes a job; true if a slot has it already, false if it waits. */
  submit(job: Job): boolean {
    const slot = this.#idle.pop()
    if (slot) {
      this.#assign(slot, job)
      return true
    }
    this.#queue.push(job)
    this.#grow()
    return false
  }

  /** Queues a job again that lost its slot. Call `lost` afterwards. */
  requeue(job: Job): void {
    this.#again.push(job)
  }

  /** Takes a job out of the queue; false if it does not wait. */
  withdraw(job: Job): boolean {
    return this.#queue.remove(job) || this.#again.remove(job)
  }

  /** Empties the queue. */
  withdrawAll(): Job[] {
    const jobs: Job[] = []
    for (let job = this.#next(); job; job = this.#next()) jobs.push(job)
    return jobs
  }

  /** A slot has started. */
  ready(slot: Slot): void {
    if (!this.#starting.delete(slot)) return
    this.#mayAdd = true
    this.#feed(slot)
  }

  /** A slot has ended its job. */
  free(slot: Slot): void {
    if (this.#busy.delete(slot)) this.#feed(slot)
  }

  /** A slot is gone. False if that leaves jobs that no slot will take: they must be withdrawn. */
  lost(slot: Slot): boolean {
    if (this.#starting.delete(slot)) {
      this.#mayAdd = this.#count() === 0
      return !this.#mayAdd || this.isQuiet
    }
    const at = this.#idle.indexOf(slot)
    if (at >= 0) this.#idle.splice(at, 1)
    this.#busy.delete(slot)
    if (this.#count() === 0) this.#mayAdd = true
    this.#grow()
    return true
  }

  #next(): Job | undefined {
    return this.#again.shift() ?? this.#queue.shift()
  }

  #feed(slot: Slot): void {
    const job = this.#next()
    if (job) this.#assign(slot, job)
    else this.#idle.push(slot)
    this.#grow()
  }

  #assign(slot: Slot, job: Job): void {
    this.#busy.add(slot)
    this.#host.assign(slot, job)
  }

  #count(): number {
    return this.#starting.size + this.#idle.length + this.#busy.size
  }

  /** Hands waiting jobs (queued again, as else none waits beside an idle slot) to idle slots, or adds slots. */
  #grow(): void {
    while (this.#idle.length > 0) {
      const job = this.#next()
      if (!job) return
      this.#assign(this.#idle.pop()!, job)
    }
    const { queued } = this.load
    while (this.#mayAdd && this.#count() < this.#size && this.#starting.size < queued) {
      this.#starting.add(this.#host.spawn())
    }
  }
}
