// What a worker tells of a job, in the order in which it came: progress values, and the result behind them all.
import type { PayloadData } from '../payload/types.ts'
import type { ResultAnswer, YieldsAnswer } from '../rpc/protocol.ts'
import type { Job } from './job.ts'
import { failure } from './ledger.ts'
import type { Outcome } from './ledger.ts'
import { pageMarshal } from './outbound.ts'
import { weighItems } from './weight.ts'

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

/** Hands what a generator yielded to the caller, unless the job is answered meanwhile. */
export function readYields(
  job: Job,
  { items, epoch }: YieldsAnswer,
  refused: (error: unknown) => void,
): void {
  job.becomeStream()
  job.receivedBytes += weighItems(items)
  const read = async (): Promise<void> => {
    const values: unknown[] = []
    for (const item of items) {
      const isPayload = typeof item === 'object' && item !== null
      values.push(isPayload ? (await pageMarshal.read(item as PayloadData)).value : item)
    }
    if (!job.settled) job.call.observer.yielded(values, epoch)
  }
  job.inbound = (job.inbound ? job.inbound.then(read) : read()).catch(refused)
}

/** Tells how the job ended. */
export function readResult(job: Job, { data, ok }: ResultAnswer, end: (outcome: Outcome) => void): void {
  job.inbound = read(job, data).then(
    ({ value }) => end(ok ? { kind: 'done', value } : failure(job, value)),
    (error: unknown) => end({ kind: 'failed', error }),
  )
}
