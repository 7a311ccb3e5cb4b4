// The worker's side: takes the jobs of a message one after the other, rebuilds function and arguments, runs, and sends
// back the results.
import { rebuiltCarrier } from '../capture/rebuilt.ts'
import { siteCarrier } from '../capture/site.ts'
import type { Carrier } from '../capture/types.ts'
import type { PayloadData } from '../payload/types.ts'
import { allowBase } from '../realm/bases.ts'
import { createTurn } from '../realm/turn.ts'
import { systemClock } from '../realm/clock.ts'
import type { Clock } from '../realm/clock.ts'
import { realm } from '../realm/registry.ts'
import type { AnyFunction } from '../realm/registry.ts'
import { readPayload } from '../rehydrate/read.ts'
import { exposeWorker } from '../rpc/endpoint.ts'
import { shareComlink } from '../rpc/intrinsics.ts'
import { TAG } from '../rpc/protocol.ts'
import type { Answer, JobMessage, SteerMessage, WorkerMessage } from '../rpc/protocol.ts'
import { openRemote, remoteTarget, wrapRemote } from '../rpc/remote.ts'
import type { Marshal } from '../rpc/remote.ts'
import { writeThrown } from '../rpc/thrown.ts'
import { transferOf, transfersOf } from '../rpc/transfer.ts'
import { handOver, snapshot, writeSnapshot } from '../serialize/snapshot.ts'
import { writePayload } from '../serialize/write.ts'
import type { WriteOptions } from '../serialize/write.ts'
import { isGenerator } from '../stream/command.ts'
import { holdLock } from './liveness.ts'
import { Outbox } from './outbox.ts'
import { ReceivedShares } from './received-shares.ts'
import { RunningJob } from './running-job.ts'
import { Stream } from './stream.ts'

/** What the runner needs of a worker's global scope. */
export interface WorkerScope {
  postMessage(message: unknown, transfer: Transferable[]): void
  addEventListener(type: string, listener: (event: MessageEvent) => void): void
  removeEventListener(type: string, listener: (event: MessageEvent) => void): void
  close(): void
}

/** For how many milliseconds short jobs follow each other before messages of the page are let in. */
const TURN_MS = 4

const workerCarriers: readonly Carrier[] = [rebuiltCarrier, siteCarrier]

