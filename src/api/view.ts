// What a task shows, and the end at which the pool feeds it.
import type { TaskInfo, CallObserver, Failure } from '../pool/call.ts'
import type { Command } from '../stream/command.ts'
import { Reader } from '../stream/reader.ts'
import type { TaskEvent } from './events.ts'
import type { Hub } from './hub.ts'
import { reportError } from './report-error.ts'
import type { Trace } from './trace.ts'

/** Progress that came before anybody asked: older values are dropped, so that a task nobody watches stays small. */
const UNREAD_LIMIT = 1_000

/** Values for one reader, or for those to come. */
export interface Channel {
  readonly values: unknown[]
  wake: () => void
}

/** Where a task stands; `waiting` for those that it depends on, `stalled` if one of them did not succeed. */
export type TaskState = 'waiting' | 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'stalled'

/** What is known of a task that never ran. */
export const NOT_STARTED: TaskInfo = {
  queueMs: 0,
  runMs: 0,
  worker: 0,
  attempt: 0,
  bytes: { sent: 0, received: 0 },
}

/** Who wants to know what becomes of tasks. */
export interface TaskWatch {
  readonly hub: Hub
  readonly trace: Trace | undefined
}

export class View implements CallObserver {
  state: TaskState = 'queued'
  info: TaskInfo = NOT_STARTED
  /** Known once the call is submitted. */
  id = ''
  /** Tells the generator how to go on. */
  steer: (command: Command) => void = () => {}
  readonly #label: string
  readonly #watch: TaskWatch | undefined
  #startedAt = 0
  #begun: 'queued' | 'waiting' = 'queued'
  readonly #onProgress: ((value: unknown) => void) | undefined
  #resolve: (value: unknown) => void = () => {}
  #reject: (error: unknown) => void = () => {}
  #unread: unknown[] | undefined = []
  #over = false
  readonly #channels = new Set<Channel>()
  /** `plain`: what is iterated is progress. */
  #kind: 'unknown' | 'plain' | 'stream' = 'unknown'
  #reader: Reader | undefined
  #iterators = 0
  #isAwaited = false
  #known: Promise<void> | undefined
  #tellKind: () => void = () => {}

  constructor(
    label: string,
    onProgress: ((value: unknown) => void) | undefined,
    watch: TaskWatch | undefined,
  ) {
    this.#label = label
    this.#onProgress = onProgress
    this.#watch = watch
  }

  /** Tells what happened, where somebody listens. What it begins with shows when it was submitted. */
  tell(type: TaskEvent['type'], more?: Pick<TaskEvent, 'value' | 'error'>): void {
    const hub = this.#watch?.hub
    if (!hub?.watchesTasks) return
    const time = hub.now()
    const { info } = this
    const begins = this.id === '' && type === 'queued'
    hub.task(() => ({
      type: begins ? this.#begun : type,
      id: this.id,
      label: this.#label,
      time,
      info,
      ...more,
    }))
  }

  connect(resolve: (value: unknown) => void, reject: (error: unknown) => void): void {
    this.#resolve = resolve
    this.#reject = reject
  }

  started(info: TaskInfo): void {
    this.state = 'running'
    this.info = info
    if (this.#watch?.trace) this.#startedAt = this.#watch.hub.now()
    this.tell('started')
  }

  waiting(): void {
    this.state = 'waiting'
    this.#begun = 'waiting'
  }

  queued(): void {
    const again = this.state === 'running'
    this.state = 'queued'
    this.tell(again ? 'retried' : 'queued')
  }

  progress(value: unknown): void {
    this.#become('plain')
    if (this.#kind === 'plain') {
      if (this.#unread) {
        this.#unread.push(value)
        if (this.#unread.length > UNREAD_LIMIT) this.#unread.shift()
      }
      for (const channel of this.#channels) {
        channel.values.push(value)
        channel.wake()
      }
    }
    this.#report(value)
  }

  #report(value: unknown): void {
    this.tell('progress', { value })
    try {
      this.#onProgress?.(value)
    } catch (error) {
      // Not the task's fault: as with any other listener.
      reportError(error)
    }
  }

  yielded(values: readonly unknown[], epoch: number): void {
    this.#become('stream')
    const reader = (this.#reader ??= this.#createReader())
    // Who iterates over progress already gets these values with it.
    const isPlain = this.#kind === 'plain'
    reader.begin(isPlain || this.#onProgress !== undefined)
    reader.deliver(values, epoch)
    for (const value of values)
      if (isPlain) this.progress(value)
      else this.#report(value)
  }

  /** The function gives a generator. */
  becomeStream(): void {
    this.#become('stream')
    this.#reader = this.#createReader()
  }

  #createReader(): Reader {
    const reader = new Reader(this.#label, (command) => this.steer(command))
    if (this.#kind === 'stream') for (let n = this.#iterators; n > 0; n--) reader.open()
    if (this.#isAwaited) reader.await()
    return reader
  }

  #become(kind: 'plain' | 'stream'): void {
    if (this.#kind !== 'unknown') return
    this.#kind = kind
    this.#tellKind()
  }

  fulfil(value: unknown, info: TaskInfo): void {
    this.#end('done', info)
    this.tell('done')
    this.#reader?.end({ ok: true, value })
    this.#resolve(value)
  }

  fail(error: unknown, info: TaskInfo, how: Failure): void {
    this.#end(how, info)
    this.tell(how, { error })
    this.#reader?.end({ ok: false, error })
    this.#reject(error)
  }

  #end(state: 'done' | Failure, info: TaskInfo): void {
    const { hub, trace } = this.#watch ?? {}
    if (trace && this.state === 'running') {
      trace({ id: this.id, label: this.#label, state, info, started: this.#startedAt, ended: hub!.now() })
    }
    this.#over = true
    this.state = state
    this.info = info
    this.#become('plain')
    for (const channel of this.#channels) channel.wake()
  }

  /** Somebody waits for the result. */
  await(): void {
    this.#isAwaited = true
    this.#reader?.await()
  }

  /** Somebody is going to iterate. */
  open(): void {
    this.#iterators++
    this.reader?.open()
  }

  /** One who iterated is gone. */
  leave(): void {
    this.#iterators--
    this.reader?.leave()
  }

  /** Fulfils when it is known whether there is a generator to read from. */
  known(): Promise<void> {
    this.#known ??= new Promise((tell) => {
      this.#tellKind = tell
    })
    return this.#known
  }

  get isKnown(): boolean {
    return this.#kind !== 'unknown'
  }

  /** What reads from the generator, if there is one. */
  get reader(): Reader | undefined {
    return this.#kind === 'stream' ? this.#reader : undefined
  }

  /** Begins to gather progress. */
  gather(): Channel {
    const channel: Channel = { values: this.#unread ?? [], wake: () => {} }
    this.#unread = undefined
    this.#channels.add(channel)
    return channel
  }

  drop(channel: Channel): void {
    this.#channels.delete(channel)
  }

  /** Progress, and the end of the task. */
  async *read(channel: Channel, end: Promise<unknown>): AsyncGenerator<unknown, void, undefined> {
    try {
      for (;;) {
        // Taken as a whole: shifting value by value from a long array is quadratic.
        yield* channel.values.splice(0)
        if (channel.values.length > 0) continue
        if (this.#over) break
        await new Promise<void>((wake) => {
          channel.wake = wake
        })
      }
      await end
    } finally {
      this.drop(channel)
    }
  }
}
