// The jobs of one message, while the worker that has it owes answers.
import type { Job } from './job.ts'

export class Underway {
  readonly #jobs = new Map<number, Job>()

  constructor(jobs: readonly Job[]) {
    for (const job of jobs) this.#jobs.set(job.number, job)
  }

  get size(): number {
    return this.#jobs.size
  }

  /** The jobs without an answer, those among them that were settled early. */
  get jobs(): Iterable<Job> {
    return this.#jobs.values()
  }

  get(number: number): Job | undefined {
    return this.#jobs.get(number)
  }

  has(job: Job): boolean {
    return this.#jobs.has(job.number)
  }

  /** The worker has answered, and nothing more of the job comes. */
  end(job: Job): void {
    this.#jobs.delete(job.number)
    job.cancelTimer()
  }
}
