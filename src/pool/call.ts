// A call as it reaches a pool, who wants to know what becomes of it, and what can take it.
import type { CaptureLimits } from '../payload/limits.ts'
import type { AnyFunction, Environment } from '../realm/registry.ts'
import type { Command } from '../stream/command.ts'
import type { CallSite } from './call-site.ts'

/** What a call can set. */
export interface CallSettings extends Environment {
  /** Cancels the task: it rejects with the signal's reason. `AbortSignal.any` joins several. */
  readonly signal?: AbortSignal
  /**
   * How long the function may run, in milliseconds from its start in the worker; 0 or more. Of a `map` it is the time of
   * a chunk, so with `chunk: 1` that of an item; chunks are planned to take a fifth of it at the most. Then the task
   * rejects with a `DOMException` named `TimeoutError`, and a worker that does not stop by itself is replaced.
   * @default no limit
   */
  readonly timeout?: number
  /**
   * How long a cancelled function may go on, in milliseconds, to clean up as `task.signal` asks it to; 0 or more. Then
   * its worker is ended and replaced. The task itself rejects at once.
   * @default 50
   */
  readonly grace?: number
  /**
   * A name for messages and tools.
   * @default the name of the function
   */
  readonly label?: string
  /** What moves to the worker instead of being copied: buffers, ports, streams, bitmaps. */
  readonly transfer?: readonly unknown[]
  /**
   * How often the task is started again after its worker died; an integer, 0 or more. An error that the function
   * throws is no reason. A task that moves ports or streams is never started twice.
   *
   * Calls that are known to be short go to a worker together. When it dies with several of them unanswered, each runs
   * again by itself, whatever its `retries` are, as nobody knows which of them it was; no attempt is counted for that.
   * The same happens to the others when the worker is ended because one of them was cancelled.
   * @default 0
   */
  readonly retries?: number
  /**
   * How much a function may capture, in bytes: `warn`, above which the console tells of it, and `fail`. Arguments, shared
   * values and what moves do not count.
   * @default { warn: 1_048_576, fail: 268_435_456 }
   */
  readonly captureLimits?: Partial<CaptureLimits>
  /**
   * How long a task waits before it is started again, in milliseconds, 0 or more; twice as long before each further
   * time.
   * @default 0
   */
  readonly backoff?: number
  /**
   * Which of the waiting tasks goes first: the one with the highest number. Waiting for a second weighs as much as one
   * level, so a task is overtaken only by those that come soon after it, and none waits for ever.
   * @default 0
   */
  readonly priority?: number
  /** What has to be done before; its results come before the arguments. */
  readonly dependsOn?: readonly PromiseLike<unknown>[]
}

/** How a task went so far. */
export interface TaskInfo {
  /** Milliseconds from the call to the start of the latest attempt. */
  readonly queueMs: number
  /** Milliseconds that the function ran, measured in the worker once it has ended. */
  readonly runMs: number
  /** Milliseconds for the way there and back: posting, rebuilding, answering. */
  readonly transferMs?: number
  /** Number of the worker in its pool, from 1; 0 while queued, and where functions run on the calling thread. */
  readonly worker: number
  /** How often the task was started. */
  readonly attempt: number
  /**
   * Roughly how many bytes were sent for the call, and came back, code not counted: buffers and strings in full, of
   * other data about the first 4,000 values. Zero where functions run on the calling thread.
   */
  readonly bytes: { readonly sent: number; readonly received: number }
}

/** How a call can end without a result. */
export type Failure = 'failed' | 'cancelled' | 'stalled'

/** Who made the call. Exactly one of `fulfil` and `fail` is called, once. */
export interface CallObserver {
  started(info: TaskInfo): void
  /** The call waits for others to be done. */
  waiting(): void
  /** It waits no longer, or it lost its worker: it waits for one. */
  queued(): void
  progress(value: unknown): void
  /** The function has given a generator, which waits for commands; these are values of it. See `stream/`. */
  yielded(values: readonly unknown[], epoch: number): void
  fulfil(value: unknown, info: TaskInfo): void
  fail(error: unknown, info: TaskInfo, how: Failure): void
}

/** A call as it reaches a pool. */
export interface Call {
  readonly fn: AnyFunction
  readonly args: readonly unknown[]
  readonly settings: CallSettings
  /** Names it, for messages and limits. */
  readonly label: string
  readonly site: CallSite
  /** Whether what `Comlink.transfer` gave to captured variables moves. Default true. */
  readonly movesCaptures?: boolean
  readonly observer: CallObserver
}

/** What the caller keeps. */
export interface Ticket {
  readonly id: string
  cancel(reason: unknown): void
  /** Tells the generator how to go on, once the first of its values have come. Throws if a value cannot travel. */
  steer(command: Command): void
}

/** What became of a worker. */
export interface WorkerChange {
  /**
   * `'starting'`; `'ready'`: it listens; `'unavailable'`: it could not be started; `'died'`: it ended by itself, or was
   * ended as its task did not stop; `'retired'`: it was idle for too long, had done its share, or the pool ended.
   */
  readonly type: 'starting' | 'ready' | 'unavailable' | 'died' | 'retired'
  /** Number of the worker in its pool, from 1. */
  readonly worker: number
  /** Why, of `'unavailable'` and `'died'`. */
  readonly reason?: string
}

/** What takes calls: workers, or the calling thread itself where there are none. */
export interface Engine {
  submit(call: Call): Ticket
  /** Fulfils when the queue has room. */
  ready(): Promise<void>
  /** Starts workers; fulfils when they listen. */
  warm(count?: number): Promise<void>
  stats(): EngineStats
  close(): Promise<void>
  terminate(): Promise<void>
}

/** Counts of a pool, from its beginning where they are not of this moment. */
export interface EngineStats {
  /** Tasks that wait for a worker. */
  readonly queued: number
  /** Tasks that run. */
  readonly running: number
  /** Tasks that fulfilled. */
  readonly done: number
  /** Tasks that rejected for another reason than being cancelled, stalled ones among them. */
  readonly failed: number
  /** Tasks that were cancelled, timed out or ended with the pool. */
  readonly cancelled: number
  /** Workers that live or start. */
  readonly workers: number
  /** Milliseconds that functions ran, all workers together. */
  readonly busyMs: number
  /** Roughly how many bytes were sent to workers, code included; see {@link TaskInfo.bytes}. */
  readonly bytesSent: number
  /** Roughly how many bytes workers sent. */
  readonly bytesReceived: number
  /** Code units that were sent to a worker with their text. */
  readonly codeSent: number
  /** Code units that a worker had already: the hits of its cache. */
  readonly codeReused: number
  /** Shared values that were sent to a worker. */
  readonly sharesSent: number
  /** Shared values that a worker had already when a task needed them. */
  readonly sharesReused: number
}
