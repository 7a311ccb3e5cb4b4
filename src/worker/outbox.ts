// What a worker has to tell, gathered: several answers go in one message, each at the latest when another is due.
//
// Invariants
//  1. Answers are posted once each, in the order in which they were given.
//  2. An answer waits only while jobs of its message are left, and not longer than `HOLD_MS` unless a job blocks the
//     thread.
//  3. What waits does not change: it holds nothing of the functions' by reference, and moves nothing.
import type { Clock } from '../realm/clock.ts'
import { TAG } from '../rpc/protocol.ts'
import type { Answer, WorkerMessage } from '../rpc/protocol.ts'

/** How many milliseconds answers may be gathered: little to one who waits, and enough for dozens of short jobs. */
const HOLD_MS = 2

export class Outbox {
  readonly #post: (message: WorkerMessage, transfer: readonly unknown[]) => void
  readonly #clock: Clock
  #waiting: Answer[] = []
  #since = 0
  #cancelTimer: (() => void) | undefined

  constructor(post: (message: WorkerMessage, transfer: readonly unknown[]) => void, clock: Clock) {
    this.#post = post
    this.#clock = clock
  }

  /** A message of the page has come: its answers are gathered from now on. */
  begin(): void {
    this.#since = this.#clock.now()
  }

  /** Whether enough time has passed that the next answer is not to wait. */
  get isDue(): boolean {
    return this.#clock.now() - this.#since > HOLD_MS
  }

  /** Takes an answer that goes with a later one. */
  hold(answer: Answer): void {
    this.#waiting.push(answer)
    // For a job that waits for something: it may take longer than anybody expected.
    this.#cancelTimer ??= this.#clock.after(HOLD_MS, () => this.flush())
  }

  /**
   * Posts what waits and an answer behind it.
   *
   * @throws {DOMException} what posting throws; then all still waits, but for this answer.
   */
  post(answer: Answer, transfer: readonly unknown[] = []): void {
    this.#send([...this.#waiting, answer], transfer)
  }

  /** Posts what waits. */
  flush(): void {
    if (this.#waiting.length > 0) this.#send(this.#waiting, [])
  }

  #send(answers: readonly Answer[], transfer: readonly unknown[]): void {
    this.#post({ [TAG]: 'answers', answers }, transfer)
    this.#waiting = []
    this.#since = this.#clock.now()
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }
}
