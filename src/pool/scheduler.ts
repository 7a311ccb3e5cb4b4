// Who runs what, and when: pure policy. It knows no Worker, no clock and no promise; the host spawns slots and hands
// jobs to them, and tells what became of them.
//
// Invariants
//  1. A slot is starting, idle or busy, never two of them, and is forgotten when it is lost.
//  2. A busy slot has one message of one or more jobs. A job is queued, or with one slot, or unknown here.
//  3. There is no idle slot while a job is queued that may start. A job may start unless its label has a limit and so
//     many messages with that label are under way: a slot runs one job at a time.
//  4. Of the jobs that may start, the one with the lowest rank starts first. A rank is the time of submission less
//     `AGEING_MS` for each level of priority (`rankOf`): a job is overtaken only by those that are submitted within the
//     next `AGEING_MS` for each level between them, so none waits for ever. A job that is queued again keeps its rank.
//  5. There are at most `size` slots. Beyond `minSize`, and what `warm` asked for, there are no more starting ones than
//     jobs in the queue ask for.
//  6. After a slot failed to start, none is spawned while another lives: a broken script must not be tried over and
//     over beside workers that work. When no slot is left, the host is told, and the next job tries anew.
//  7. Slots that no job asks for are not spawned in the place of one that was lost before it had answered anything: a
//     worker that ends by itself must not be started over and over.
//  8. `assign` is called inside `submit`, `ready`, `free` or `lost`, never later; `spawn` likewise, and inside `warm`.
//     The host does not call back from inside them.
//  9. A message has one job, or jobs that are all expected to be short: together at most `MESSAGE_MS`, and no more of
//     them than the slot's share of the queue, so that messages shrink towards its end and no slot idles beside one
//     that has much left (guided self-scheduling: Polychronopoulos and Kuck, 1987).
//
// A job that finds an idle slot goes at once and alone: a single call never waits for others. What is submitted while
// slots are busy gathers in the queue, and goes together.
import { Lanes } from './lanes.ts'
import type { Labelled, Limits } from './lanes.ts'

export interface SchedulerHost<Job extends Labelled, Slot extends object> {
  /** Starts a slot, which reports `ready` or `lost` later. */
  spawn(): Slot
  /** Gives the jobs of a message to a slot, which reports `free` or `lost` later. */
  assign(slot: Slot, jobs: readonly Job[]): void
  /** How many milliseconds a slot will have to do with a job; nothing if that is not known, or it must go alone. */
  expect(job: Job): number | undefined
}

export interface SchedulerOptions {
  readonly size: number
  /** How many slots are kept, once the first job came. */
  readonly minSize: number
  readonly limits: Limits
}

export interface Load {
  readonly queued: number
  readonly starting: number
  readonly idle: number
  readonly busy: number
}

/** How much work goes in one message, in milliseconds: a round trip costs some tenths of one, and none is lost for long. */
export const MESSAGE_MS = 5
/** What each job costs at the least, in milliseconds: it is read, rebuilt and answered, however little it does. */
export const LEAST_MS = 0.02
/** How many milliseconds of waiting outweigh one level of priority. */
export const AGEING_MS = 1_000

export const rankOf = (submittedAt: number, priority: number): number => submittedAt - priority * AGEING_MS

export class Scheduler<Job extends Labelled, Slot extends object> {
  readonly #options: SchedulerOptions
  readonly #host: SchedulerHost<Job, Slot>
  readonly #lanes: Lanes<Job>
  readonly #starting = new Set<Slot>()
  /** Those that have been idle for longest come first. */
  readonly #idle: Slot[] = []
  readonly #busy = new Map<Slot, readonly Job[]>()
  /** Slots that have answered something. */
  readonly #proven = new WeakSet<Slot>()
  #wanted = 0
  #mayAdd = true
  #mayKeep = true

  constructor(options: SchedulerOptions, host: SchedulerHost<Job, Slot>) {
    this.#options = options
    this.#host = host
    this.#lanes = new Lanes(options.limits)
  }

  get load(): Load {
    return {
      queued: this.#lanes.length,
      starting: this.#starting.size,
      idle: this.#idle.length,
      busy: this.#busy.size,
    }
  }

  /** How many slots there are. */
  get count(): number {
    return this.#starting.size + this.#idle.length + this.#busy.size
  }

  /** How many jobs would wait for their turn, and not merely for a slot that starts, if one more came. */
  waitingWith(label?: string): number {
    const startable = this.#lanes.startable + (label === undefined || this.#lanes.hasPlace(label) ? 1 : 0)
    return this.#lanes.length + 1 - Math.min(startable, this.#options.size - this.#busy.size)
  }

