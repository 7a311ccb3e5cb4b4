// The scheduler under every order of events: fast-check plays the host, the invariants are checked after each step.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fifo } from './fifo.ts'
import { Scheduler } from './scheduler.ts'

interface Job {
  readonly n: number
  started: number
}
interface Slot {
  readonly n: number
  state: 'starting' | 'idle' | 'busy' | 'lost'
  job: Job | undefined
}

/** A host that does nothing by itself, and keeps books of its own to compare with. */
class Model {
  readonly slots: Slot[] = []
  readonly queue: Job[] = []
  readonly again: Job[] = []
  readonly order: number[] = []
  jobs = 0
  failedStart = false
  readonly size: number
  readonly scheduler: Scheduler<Job, Slot>

  constructor(size: number) {
    this.size = size
    this.scheduler = new Scheduler<Job, Slot>(size, {
      spawn: () => {
        const slot: Slot = { n: this.slots.length, state: 'starting', job: undefined }
        this.slots.push(slot)
        return slot
      },
      assign: (slot, job) => {
        expect(slot.state === 'busy' || slot.state === 'lost', 'an assigned slot is ready and free').toBe(
          false,
        )
        slot.state = 'busy'
        slot.job = job
        const from = this.again.includes(job) ? this.again : this.queue
        if (from.includes(job)) {
          expect(from[0], 'first come, first served').toBe(job)
          expect(from === this.again || this.again.length === 0, 'the lost come first').toBe(true)
          from.shift()
        }
        if (job.started++ === 0) this.order.push(job.n)
      },
    })
  }

  pick(state: Slot['state'], seed: number): Slot | undefined {
    const found = this.slots.filter((slot) => slot.state === state)
    return found[seed % found.length]
  }

  submit(): void {
    const job: Job = { n: this.jobs++, started: 0 }
    this.queue.push(job)
    const atOnce = this.scheduler.submit(job)
    expect(atOnce).toBe(job.started === 1)
  }

  withdraw(seed: number): void {
    const waiting = [...this.again, ...this.queue]
    const job = waiting[seed % waiting.length]
    if (!job) return
    for (const list of [this.again, this.queue]) {
      if (list.includes(job)) list.splice(list.indexOf(job), 1)
    }
    expect(this.scheduler.withdraw(job)).toBe(true)
    expect(this.scheduler.withdraw(job)).toBe(false)
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
    slot.job = undefined
    this.scheduler.free(slot)
  }

  die(state: 'starting' | 'idle' | 'busy', seed: number, again: boolean): void {
    const slot = this.pick(state, seed)
    if (!slot) return
    const { job } = slot
    slot.state = 'lost'
    slot.job = undefined
    if (job && again) {
      this.again.push(job)
      this.scheduler.requeue(job)
    }
    const others = this.slots.some((other) => other.state !== 'lost')
    this.failedStart = others && (this.failedStart || state === 'starting')
    if (this.scheduler.lost(slot)) return
    expect(this.slots.every((other) => other.state === 'lost')).toBe(true)
    expect(this.scheduler.withdrawAll()).toEqual([...this.again.splice(0), ...this.queue.splice(0)])
  }

  check(): void {
    const count = (state: Slot['state']): number => this.slots.filter((slot) => slot.state === state).length
    const waiting = this.queue.length + this.again.length
    const load = { queued: waiting, starting: count('starting'), idle: count('idle'), busy: count('busy') }
    expect(this.scheduler.load).toEqual(load)
    const living = load.starting + load.idle + load.busy
    expect(living).toBeLessThanOrEqual(this.size)
    if (load.idle > 0) expect(waiting, 'no idle slot while a job waits').toBe(0)
    if (waiting > 0) expect(living, 'a waiting job has a slot to wait for').toBeGreaterThan(0)
    if (!this.failedStart) {
      expect(load.starting >= waiting || living === this.size, 'as many slots as are of use').toBe(true)
    }
    expect(this.order, 'jobs start in order').toEqual([...this.order].sort((a, b) => a - b))
    expect(this.scheduler.isQuiet).toBe(waiting === 0 && load.busy === 0)
  }
}

const steps: Record<string, (model: Model, seed: number) => void> = {
  submit: (model) => model.submit(),
  withdraw: (model, seed) => model.withdraw(seed),
  ready: (model, seed) => model.ready(seed),
  free: (model, seed) => model.free(seed),
  failToStart: (model, seed) => model.die('starting', seed, false),
  dieIdle: (model, seed) => model.die('idle', seed, false),
  dieBusy: (model, seed) => model.die('busy', seed, false),
  retry: (model, seed) => model.die('busy', seed, true),
}

describe('the scheduler', () => {
  it('keeps its invariants in every order of events', () => {
    const step = fc.record({
      name: fc.constantFrom(...Object.keys(steps), 'submit', 'ready'),
      seed: fc.nat(7),
    })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), (size, events) => {
        const model = new Model(size)
        for (const { name, seed } of events) {
          steps[name]!(model, seed)
          model.check()
        }
      }),
      { numRuns: 2_000 },
    )
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
})

describe('the queue', () => {
  it('is first in, first out, whatever is taken out of its middle', () => {
    const command = fc.oneof(
      fc.constant({ kind: 'push' as const, at: 0 }),
      fc.constant({ kind: 'shift' as const, at: 0 }),
      fc.record({ kind: fc.constant('remove' as const), at: fc.nat(20) }),
    )
    fc.assert(
      fc.property(fc.array(command, { maxLength: 100 }), (commands) => {
        const fifo = new Fifo<{ n: number }>()
        const model: { n: number }[] = []
        for (const [n, { kind, at }] of commands.entries()) {
          if (kind === 'push') {
            const item = { n }
            fifo.push(item)
            model.push(item)
          } else if (kind === 'shift') {
            expect(fifo.shift()).toBe(model.shift())
          } else {
            const item = model[at] ?? { n: -1 }
            expect(fifo.remove(item)).toBe(model.includes(item))
            if (model.includes(item)) model.splice(model.indexOf(item), 1)
          }
          expect(fifo.length).toBe(model.length)
        }
      }),
    )
  })

  it('gives back the room of what has left', () => {
    const fifo = new Fifo<{ n: number }>()
    const items = Array.from({ length: 5_000 }, (_, n) => ({ n }))
    for (const item of items) fifo.push(item)
    for (const item of items.slice(0, 4_000)) expect(fifo.shift()).toBe(item)
    expect(fifo.remove(items[4_500]!)).toBe(true)
    for (const item of items.slice(4_000)) if (item.n !== 4_500) expect(fifo.shift()).toBe(item)
    expect(fifo.shift()).toBe(undefined)
  })
})
