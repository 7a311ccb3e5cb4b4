// The scheduler under every order of events: fast-check plays the host, the invariants are checked after each step.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AGEING_MS, LEAST_MS, MESSAGE_MS, rankOf, Scheduler } from './scheduler.ts'

interface Job {
  readonly number: number
  readonly rank: number
  readonly label: string
  /** Expected milliseconds; undefined goes alone. */
  readonly ms: number | undefined
}
interface Slot {
  readonly n: number
  state: 'starting' | 'idle' | 'busy' | 'lost'
  jobs: readonly Job[]
  answered: boolean
}

const limits = { one: 1, two: 2 }
const limitOf = (label: string): number => (limits as Record<string, number>)[label] ?? Infinity
const inOrder = (a: Job, b: Job): number => a.rank - b.rank || a.number - b.number

/** A host that does nothing by itself, and keeps books of its own to compare with. */
class Model {
  readonly slots: Slot[] = []
  queue: Job[] = []
  readonly assigned: Job[] = []
  jobs = 0
  time = 0
  wanted = 0
  mayKeep = true
  failedStart = false
  readonly size: number
  readonly minSize: number
  readonly scheduler: Scheduler<Job, Slot>

  constructor(size: number, minSize = 0) {
    this.size = size
    this.minSize = minSize
    this.scheduler = new Scheduler<Job, Slot>(
      { size, minSize, limits },
      {
        spawn: () => {
          const slot: Slot = { n: this.slots.length, state: 'starting', jobs: [], answered: false }
          this.slots.push(slot)
          return slot
        },
        assign: (slot, jobs) => this.assign(slot, jobs),
        expect: ({ ms }) => ms,
      },
    )
  }

  get living(): Slot[] {
    return this.slots.filter(({ state }) => state !== 'lost')
  }

  /** Jobs that may start, as their label has not too many messages under way. */
  startable(but: readonly Job[] = []): Job[] {
    return this.queue
      .filter(({ label }) => {
        const active = this.slots.filter(({ jobs }) => jobs.some((job) => job.label === label)).length
        return active < limitOf(label) || but.some((job) => job.label === label)
      })
      .sort(inOrder)
  }

  assign(slot: Slot, jobs: readonly Job[]): void {
    expect(slot.state === 'busy' || slot.state === 'lost', 'an assigned slot is ready and free').toBe(false)
    const waiting = this.queue.length
    const taken: Job[] = []
    for (const job of jobs) {
      expect(this.startable(taken)[0], 'the lowest rank of those that may start').toBe(job)
      this.queue.splice(this.queue.indexOf(job), 1)
      taken.push(job)
    }
    slot.state = 'busy'
    slot.jobs = jobs
    for (const label of Object.keys(limits)) {
      const active = this.slots.filter((each) => each.jobs.some((job) => job.label === label)).length
      expect(active, `no more than the limit of '${label}'`).toBeLessThanOrEqual(limitOf(label))
    }
    expect(jobs.length).toBeGreaterThan(0)
    if (jobs.length === 1) return
    expect(
      jobs.every(({ ms }) => ms !== undefined),
      'only known calls share a message',
    ).toBe(true)
    const costs = jobs.reduce((sum, { ms }) => sum + Math.max(ms!, LEAST_MS), 0)
    expect(costs - LEAST_MS).toBeLessThanOrEqual(MESSAGE_MS)
    expect(jobs.length, 'no more than a share').toBeLessThanOrEqual(Math.ceil(waiting / this.living.length))
  }

  pick(state: Slot['state'], seed: number): Slot | undefined {
    const found = this.slots.filter((slot) => slot.state === state)
    return found[seed % found.length]
  }

  submit(seed = 0): void {
    const job: Job = {
      number: this.jobs++,
      rank: rankOf(this.time, [0, 0, 0, 1, -1, 2, 0.5, 0][seed % 8]!),
      label: ['a', 'a', 'one', 'a', 'two', 'one', 'a', 'b'][(seed >> 3) % 8]!,
      ms: [undefined, 0, 0, 0.5, 1, 2, 4, 8][(seed >> 6) % 8],
    }
    const atOnce = this.scheduler.wouldStart(job.label)
    this.queue.push(job)
    this.wanted = Math.max(this.wanted, this.minSize)
    this.scheduler.submit(job)
    expect(!this.queue.includes(job), 'it starts at once if that was foretold').toBe(atOnce)
  }

  withdraw(seed: number): void {
    const job = this.queue[seed % this.queue.length]
    if (!job) return
    this.queue.splice(this.queue.indexOf(job), 1)
    expect(this.scheduler.withdraw(job)).toBe(true)
    expect(this.scheduler.withdraw(job)).toBe(false)
  }

  warm(seed: number): void {
    this.wanted = Math.max(this.wanted, Math.min(this.size, seed % 6))
    this.mayKeep = true
    this.scheduler.warm(seed % 6)
  }

  ready(seed: number): void {
    const slot = this.pick('starting', seed)
    if (!slot) return
    slot.state = 'idle'
    this.failedStart = false
    this.scheduler.ready(slot)
  }

  free(seed: number): void {
    const slot = this.pick('busy', seed)
    if (!slot) return
    slot.state = 'idle'
    slot.jobs = []
    slot.answered = this.mayKeep = true
    this.scheduler.free(slot)
  }

  /** Answered, and replaced by a fresh one. */
  recycle(seed: number): void {
    const slot = this.pick('busy', seed)
    if (!slot) return
    slot.state = 'lost'
    slot.jobs = []
    if (this.living.length === 0) this.failedStart = false
    this.scheduler.retire(slot)
  }

