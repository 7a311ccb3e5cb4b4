// A call as it reaches a pool, who wants to know what becomes of it, and what can take it.
import type { AnyFunction, Environment } from '../realm/registry.ts'
import type { CallSite } from './call-site.ts'

/** What a call can set. */
export interface CallSettings extends Environment {
  /** Cancels the task: it rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /**
   * How long the function may run, in milliseconds from its start in the worker; 0 or more. Then the task rejects with a
   * `DOMException` named `TimeoutError`, and a worker that does not stop by itself is replaced.
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
   * @default 0
   */
  readonly retries?: number
}

/** How a call went so far. */
export interface CallInfo {
  readonly queueMs: number
  readonly runMs: number
  readonly transferMs?: number
  readonly worker: number
  readonly attempt: number
}

/** Who made the call. Exactly one of `fulfil` and `fail` is called, once. */
export interface CallObserver {
  started(info: CallInfo): void
  /** The call lost its worker and waits for another. */
  queuedAgain(): void
  progress(value: unknown): void
  fulfil(value: unknown, info: CallInfo): void
  fail(error: unknown, info: CallInfo, cancelled: boolean): void
}

/** A call as it reaches a pool. */
export interface Call {
  readonly fn: AnyFunction
  readonly args: readonly unknown[]
  readonly settings: CallSettings
  readonly site: CallSite
  readonly observer: CallObserver
}

/** What the caller keeps. */
export interface Ticket {
  readonly id: string
  cancel(reason: unknown): void
}

/** What takes calls: workers, or the calling thread itself where there are none. */
export interface Engine {
  submit(call: Call): Ticket
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
  /** Tasks that rejected for another reason than being cancelled. */
  readonly failed: number
  /** Tasks that were cancelled, timed out or ended with the pool. */
  readonly cancelled: number
  /** Workers that live or start. */
  readonly workers: number
  /** Milliseconds that functions ran, all workers together. */
  readonly busyMs: number
  /** Code units that were sent to a worker with their text. */
  readonly codeSent: number
  /** Code units that a worker had already. */
  readonly codeReused: number
}
