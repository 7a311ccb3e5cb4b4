// The reader of a generator that is driven elsewhere: queues what comes, and says how far it may go.
//
// Invariants
//  1. Requests are answered in the order in which they were made, each once.
//  2. Values come in order, all of them before the end; a `return` or `throw` drops those that were not read.
//  3. Commands go out in order, the first when the generator runs.
//  4. No more than `WINDOW` batches are unread, but for what came before anybody read.
import { BrineError } from '../errors/brine-error.ts'
import { WINDOW } from './command.ts'
import type { Command } from './command.ts'

/** How many batches are read before credit for them goes out: one message for several. */
const GRANT = 4

type Result = IteratorResult<unknown, unknown>

interface Request {
  readonly kind: 'next' | 'return' | 'throw'
  readonly value: unknown
  resolve(result: Result): void
  reject(error: unknown): void
  /** Its command is out. */
  sent: boolean
}

/** How a generator ended. */
export type Ending =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown }

export class Reader {
  readonly #label: string
  readonly #steer: (command: Command) => void
  /**
   * `step`: the generator goes to its next yield; `paused`: it waits there and its value is read; `ahead`: it runs on
   * while it has credit; `drain`: it runs on, and sends nothing.
   */
  #mode: 'step' | 'paused' | 'ahead' | 'drain' = 'step'
  /** Nobody keeps the values: credit goes out as they come. */
  #isFlowing = false
  #flows = false
  #readers = 0
  #isAwaited = false
  #held: Command[] | undefined = []
  #epoch = 0
  #owed = 0
  #batches: (readonly unknown[])[] = []
  #at = 0
  #requests: Request[] = []
  #ending: Ending | undefined
  #isTold = false

  /** `steer` may throw; then the request that needed it is rejected. */
  constructor(label: string, steer: (command: Command) => void) {
    this.#label = label
    this.#steer = steer
  }

  /** The generator runs and can be told how. `flows`: somebody listens to its values as they come. */
  begin(flows: boolean): void {
    const held = this.#held
    if (!held) return
    this.#held = undefined
    for (const command of held) this.#steer(command)
    this.#flows = flows
    if (this.#readers > 0) return
    if (flows) this.#flow()
    else if (this.#isAwaited) this.#drain()
  }

  #flow(): void {
    this.#isFlowing = true
    this.#batches = []
    this.#at = 0
    this.#mode = 'ahead'
    this.#send({ kind: 'pull', batches: WINDOW })
  }

  /** Somebody is going to read. */
  open(): void {
    this.#readers++
    this.#isFlowing = false
    if (this.#mode === 'drain') this.#pull()
  }

  /** A reader is gone without a word. */
  leave(): void {
    this.#readers--
    if (this.#readers > 0 || this.#ending) return
    if (this.#isAwaited) {
      if (this.#held) return
      if (this.#flows) this.#flow()
      else this.#drain()
    } else if (this.#requests.length === 0) this.#interrupt({ kind: 'return', value: undefined })
  }

  /** Somebody waits for the end: without readers, the generator does not wait for them. */
  await(): void {
    if (this.#isAwaited) return
    this.#isAwaited = true
    if (!this.#held && this.#readers === 0 && !this.#isFlowing && !this.#ending) this.#drain()
  }

  #drain(): void {
    this.#mode = 'drain'
    this.#batches = []
    this.#at = 0
    this.#send({ kind: 'drain' })
  }

  #pull(): void {
    this.#mode = 'ahead'
    this.#owed = 0
    this.#send({ kind: 'pull', batches: WINDOW })
  }

  #send(command: Command): void {
    if (this.#held) this.#held.push(command)
    else if (!this.#ending) this.#steer(command)
  }

  #interrupt(command: Command): void {
    this.#epoch++
    this.#batches = []
    this.#at = 0
    this.#owed = 0
    this.#mode = 'step'
    this.#isFlowing = false
    this.#send(command)
  }

  /** A batch has come. */
  deliver(values: readonly unknown[], epoch: number): void {
    if (epoch !== this.#epoch || values.length === 0) return
    if (this.#isFlowing) return this.#owe()
    if (this.#mode === 'drain') return
    this.#batches.push(values)
    this.#answer()
  }

  /** Nothing more comes. */
  end(ending: Ending): void {
    this.#ending = ending
    this.#answer()
  }

  request(kind: Request['kind'], value: unknown): Promise<Result> {
    if (kind === 'next' && value === undefined && this.#requests.length === 0 && this.#batches.length > 0) {
      return Promise.resolve({ done: false, value: this.#take() })
    }
    return new Promise((resolve, reject) => {
      this.#requests.push({ kind, value, resolve, reject, sent: false })
      this.#answer()
    })
  }

  #take(): unknown {
    const [batch] = this.#batches as [readonly unknown[]]
    const value = batch[this.#at++]
    if (this.#at === batch.length) {
      this.#batches.shift()
      this.#at = 0
      if (this.#mode === 'step') this.#mode = 'paused'
      else this.#owe()
    }
    return value
  }

  #owe(): void {
    if (++this.#owed < GRANT) return
    this.#send({ kind: 'pull', batches: this.#owed })
    this.#owed = 0
  }

  /** Answers the requests that can be answered, and sends out what the next one needs. */
  #answer(): void {
    for (let request = this.#requests[0]; request; request = this.#requests[0]) {
      try {
        if (!request.sent && !this.#ending) this.#begin(request)
      } catch (error) {
        this.#requests.shift()
        request.reject(error)
        continue
      }
      if (this.#batches.length > 0 && (request.kind === 'next' || request.sent)) {
        this.#requests.shift()
        request.resolve({ done: false, value: this.#take() })
      } else if (this.#ending) {
        this.#requests.shift()
        this.#finish(request, this.#ending)
      } else return
    }
  }

  #begin(request: Request): void {
    const { kind, value } = request
    if (kind !== 'next') this.#interrupt({ kind, value })
    else if (this.#mode === 'paused') {
      if (value === undefined) this.#pull()
      else {
        this.#mode = 'step'
        this.#send({ kind, value })
      }
    } else if (value !== undefined && this.#mode !== 'step') {
      throw new BrineError('STREAM_AHEAD', { task: `'${this.#label}'` })
    }
    request.sent = true
  }

  #finish({ kind, value, sent, resolve, reject }: Request, ending: Ending): void {
    if (!sent && kind === 'return') {
      this.#isTold = true
      this.#batches = []
      resolve({ done: true, value })
    } else if (!sent && kind === 'throw') {
      this.#isTold = true
      this.#batches = []
      reject(value)
    } else if (this.#isTold) resolve({ done: true, value: undefined })
    else {
      this.#isTold = true
      if (ending.ok) resolve({ done: true, value: ending.value })
      else reject(ending.error)
    }
  }
}
