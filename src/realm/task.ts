// The ambient `task`: what a running function can ask and tell about itself. Its state lives in the realm record, so
// that every copy of brine in a thread sees the same task.
import { realm } from './registry.ts'

/**
 * The task that runs now, seen from inside its function. On the page, where no task runs, it does nothing, so that
 * a function stays callable everywhere.
 */
export interface AmbientTask {
  /** Sends a value to `onProgress` and to those who iterate over the task; any value that can travel. */
  progress(value: unknown): void
  /**
   * Aborts when the task is cancelled or out of time; never on the page. A function that never waits can still ask
   * `task.signal.aborted` in a page that is cross-origin isolated; elsewhere the news comes in with `await` or `yield`.
   */
  readonly signal: AbortSignal
  /** The id of the task; undefined on the page. */
  readonly id: string | undefined
  /** How often the task was started, from 1; 0 on the page. */
  readonly attempt: number
}

let never: AbortSignal | undefined

/**
 * The task that runs now. It travels by reference: a function that captured it finds its own task in the worker.
 *
 * @example
 * ```ts
 * const steps = (n: number) => {
 *   for (let i = 1; i <= n; i++) task.progress(i / n)
 *   return n
 * }
 * const seen: unknown[] = []
 * await pool.with({ using: { task }, onProgress: (value) => seen.push(value) }).offload(steps, 4) // 4
 * seen // [0.25, 0.5, 0.75, 1]
 * // On the page `progress` does nothing.
 * steps(4) // 4
 * ```
 */
export const task: AmbientTask = {
  progress(value) {
    realm().current?.progress(value)
  },
  get signal() {
    return realm().current?.signal ?? (never ??= new AbortController().signal)
  },
  get id() {
    return realm().current?.id
  },
  get attempt() {
    return realm().current?.attempt ?? 0
  },
}
