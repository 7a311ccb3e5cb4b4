// One place for a worker: starts it, posts jobs to it, and tells the host what comes back, its death included.
//
// Invariants
//  1. A slot is starting, then live, then gone; or starting, then gone. It never comes back: the pool makes another.
//  2. The host hears `ready` at most once, then `gone` at most once, and nothing after `gone` or `retire()`.
//  3. Nothing is reported from inside the constructor, `run`, `abort` or `retire`.
//  4. `run` is called on a live slot whose last jobs were answered. Its message is posted before `run` returns, or it throws.
//  5. A hash is in `#known` only while the worker has, or is about to receive, the text; a message that could not be
//     posted takes its hashes back.
//  6. When a slot is gone its worker is terminated, its watch has ended and its ports are closed.
import type { CodeUnit, Payload, PayloadData } from '../payload/types.ts'
import { connectWorker } from '../rpc/endpoint.ts'
import type { WorkerLine } from '../rpc/endpoint.ts'
import { isWorkerMessage, TAG } from '../rpc/protocol.ts'
import type { Answer, JobMessage, ReadyMessage, SteerMessage } from '../rpc/protocol.ts'
import type { RemoteLink } from '../rpc/remote.ts'
import { createAbortBoard, showAbort } from '../realm/abort-board.ts'
import type { AbortKind } from '../realm/abort-board.ts'
import type { Clock } from '../realm/clock.ts'
import type { Sharing } from '../realm/sharing.ts'
import type { Watch } from './liveness.ts'
import type { Way } from './spawn.ts'
import { weigh } from './weight.ts'

/** Why a slot is gone: it never started, or its worker died. */
export interface End {
  readonly kind: 'unavailable' | 'died'
  readonly reason: string
}

export interface SlotHost {
  readonly clock: Clock
  readonly watch: Watch
  ready(slot: Slot): void
  gone(slot: Slot, end: End): void
  answers(slot: Slot, answers: readonly Answer[]): void
  /** The message of the jobs, or answers to it, could not be read where they arrived. */
  undeliverable(slot: Slot, error: unknown): void
}

/** How many milliseconds a script may take to load and listen: enough for a slow network, short of «hangs for ever». */
const START_LIMIT_MS = 60_000

export class Slot {
  /** Number of the worker in its pool, from 1. */
  readonly number: number
  /** Code units sent with their text, and without it as the worker had them. */
  readonly code: { sent: number; reused: number } = { sent: 0, reused: 0 }
  /** Shared values sent, and those that the worker had when a job needed them. */
  readonly shares: { sent: number; reused: number } = { sent: 0, reused: 0 }
  /** Jobs that it was given. */
  jobs = 0
  /** Roughly what it was sent, code included. */
  bytes = 0
  idleSince = 0
  readonly #host: SlotHost
  #state: 'starting' | 'live' | 'gone' = 'starting'
  #worker: Worker | undefined
  #line: WorkerLine | undefined
  /** Where the worker sees aborts while it is busy. */
  #board: Int32Array | undefined
  /** Units that the worker has, as they are sent from now on. */
  readonly #known = new Map<string, CodeUnit>()
  readonly #links = new Set<RemoteLink>()
  /** Shared values that the worker has. */
  readonly #shared = new Set<Sharing>()
  #endWatch: () => void = () => {}

  constructor(number: number, ways: readonly Way[], host: SlotHost) {
    this.number = number
    this.#host = host
    void this.#start(ways)
  }

  /**
   * Posts jobs in one message. The links stay open until the worker lets go of them or dies.
   *
   * @throws {DOMException} what posting throws; then the slot is as it was, and the links are closed.
   */
  run(
    messages: readonly JobMessage[],
    transferables: readonly unknown[] = [],
    links: readonly RemoteLink[] = [],
  ): void {
    const fresh: CodeUnit[] = []
    const jobs = messages.map((message) => ({
      ...message,
      data: this.#withoutKnownCode(message.data, fresh),
      ...(message.given && { given: this.#withoutKnownCode(message.given, fresh) }),
    }))
    try {
      this.#line!.run(jobs, transferables).catch((error: unknown) => {
        if (this.#state === 'live') this.#host.undeliverable(this, error)
      })
    } catch (error) {
      this.#takeBack(fresh, links)
      throw error
    }
    const units = jobs.reduce((sum, { data }) => sum + data.code.length, 0)
    this.#count(units, fresh)
    for (const link of links) this.#links.add(link)
  }

  #takeBack(fresh: readonly CodeUnit[], links: readonly RemoteLink[]): void {
    for (const { hash } of fresh) this.#known.delete(hash)
    for (const link of links) link.close()
  }