  /** Idle slots, those first that have been idle for longest. */
  get idle(): readonly Slot[] {
    return this.#idle
  }

  /** Whether a job that is submitted now starts at once. */
  wouldStart(label: string): boolean {
    return this.#idle.length > 0 && this.#lanes.hasPlace(label)
  }

  /** Whether nothing is queued or running. */
  get isQuiet(): boolean {
    return this.#busy.size === 0 && this.#lanes.length === 0
  }

  /** Takes a job, which starts at once if a slot is idle and its label allows it. */
  submit(job: Job): void {
    this.#lanes.add(job)
    this.#wanted = Math.max(this.#wanted, this.#options.minSize)
    this.#fill()
  }

  /** Queues a job again that lost its slot. Call `lost` afterwards. */
  requeue(job: Job): void {
    this.#lanes.add(job)
  }

  /** Takes a job out of the queue; false if it does not wait. */
  withdraw(job: Job): boolean {
    return this.#lanes.remove(job)
  }

  /** Empties the queue. */
  withdrawAll(): Job[] {
    return this.#lanes.takeAll()
  }

  /** Has so many slots started, and keeps them until they are dismissed. */
  warm(count: number): void {
    this.#wanted = Math.max(this.#wanted, Math.min(count, this.#options.size))
    this.#mayKeep = true
    this.#fill()
  }

  /** A slot has started. */
  ready(slot: Slot): void {
    if (!this.#starting.delete(slot)) return
    this.#mayAdd = true
    this.#idle.push(slot)
    this.#fill()
  }

  /** A slot has answered all jobs of its message. */
  free(slot: Slot): void {
    const message = this.#busy.get(slot)
    if (!message) return
    this.#end(slot, message)
    this.#proven.add(slot)
    this.#mayKeep = true
    this.#idle.push(slot)
    this.#fill()
  }

  /** Gives an idle slot up, which the host then ends; false if it is not idle, or to be kept. */
  dismiss(slot: Slot): boolean {
    const at = this.#idle.indexOf(slot)
    if (at < 0 || this.count <= this.#options.minSize) return false
    this.#idle.splice(at, 1)
    this.#wanted = Math.max(this.#options.minSize, Math.min(this.#wanted, this.count))
    return true
  }

  /** A slot has answered all jobs of its message, and is not to get another. */
  retire(slot: Slot): void {
    this.#proven.add(slot)
    this.lost(slot)
  }

  /** A slot is gone. False if that leaves jobs that no slot will take: they must be withdrawn. */
  lost(slot: Slot): boolean {
    if (!this.#proven.has(slot)) this.#mayKeep = false
    if (this.#starting.delete(slot)) {
      this.#mayAdd = this.count === 0
      return !this.#mayAdd || this.isQuiet
    }
    const at = this.#idle.indexOf(slot)
    if (at >= 0) this.#idle.splice(at, 1)
    const message = this.#busy.get(slot)
    if (message) this.#end(slot, message)
    if (this.count === 0) this.#mayAdd = true
    this.#fill()
    return true
  }

  #end(slot: Slot, message: readonly Job[]): void {
    this.#busy.delete(slot)
    this.#lanes.end(message)
  }

  /** Hands waiting jobs to idle slots, and adds slots. */
  #fill(): void {
    while (this.#idle.length > 0) {
      const message = this.#nextMessage()
      if (message.length === 0) break
      const slot = this.#idle.pop()!
      this.#busy.set(slot, message)
      this.#lanes.begin(message)
      this.#host.assign(slot, message)
    }
    while (this.#mayAdd && this.count < this.#options.size && this.#asksForSlot()) {
      this.#starting.add(this.#host.spawn())
    }
  }

  #asksForSlot(): boolean {
    if (this.#starting.size < this.#lanes.startable) return true
    return this.#mayKeep && this.count < this.#wanted
  }

  /** The jobs at the head of the queue that go together; none if none may start. */
  #nextMessage(): readonly Job[] {
    const share = Math.ceil(this.#lanes.length / this.count)
    const jobs: Job[] = []
    let room = MESSAGE_MS
    for (let job = this.#lanes.first(jobs); job; job = this.#lanes.first(jobs)) {
      const expected = this.#host.expect(job)
      const fits = expected !== undefined && expected <= room
      if (jobs.length > 0 && !fits) break
      this.#lanes.remove(job)
      jobs.push(job)
      if (!fits || jobs.length >= share) break
      room -= Math.max(expected, LEAST_MS)
    }
    return jobs
  }
}
