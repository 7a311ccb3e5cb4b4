// A job while its function runs: what `task` shows.
import type { RunningTask } from '../realm/registry.ts'
import type { JobMessage } from '../rpc/protocol.ts'

export class RunningJob implements RunningTask {
  readonly job: number
  readonly id: string
  readonly attempt: number
  readonly #report: (job: number, value: unknown) => void
  // Most functions never ask for it.
  #controller: AbortController | undefined

  constructor({ job, id, attempt }: JobMessage, report: (job: number, value: unknown) => void) {
    this.job = job
    this.id = id
    this.attempt = attempt
    this.#report = report
  }

  progress(value: unknown): void {
    this.#report(this.job, value)
  }

  get signal(): AbortSignal {
    return (this.#controller ??= new AbortController()).signal
  }

  abort(reason: unknown): void {
    this.#controller ??= new AbortController()
    this.#controller.abort(reason)
  }
}
