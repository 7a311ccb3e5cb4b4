// Who listens to a pool, and how they hear of it.
//
// Listeners are called in a microtask, in the order in which things happened: so whatever they do, the pool is not in
// the middle of something. Where nobody listens nothing is made, and nothing waits.
import type { EngineStats } from '../pool/call.ts'
import { systemClock } from '../realm/clock.ts'
import type { Clock } from '../realm/clock.ts'
import type { PoolEvents, TaskEvent, WorkerEvent } from './events.ts'
import { reportError } from './report-error.ts'

/** How many milliseconds changes are gathered before the counts are told. */
const STATS_MS = 100

type Listener = (event: never) => void

export class Hub {
  readonly #stats: () => EngineStats
  readonly #clock: Clock
  readonly #listeners: Record<keyof PoolEvents, Set<Listener>> = {
    task: new Set(),
    worker: new Set(),
    stats: new Set(),
  }
  /** Made when it is told, as a task has no id before it is submitted. */
  #pending: (() => void)[] = []
  #statsDue = false
  /** Whether somebody wants to know of tasks. */
  watchesTasks = false
  /** Whether somebody wants to know of workers. */
  watchesWorkers = false

  constructor(stats: () => EngineStats, clock: Clock = systemClock) {
    this.#stats = stats
    this.#clock = clock
  }

  now(): number {
    return this.#clock.now()
  }

  on<Type extends keyof PoolEvents>(type: Type, listener: (event: PoolEvents[Type]) => void): () => void {
    // Of its own: who listens twice hears twice, and ends each by itself.
    const own = (event: PoolEvents[Type]): void => listener(event)
    this.#listeners[type].add(own)
    this.#look()
    return () => {
      this.#listeners[type].delete(own)
      this.#look()
    }
  }

  #look(): void {
    const { task, worker, stats } = this.#listeners
    this.watchesTasks = task.size + stats.size > 0
    this.watchesWorkers = worker.size + stats.size > 0
  }

  task(event: () => TaskEvent): void {
    this.#tell('task', event)
  }

  worker(event: WorkerEvent): void {
    this.#tell('worker', () => event)
  }

  #tell(type: 'task' | 'worker', event: () => TaskEvent | WorkerEvent): void {
    if (this.#listeners[type].size > 0) {
      if (this.#pending.length === 0) queueMicrotask(() => this.#flush())
      this.#pending.push(() => this.#call(type, event()))
    }
    if (this.#listeners.stats.size === 0 || this.#statsDue) return
    this.#statsDue = true
    this.#clock.after(STATS_MS, () => {
      this.#statsDue = false
      if (this.#listeners.stats.size > 0) this.#call('stats', this.#stats())
    })
  }

  #flush(): void {
    // What listeners bring about is told in a microtask of its own.
    for (const tell of this.#pending.splice(0)) tell()
  }

  #call(type: keyof PoolEvents, event: unknown): void {
    // As they are now: one that listens anew, each time, must not be called for ever.
    const listeners = [...this.#listeners[type]]
    for (const listener of listeners) {
      try {
        listener(event as never)
      } catch (error) {
        reportError(error)
      }
    }
  }
}
