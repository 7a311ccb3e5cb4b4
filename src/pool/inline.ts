// Where there is no `Worker` (server-side rendering, tests): calls run on the calling thread, all at once, with the
// values as they are. Nothing can be stopped there: cancel and timeout reject the task and abort `task.signal`. So do
// calls inside a worker: they need no other, so that tasks that wait for tasks never wait for each other's workers.
import { BrineError } from '../errors/brine-error.ts'
import { realm } from '../realm/registry.ts'
import type { RunningTask } from '../realm/registry.ts'
import { systemClock } from '../realm/clock.ts'
import { isGenerator } from '../stream/command.ts'
import { Driver } from '../stream/driver.ts'
import type { Call, TaskInfo, CallObserver, Engine, EngineStats, Failure, Ticket } from './call.ts'
import { resultsOf } from './dependencies.ts'

const NOTHING_SENT = {
  bytesSent: 0,
  bytesReceived: 0,
  codeSent: 0,
  codeReused: 0,
  sharesSent: 0,
  sharesReused: 0,
}
const NO_BYTES = { sent: 0, received: 0 }

// Asynchronous functions that overlap share the thread: `task` shows the one that started last and has not ended.
const active = new Set<RunningTask>()

function enter(running: RunningTask): void {
  active.add(running)
  realm().current = running
}

function leave(running: RunningTask): void {
  active.delete(running)
  if (realm().current === running) realm().current = [...active].at(-1)
}

/** Lets the event loop have a turn: the page's own work above all. */
const turn = (): Promise<void> => new Promise((resolve) => void systemClock.after(0, resolve))

/** Runs a generator for a reader on the same thread. */
function createDriver(generator: Generator | AsyncGenerator, post: CallObserver['yielded']): Driver {
  return new Driver(generator, {
    clock: systemClock,
    batch: 1,
    turn,
    write: (item) => ({ item, transfer: [] }),
    post,
  })
}

interface InlineJob extends Ticket {
  settle(outcome: 'done' | Failure, value: unknown): void
}

export class InlineEngine implements Engine {
  readonly #name: string
  readonly #jobs = new Set<InlineJob>()
  readonly #counts = { done: 0, failed: 0, cancelled: 0, busyMs: 0 }
  #number = 0
  #closed: Promise<void> | undefined
  #ended: () => void = () => {}

  readonly #isNested: boolean

  /** `isNested`: on the thread of a task, to which `task` belongs, whatever that calls. */
  constructor(name: string, isNested = false) {
    this.#name = name
    this.#isNested = isNested
  }

  submit(call: Call): Ticket {
    const id = `${this.#name}-${++this.#number}`
    const { signal, timeout, dependsOn } = call.settings
    const controller = new AbortController()
    let start = systemClock.now()
    let settled = false
    let driver: Driver | undefined
    let cancelTimer = (): void => {}
    const abort = (): void => job.cancel(signal!.reason)
    const info = (): TaskInfo => ({
      queueMs: 0,
      runMs: systemClock.now() - start,
      worker: 0,
      attempt: 1,
      bytes: NO_BYTES,
    })

    const running: RunningTask = {
      id,
      attempt: 1,
      signal: controller.signal,
      progress: (value) => {
        if (!settled) call.observer.progress(value)
      },
    }
    const job: InlineJob = {
      id,
      cancel: (reason) => {
        if (settled) return
        job.settle('cancelled', reason)
        controller.abort(reason)
        driver?.abort()
      },
      steer: (command) => driver?.steer(command),
      settle: (outcome, value) => {
        if (settled) return
        settled = true
        cancelTimer()
        signal?.removeEventListener('abort', abort)
        leave(running)
        this.#jobs.delete(job)
        this.#counts[outcome === 'stalled' ? 'failed' : outcome]++
        this.#counts.busyMs += info().runMs
        if (outcome === 'done') call.observer.fulfil(value, info())
        else call.observer.fail(value, info(), outcome)
        if (this.#jobs.size === 0) this.#ended()
      },
    }
    const limit = (): void => {
      start = systemClock.now()
      if (timeout === undefined) return
      cancelTimer = systemClock.after(timeout, () =>
        job.cancel(new DOMException(`The task ran longer than ${timeout} ms.`, 'TimeoutError')),
      )
    }
    const run = async (given: readonly unknown[] = []): Promise<void> => {
      if (settled) return
      limit()
      call.observer.started(info())
      if (!this.#isNested) enter(running)
      try {
        const result: unknown = await Reflect.apply(call.fn, undefined, [...given, ...call.args] as never[])
        if (!isGenerator(result)) return job.settle('done', result)
        const yielded = (values: readonly unknown[], epoch: number): void => {
          if (!settled) call.observer.yielded(values, epoch)
        }
        driver = createDriver(result, yielded)
        if (settled) driver.abort()
        yielded([], 0)
        job.settle('done', await driver.run())
      } catch (error) {
        job.settle('failed', error)
      }
    }
    this.#jobs.add(job)
    if (this.#closed) {
      job.settle('failed', this.#closedError('offload'))
    } else if (signal?.aborted) {
      job.settle('cancelled', signal.reason)
    } else {
      signal?.addEventListener('abort', abort, { once: true })
      if (!dependsOn) queueMicrotask(() => void run())
      else {
        call.observer.waiting()
        const stall = (cause: unknown): void =>
          job.settle('stalled', new BrineError('TASK_STALLED', { task: `'${call.label}'` }, { cause }))
        resultsOf(dependsOn, (results) => void run(results), stall)
      }
    }
    return job
  }

  stats(): EngineStats {
    const running = this.#jobs.size
    return { queued: 0, running, ...this.#counts, workers: 0, ...NOTHING_SENT }
  }

  /** There is no queue, and nothing to start. */
  ready(): Promise<void> {
    return this.#closed ? Promise.reject(this.#closedError('wait')) : Promise.resolve()
  }

  warm(): Promise<void> {
    return this.#closed ? Promise.reject(this.#closedError('start workers')) : Promise.resolve()
  }

  #closedError(action: string): BrineError {
    return new BrineError('POOL_CLOSED', { action, pool: this.#name })
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#ended = resolve
      if (this.#jobs.size === 0) resolve()
    })
    return this.#closed
  }

  terminate(): Promise<void> {
    const ended = this.close()
    for (const job of this.#jobs) {
      job.cancel(this.#closedError('finish a task'))
    }
    return ended
  }
}
