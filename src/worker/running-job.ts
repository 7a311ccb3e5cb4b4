// A job while its function runs: what `task` shows, and how it is aborted.
import { readAbort } from '../realm/abort-board.ts'
import type { AbortKind } from '../realm/abort-board.ts'
import type { RunningTask } from '../realm/registry.ts'
import type { JobMessage, SteerMessage } from '../rpc/protocol.ts'
import type { Stream } from './stream.ts'

const REASONS: Record<AbortKind, string> = {
  AbortError: 'The task was cancelled.',
  TimeoutError: 'The task ran for too long.',
}

export class RunningJob implements RunningTask {
  readonly job: number
  readonly id: string
  readonly attempt: number
  #stream: Stream | undefined
  readonly #report: (job: number, value: unknown) => void
  readonly #board: Int32Array | undefined
  // Most functions never ask for it.
  #controller: AbortController | undefined

  constructor(
    { job, id, attempt }: JobMessage,
    report: (job: number, value: unknown) => void,
    board: Int32Array | undefined,
  ) {
    this.job = job
    this.id = id
    this.attempt = attempt
    this.#report = report
    this.#board = board
  }

  progress(value: unknown): void {
    this.#report(this.job, value)
  }

  get signal(): AbortSignal {
    return this.#abortable().signal
  }

  abort(reason: unknown): void {
    this.#abortable().abort(reason)
    this.#stream?.abort()
  }

  /** The generator that the function gave: it ends as the job does. */
  set stream(stream: Stream) {
    this.#stream = stream
    if (this.#controller?.signal.aborted) stream.abort()
  }

  steer(message: SteerMessage): void {
    this.#stream?.steer(message)
  }

  #abortable(): AbortController {
    if (this.#controller) return this.#controller
    const controller = (this.#controller = new AbortController())
    if (this.#board) lookWhenAsked(controller, this.#board, this.job)
    return controller
  }
}

/** Has a signal look at the board whenever it is asked, as a function that never waits can ask but not hear. */
function lookWhenAsked(controller: AbortController, board: Int32Array, job: number): void {
  const { signal } = controller
  const prototype = Object.getPrototypeOf(signal) as AbortSignal
  const ask = (key: 'aborted' | 'reason'): unknown => {
    const native = (): unknown => Reflect.get(prototype, key, signal)
    if (Reflect.get(prototype, 'aborted', signal)) return native()
    const kind = readAbort(board, job)
    // The reason itself is in a message that has yet to come.
    if (kind) controller.abort(new DOMException(REASONS[kind], kind))
    return native()
  }
  Object.defineProperties(signal, {
    aborted: { get: () => ask('aborted'), configurable: true },
    reason: { get: () => ask('reason'), configurable: true },
    throwIfAborted: {
      value: () => {
        if (ask('aborted') === true) throw ask('reason')
      },
      configurable: true,
    },
  })
}
