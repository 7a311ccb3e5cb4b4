// What the page and a worker say to each other. Jobs go over Comlink, several short ones in one message; the worker's
// own messages are tagged records beside it, and carry several answers as well.
import type { PayloadData } from '../payload/types.ts'
import type { Command, Resumption } from '../stream/command.ts'

/** One call for a worker. */
export interface JobMessage {
  /** Number of the job in its pool. */
  readonly job: number
  /** The id that the function sees as `task.id`. */
  readonly id: string
  /** From 1. */
  readonly attempt: number
  /** Where else than on the page's origin the app's modules lie; absent for nowhere. */
  readonly bases?: readonly string[]
  /** Root: the pair of function and arguments. Units that the worker has come without text. */
  readonly data: PayloadData
  /** Arguments that come before those of the call: a list. */
  readonly given?: PayloadData
}

/** What the reader of a generator tells its driver, as `stream/command.ts` has it; values are payloads. */
export type SteerMessage =
  | Exclude<Command, Resumption>
  | { readonly kind: Resumption['kind']; readonly data: PayloadData }

/** What a worker lets the page call. */
export interface WorkerApi {
  /** Runs jobs one after the other; fulfils when the last has answered. */
  run(jobs: readonly JobMessage[]): Promise<void>
  /** Brings a shared value, ahead of the jobs that name it by the id. */
  share(id: string, data: PayloadData): void
  /** No later job names it. */
  forget(id: string): void
  /** Aborts the signal of a job that runs, or drops one that has not begun; `reason` is a payload. */
  abort(job: number, reason: PayloadData): void
  /** Tells the generator of a job how to go on. */
  steer(job: number, message: SteerMessage): void
  /** Shares memory in which aborts show while a function blocks the thread, as `realm/abort-board.ts` has it. */
  watch(board: Int32Array): void
}

/** The value of this property tells messages of a worker from those that a user's function posts. */
export const TAG = 'brine:worker'

/** A worker listens, and holds the Web Lock of that name until it dies; without locks, no name. */
export interface ReadyMessage {
  readonly [TAG]: 'ready'
  readonly lock?: string
}
/** The worker's own code called `close()`: nothing that follows counts. */
interface ClosingMessage {
  readonly [TAG]: 'closing'
}
/** A message of the page could not be read by the worker's engine. */
interface UnreadableMessage {
  readonly [TAG]: 'unreadable'
}
/** Answers in the order in which they came about. */
interface AnswersMessage {
  readonly [TAG]: 'answers'
  readonly answers: readonly Answer[]
}

/** A value reported by a running function: more of the job follows. */
interface ProgressAnswer {
  readonly kind: 'progress'
  readonly job: number
  readonly data: PayloadData
}
/** Values that a generator yielded; the first of a job, which may be without any, tells that it is a stream. */
export interface YieldsAnswer {
  readonly kind: 'yields'
  readonly job: number
  /** Primitive values as they are, the payloads of all others. */
  readonly items: readonly unknown[]
  /** How many `return` and `throw` came before. */
  readonly epoch: number
}
/** The end of a job: its result, or what it threw. */
export interface ResultAnswer {
  readonly kind: 'result'
  readonly job: number
  readonly ok: boolean
  readonly data: PayloadData
  /** Milliseconds that the function ran. */
  readonly runMs: number
}
/** The end of a job that was aborted before it began. */
interface DroppedAnswer {
  readonly kind: 'dropped'
  readonly job: number
}
export type Answer = ProgressAnswer | YieldsAnswer | ResultAnswer | DroppedAnswer

export type WorkerMessage = ReadyMessage | ClosingMessage | UnreadableMessage | AnswersMessage

export function isWorkerMessage(value: unknown): value is WorkerMessage {
  return typeof value === 'object' && value !== null && TAG in value
}