  dismiss(seed: number): void {
    const slot = this.pick('idle', seed)
    if (!slot) return
    const may = this.living.length > this.minSize
    expect(this.scheduler.dismiss(slot)).toBe(may)
    expect(this.scheduler.dismiss(slot)).toBe(may && false)
    if (!may) return
    slot.state = 'lost'
    this.wanted = Math.max(this.minSize, Math.min(this.wanted, this.living.length))
  }

  die(state: 'starting' | 'idle' | 'busy', seed: number, again: boolean): void {
    const slot = this.pick(state, seed)
    if (!slot) return
    const { jobs } = slot
    slot.state = 'lost'
    slot.jobs = []
    for (const job of again ? jobs : []) {
      this.queue.push(job)
      this.scheduler.requeue(job)
    }
    if (!slot.answered) this.mayKeep = false
    const others = this.living.length > 0
    this.failedStart = others && (this.failedStart || state === 'starting')
    if (this.scheduler.lost(slot)) return
    expect(this.living, 'only without slots jobs are given up').toEqual([])
    expect(this.scheduler.withdrawAll()).toEqual(this.queue.sort(inOrder))
    this.queue = []
  }

  check(): void {
    const count = (state: Slot['state']): number => this.slots.filter((slot) => slot.state === state).length
    const waiting = this.queue.length
    const load = { queued: waiting, starting: count('starting'), idle: count('idle'), busy: count('busy') }
    expect(this.scheduler.load).toEqual(load)
    const living = load.starting + load.idle + load.busy
    expect(living).toBe(this.scheduler.count)
    expect(living).toBeLessThanOrEqual(this.size)
    const startable = this.startable().length
    if (load.idle > 0) expect(startable, 'no idle slot while a job waits that may start').toBe(0)
    if (waiting > 0) expect(living, 'a waiting job has a slot to wait for').toBeGreaterThan(0)
    const messages = this.messagesAtMost()
    if (!this.failedStart) {
      expect(load.starting >= messages || living === this.size, 'as many slots as are of use').toBe(true)
    }
    expect(this.scheduler.isQuiet).toBe(waiting === 0 && load.busy === 0)
  }

  /** How many messages the queue could fill now, one job each. */
  messagesAtMost(): number {
    const labels = new Set(this.queue.map(({ label }) => label))
    return [...labels].reduce((sum, label) => {
      const active = this.slots.filter(({ jobs }) => jobs.some((job) => job.label === label)).length
      const here = this.queue.filter((job) => job.label === label).length
      return sum + Math.min(here, limitOf(label) - active)
    }, 0)
  }
}

const steps: Record<string, (model: Model, seed: number) => void> = {
  submit: (model, seed) => model.submit(seed),
  time: (model, seed) => void (model.time += (seed % 4) * (AGEING_MS / 2)),
  withdraw: (model, seed) => model.withdraw(seed),
  warm: (model, seed) => model.warm(seed),
  ready: (model, seed) => model.ready(seed),
  free: (model, seed) => model.free(seed),
  recycle: (model, seed) => model.recycle(seed),
  dismiss: (model, seed) => model.dismiss(seed),
  failToStart: (model, seed) => model.die('starting', seed, false),
  dieIdle: (model, seed) => model.die('idle', seed, false),
  dieBusy: (model, seed) => model.die('busy', seed, false),
  retry: (model, seed) => model.die('busy', seed, true),
}

describe('the scheduler', () => {
  it('keeps its invariants in every order of events', () => {
    const step = fc.record({
      name: fc.constantFrom(...Object.keys(steps), 'submit', 'submit', 'ready', 'free'),
      seed: fc.nat(511),
    })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 2 }),
        fc.array(step, { maxLength: 80 }),
        (size, minSize, events) => {
          const model = new Model(size, Math.min(size, minSize))
          for (const { name, seed } of events) {
            steps[name]!(model, seed)
            model.check()
          }
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('lets nobody starve: a job is overtaken for a second for each level, and not longer', () => {
    const model = new Model(1)
    model.submit()
    model.ready(0)
    model.scheduler.submit({ number: 1_000, rank: rankOf(0, 0), label: 'a', ms: undefined })
    const patient = 1_000
    model.queue.push({ number: patient, rank: 0, label: 'a', ms: undefined })
    const order: number[] = []
    for (let at = 0; at < 10; at++) {
      model.time = at * 450
      const job: Job = { number: at, rank: rankOf(model.time, 2), label: 'a', ms: undefined }
      const { assign } = model
      model.assign = (slot, [first]) => {
        order.push(first!.number)
        slot.state = 'busy'
      }
      model.scheduler.submit(job)
      const [slot] = model.slots
      slot!.state = 'idle'
      model.scheduler.free(slot!)
      model.assign = assign
    }
    // With two levels less, it is overtaken by those of its first two seconds.
    expect(order.slice(0, 6)).toEqual([0, 1, 2, 3, 4, patient])
  })

  it('does not spawn again while a broken script fails beside a worker that works', () => {
    const model = new Model(2)
    model.submit()
    model.submit()
    model.ready(0)
    model.die('starting', 0, false)
    model.submit()
    expect(model.slots).toHaveLength(2)
    // The last one dies: all depends on new ones now.
    model.die('busy', 0, false)
    expect(model.slots).toHaveLength(4)
  })

  it('keeps slots, and replaces those that have worked, but not those that end by themselves', () => {
    const model = new Model(3, 2)
    model.submit()
    expect(model.slots).toHaveLength(2)
    model.ready(0)
    model.ready(0)
    model.free(0)
    model.die('idle', 0, false)
    expect(model.living).toHaveLength(2)
    for (let n = 0; n < 10; n++) {
      model.ready(0)
      model.die('idle', 0, false)
    }
    expect(model.slots, 'none came after the one that had not worked').toHaveLength(3)
    model.submit()
    expect(model.living.length).toBeGreaterThan(0)
  })
})
