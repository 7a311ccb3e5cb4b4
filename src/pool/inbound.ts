// What a worker tells of a job, in the order in which it came: progress values, and the result behind them all.
import type { PayloadData } from '../payload/types.ts'
import type { ResultAnswer } from '../rpc/protocol.ts'
import type { Job } from './job.ts'
import { failure } from './ledger.ts'
import type { Outcome } from './ledger.ts'
import { pageMarshal } from './outbound.ts'

/** Reads data when what came before is read. */
function read({ inbound }: Job, data: PayloadData): ReturnType<typeof pageMarshal.read> {
  return inbound ? inbound.then(() => pageMarshal.read(data)) : pageMarshal.read(data)
}

/** Hands a progress value to the caller, unless the job is answered meanwhile; `refused` if it cannot be read. */
export function readProgress(job: Job, data: PayloadData, refused: (error: unknown) => void): void {
  job.inbound = read(job, data).then(({ value }) => {
    if (!job.settled) job.call.observer.progress(value)
  }, refused)
}

/** Tells how the job ended. */
export function readResult(job: Job, { data, ok }: ResultAnswer, end: (outcome: Outcome) => void): void {
  job.inbound = read(job, data).then(
    ({ value }) => end(ok ? { kind: 'done', value } : failure(job, value)),
    (error: unknown) => end({ kind: 'failed', error }),
  )
}
