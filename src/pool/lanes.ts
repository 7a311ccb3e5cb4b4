// The queue of a pool, in lanes: one for each label with a limit, and one for all other jobs. A lane is open while fewer
// messages with its label are under way than its limit.
import { RankedQueue } from './ranked-queue.ts'
import type { Ranked } from './ranked-queue.ts'

export interface Labelled extends Ranked {
  readonly label: string
}

interface Lane<Job extends Labelled> {
  readonly limit: number
  active: number
  readonly queue: RankedQueue<Job>
}

/** How many messages with a label may be under way at once. */
export type Limits = Readonly<Record<string, number>>

export class Lanes<Job extends Labelled> {
  readonly #limited = new Map<string, Lane<Job>>()
  readonly #others: Lane<Job> = { limit: Infinity, active: 0, queue: new RankedQueue() }
  #length = 0

  constructor(limits: Limits) {
    for (const [label, limit] of Object.entries(limits)) {
      this.#limited.set(label, { limit, active: 0, queue: new RankedQueue() })
    }
  }

  /** How many jobs wait. */
  get length(): number {
    return this.#length
  }

  /** How many messages could begin now, if there were slots without end: no fewer than that many jobs wait. */
  get startable(): number {
    let count = this.#others.queue.length
    for (const { limit, active, queue } of this.#limited.values()) {
      count += Math.min(queue.length, limit - active)
    }
    return count
  }

  /** Whether one more job with the label could begin, beside those of its lane that wait. */
  hasPlace(label: string): boolean {
    const { limit, active, queue } = this.#laneOf(label)
    return limit === Infinity || active + queue.length < limit
  }

  add(job: Job): void {
    this.#laneOf(job.label).queue.add(job)
    this.#length++
  }

  remove(job: Job): boolean {
    const removed = this.#laneOf(job.label).queue.remove(job)
    if (removed) this.#length--
    return removed
  }

  /** The job that goes first of those whose lane is open, or whose label the message has already. */
  first(message: readonly Job[]): Job | undefined {
    let best = this.#others.queue.first
    for (const [label, { limit, active, queue }] of this.#limited) {
      const job = queue.first
      if (!job || (active >= limit && !message.some((each) => each.label === label))) continue
      if (!best || job.rank < best.rank || (job.rank === best.rank && job.number < best.number)) best = job
    }
    return best
  }

  /** A message is under way. */
  begin(message: readonly Job[]): void {
    for (const lane of this.#lanesOf(message)) lane.active++
  }

  /** A message is no longer under way. */
  end(message: readonly Job[]): void {
    for (const lane of this.#lanesOf(message)) lane.active--
  }

  /** Empties the queue, those first that go first. */
  takeAll(): Job[] {
    const jobs: Job[] = []
    for (const { queue } of [this.#others, ...this.#limited.values()]) {
      for (let job = queue.first; job; job = queue.first) {
        queue.remove(job)
        jobs.push(job)
      }
    }
    this.#length = 0
    return jobs.sort((a, b) => a.rank - b.rank || a.number - b.number)
  }

  #laneOf(label: string): Lane<Job> {
    return this.#limited.get(label) ?? this.#others
  }

  #lanesOf(message: readonly Job[]): Set<Lane<Job>> {
    return new Set(message.map(({ label }) => this.#laneOf(label)))
  }
}