/** Starts to serve the page. Listens when it returns: messages that come before are lost. */
export function startWorker(
  scope: WorkerScope,
  hold: () => Promise<string | undefined> = holdLock,
  clock: Clock = systemClock,
  carriers: readonly Carrier[] = workerCarriers,
): void {
  shareComlink()
  const texts = new Map<string, string>()
  /** Jobs of the message at hand that have not begun. */
  const waiting = new Set<number>()
  /** Jobs that have begun: one that runs, and streams that come behind the rest of their message. */
  const running = new Map<number, RunningJob>()
  let board: Int32Array | undefined

  const post = (message: WorkerMessage, transfer: readonly unknown[] = []): void =>
    scope.postMessage(message, [...transfer] as Transferable[])
  const outbox = new Outbox(post, clock)

  const remote = (candidate: object): unknown => {
    const target = remoteTarget(candidate)
    return target && openRemote(target, marshal).port
  }
  const optionsFor = (value: unknown, action: string): WriteOptions => ({
    carriers,
    action,
    transfer: action === 'call' ? transfersOf(value as unknown[]) : movingWith(value),
    remote,
    // What the page has lent to this worker goes back as a name.
    shared: () => true,
  })
  const marshal: Marshal = {
    // A snapshot, as Comlink posts it, which would only tell later that it cannot.
    write: (value, action) => writeSnapshot(value, optionsFor(value, action)),
    // The page is the worker's only sender, and what it sends is to be run.
    read: (data) => {
      learn(data)
      return readPayload(data, {
        code: 'allow',
        texts,
        remote: (port) => wrapRemote(port, marshal),
        shared: (id) => shares.find(id),
      })
    },
  }
  const shares = new ReceivedShares((data) => marshal.read(data))
  const learn = ({ code }: PayloadData): void => {
    for (const { hash, text } of code) if (text !== undefined) texts.set(hash, text)
  }

  /** Writes and posts in one go, which needs no copy in between; what is to wait is copied. */
  const send = (
    value: unknown,
    action: string,
    mayWait: boolean,
    answer: (data: PayloadData) => Answer,
  ): void =>
    handOver((byReference) => {
      const payload = writePayload(value, { ...optionsFor(value, action), byReference })
      if (mayWait && payload.transfer.length === 0) outbox.hold(answer(snapshot(payload).data))
      else outbox.post(answer(payload.data), payload.transfer)
    })
  const progress = (job: number, value: unknown): void =>
    send(value, 'report', false, (data) => ({ kind: 'progress', job, data }))

  const runJob = async (message: JobMessage): Promise<void> => {
    const { job, bases = [] } = message
    const own = new RunningJob(message, progress, board)
    running.set(job, own)
    let start = clock.now()
    const end = (ok: boolean): ((data: PayloadData) => Answer) => {
      const runMs = clock.now() - start
      return (data) => ({ kind: 'result', job, ok, data, runMs })
    }
    const mayWait = (): boolean => waiting.size > 0 && !outbox.isDue
    try {
      bases.forEach(allowBase)
      const call = await marshal.read(message.data)
      const [fn, args] = call.value as [AnyFunction, never[]]
      const given = message.given ? ((await marshal.read(message.given)).value as never[]) : []
      realm().current = own
      start = clock.now()
      const result: unknown = await fn(...given, ...args)
      const value = isGenerator(result) ? await runStream(own, result) : result
      send(value, 'return', mayWait(), end(true))
    } catch (error) {
      const answer = end(false)
      const { data, transfer } = writeThrown(error, marshal)
      if (mayWait() && transfer.length === 0) outbox.hold(answer(data))
      else outbox.post(answer(data), transfer)
    } finally {
      realm().current = undefined
      running.delete(job)
    }
  }

  const turn = createTurn()
  /** A stream lasts as long as its reader likes, who may wait for other jobs of its message: it comes behind them. */
  const runStream = async (own: RunningJob, generator: Generator | AsyncGenerator): Promise<unknown> => {
    await runWaiting()
    realm().current = own
    const stream = new Stream(own.job, generator, {
      clock,
      marshal,
      turn,
      post: (answer, transfer) => outbox.post(answer, transfer),
    })
    own.stream = stream
    return await stream.run()
  }

  let unbegun: JobMessage[] = []
  const runWaiting = async (): Promise<void> => {
    let turned = clock.now()
    const alone = unbegun.length === 1
    for (let message = unbegun.shift(); message; message = unbegun.shift()) {
      if (!alone && clock.now() - turned > TURN_MS) {
        await turn()
        turned = clock.now()
      }
      if (waiting.delete(message.job)) await runJob(message)
    }
  }
  const run = async (jobs: readonly JobMessage[]): Promise<void> => {
    for (const { job, data, given } of jobs) {
      waiting.add(job)
      // A job may be dropped, and what the page sent with it is not sent again.
      learn(data)
      if (given) learn(given)
    }
    outbox.begin()
    unbegun = [...jobs]
    await runWaiting()
    outbox.flush()
  }
  const abort = (job: number, reason: PayloadData): void => {
    const own = running.get(job)
    if (own) void marshal.read(reason).then(({ value }) => own.abort(value))
    else if (waiting.delete(job)) outbox.post({ kind: 'dropped', job })
  }
  const steer = (job: number, message: SteerMessage): void => running.get(job)?.steer(message)
  const watch = (shared: Int32Array): void => {
    board = shared
  }

  const share = (id: string, data: PayloadData): void => {
    learn(data)
    shares.take(id, data)
  }

  const alive = hold()
  exposeWorker({ run, share, forget: (id) => shares.forget(id), abort, steer, watch }, scope as never)
  scope.addEventListener('messageerror', () => post({ [TAG]: 'unreadable' }))
  tellBeforeClose(scope, () => {
    outbox.flush()
    post({ [TAG]: 'closing' })
  })
  void alive.then((lock) => post({ [TAG]: 'ready', ...(lock !== undefined && { lock }) }))
}

/** What moves with a result: by its maker's word, or as brine made it itself. */
const movingWith = (value: unknown): readonly unknown[] =>
  (typeof value === 'object' && value !== null && realm().moving.get(value)) || transferOf(value)

/** Lets the page know before the worker closes itself: a result that is still on its way must not free a dead slot. */
function tellBeforeClose(scope: WorkerScope, tell: () => void): void {
  const close = scope.close.bind(scope)
  scope.close = () => {
    tell()
    close()
  }
}
