// What a pool tells those who listen: tasks, workers, counts.
import type { TaskInfo, EngineStats, WorkerChange } from '../pool/call.ts'

/** What became of a task. */
export interface TaskEvent {
  /**
   * `'waiting'` for those that it depends on; `'queued'`; `'started'` on a worker; `'progress'`; `'retried'`: it is
   * queued again, as its worker died; and one of `'done'`, `'failed'`, `'cancelled'` and `'stalled'` at the end.
   */
  readonly type:
    | 'waiting'
    | 'queued'
    | 'started'
    | 'progress'
    | 'retried'
    | 'done'
    | 'failed'
    | 'cancelled'
    | 'stalled'
  /** The id of the task. */
  readonly id: string
  /** The label of the task. */
  readonly label: string
  /** When it happened, in milliseconds, as `performance.now()` has it. */
  readonly time: number
  /** How the task went so far, as `Task.info` has it: its worker, attempt, times and bytes. */
  readonly info: TaskInfo
  /** What the function reported, of `'progress'`. */
  readonly value?: unknown
  /** What the task rejects with, of `'failed'`, `'cancelled'` and `'stalled'`. */
  readonly error?: unknown
}

/** What became of a worker. */
export interface WorkerEvent extends WorkerChange {
  /** When it happened, in milliseconds, as `performance.now()` has it. */
  readonly time: number
}

/** What a pool tells, by the name under which one listens. */
export interface PoolEvents {
  /** What becomes of tasks. */
  readonly task: TaskEvent
  /** What becomes of workers. */
  readonly worker: WorkerEvent
  /** What `pool.stats()` gives, 100 ms after something changed. */
  readonly stats: EngineStats
}