  #count(units: number, fresh: readonly CodeUnit[]): void {
    this.code.sent += fresh.length
    for (const { text } of fresh) this.bytes += text!.length
    this.code.reused += units - fresh.length
  }

  #withoutKnownCode(data: PayloadData, fresh: CodeUnit[]): PayloadData {
    const code = data.code.map((unit) => {
      if (unit.text === undefined) return unit
      const known = this.#known.get(unit.hash)
      if (known) return known
      fresh.push(unit)
      // One object for all messages: what occurs in several jobs of a message is copied once.
      this.#known.set(unit.hash, { hash: unit.hash, names: unit.names })
      return unit
    })
    return { ...data, code }
  }

  /** Whether the worker has a shared value. */
  has(sharing: Sharing): boolean {
    return this.#shared.has(sharing)
  }

  /**
   * Posts a shared value, ahead of the job that needs it.
   *
   * @throws {DOMException} what posting throws; then the links are closed.
   */
  supply(sharing: Sharing, { data, transfer }: Payload, links: readonly RemoteLink[]): void {
    const fresh: CodeUnit[] = []
    try {
      this.#line!.share(sharing.id, this.#withoutKnownCode(data, fresh), transfer).catch((error: unknown) => {
        if (this.#state === 'live') this.#host.undeliverable(this, error)
      })
    } catch (error) {
      this.#takeBack(fresh, links)
      throw error
    }
    this.#count(data.code.length, fresh)
    for (const link of links) this.#links.add(link)
    this.#shared.add(sharing)
    sharing.places.add(this)
    this.shares.sent++
    this.bytes += weigh(data)
  }

  forget(sharing: Sharing): void {
    this.#shared.delete(sharing)
    this.#line?.forget(sharing.id).catch(() => {})
  }

  /** Asks the function of a job to stop, or has the job dropped if it has not begun. */
  abort(job: number, reason: PayloadData, kind: AbortKind): void {
    if (this.#board) showAbort(this.#board, job, kind)
    this.#line?.abort(job, reason).catch(() => {})
  }

  /** Tells the generator of a job how to go on; rejects when that cannot be posted. Nothing if the slot is gone. */
  steer(job: number, message: SteerMessage, transferables: readonly unknown[]): Promise<void> | undefined {
    if (this.#state === 'live') return this.#line!.steer(job, message, transferables)
    return undefined
  }

  /** Lets go of a link that the worker released. */
  release(link: RemoteLink): void {
    this.#links.delete(link)
  }

  /** Ends the worker at once. The host hears nothing more of this slot. */
  retire(): void {
    this.#state = 'gone'
    this.#endWatch()
    this.#worker?.terminate()
    for (const link of this.#links) link.close()
    this.#links.clear()
    for (const sharing of this.#shared) sharing.places.delete(this)
    this.#shared.clear()
  }

  async #start(ways: readonly Way[]): Promise<void> {
    const reasons: string[] = []
    // Invariant 3: a way that fails at once is still reported later.
    await Promise.resolve()
    for (const way of ways) {
      if (this.#isGone()) return
      try {
        this.#worker = way.open()
        const ready = await this.#handshake(this.#worker)
        if (this.#isGone()) return
        this.#adopt(this.#worker, ready)
        return
      } catch (error) {
        this.#worker?.terminate()
        reasons.push(`${way.name}: ${error instanceof Error ? error.message : String(error)}`)
      } finally {
        way.opened?.()
      }
    }
    if (this.#isGone()) return
    this.#end({ kind: 'unavailable', reason: reasons.join('; ') })
  }

  #isGone(): boolean {
    return this.#state === 'gone'
  }

  #handshake(worker: Worker): Promise<ReadyMessage> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        cancelTimer()
        worker.removeEventListener('message', onMessage)
        worker.removeEventListener('error', onError)
      }
      const onMessage = ({ data }: MessageEvent<unknown>): void => {
        if (!isWorkerMessage(data) || data[TAG] !== 'ready') return
        settle()
        resolve(data)
      }
      const onError = (event: ErrorEvent): void => {
        event.preventDefault()
        settle()
        // A script that cannot be loaded gives an event without a message.
        reject(new Error(event.message || 'the script could not be loaded'))
      }
      const cancelTimer = this.#host.clock.after(START_LIMIT_MS, () => {
        settle()
        reject(
          new Error(`the script does not listen after ${START_LIMIT_MS} ms: does it import brine/worker?`),
        )
      })
      worker.addEventListener('message', onMessage)
      worker.addEventListener('error', onError)
    })
  }

  #adopt(worker: Worker, { lock }: ReadyMessage): void {
    this.#state = 'live'
    this.#line = connectWorker(worker)
    this.#board = createAbortBoard()
    if (this.#board) this.#line.watch(this.#board).catch(() => {})
    worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => this.#receive(data))
    worker.addEventListener('messageerror', () => {
      if (this.#state !== 'live') return
      const error = new DOMException('The result cannot be read on this thread.', 'DataCloneError')
      this.#host.undeliverable(this, error)
    })
    worker.addEventListener('error', (event: ErrorEvent) => {
      // From a timer or an event handler that a task left behind: not this job's fault, and the worker works on.
      event.preventDefault()
      const place = event.filename ? ` (${event.filename}:${event.lineno})` : ''
      console.error(`brine: uncaught error in worker ${this.number}: ${event.message}${place}`)
    })
    if (lock !== undefined) {
      this.#endWatch = this.#host.watch(lock, () =>
        this.#end({ kind: 'died', reason: 'it ended unexpectedly' }),
      )
    }
    this.#host.ready(this)
  }

  #receive(data: unknown): void {
    if (this.#state !== 'live' || !isWorkerMessage(data)) return
    switch (data[TAG]) {
      case 'answers':
        this.#host.answers(this, data.answers)
        break
      case 'closing':
        this.#end({ kind: 'died', reason: 'it closed itself' })
        break
      case 'unreadable':
        this.#host.undeliverable(
          this,
          new DOMException('The function or its arguments cannot be read in a worker.', 'DataCloneError'),
        )
        break
      case 'ready':
    }
  }

  #end(end: End): void {
    if (this.#state === 'gone') return
    this.retire()
    this.#host.gone(this, end)
  }
}
