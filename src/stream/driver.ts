// Runs a generator for a reader elsewhere: ahead of it, as far as its credit goes.
//
// Invariants
//  1. The generator goes as far as its first yield by itself, and from there as it is told: by `pull` as long as there is
//     credit, by `next`, `return` and `throw` to the next yield, by `drain` to the end.
//  2. Values are posted in the order of their yields, each as it was at its yield, and all of them before the end is told.
//  3. Each batch costs one credit, and nothing is yielded that there is no credit for.
//  4. Values that came before a `return` or `throw` are told from those that answer it by `epoch`: the number of such
//     commands.
//  5. The thread's event loop has a turn every few milliseconds, so that commands come in.
import type { Clock } from '../realm/clock.ts'
import type { Command, Resumption } from './command.ts'

/** For how many milliseconds values are gathered. */
const HOLD_MS = 5
/** For how many milliseconds a generator runs before messages are let in. */
const TURN_MS = 4

export interface DriverHost {
  readonly clock: Clock
  /** The largest number of values that are posted together. */
  readonly batch: number
  /** Lets the event loop have a turn. */
  turn(): Promise<void>
  /** Makes a value independent of what the generator does next, with what moves along with it. */
  write(value: unknown): { readonly item: unknown; readonly transfer: readonly unknown[] }
  post(items: readonly unknown[], epoch: number, transfer: readonly unknown[]): void
}

type Step = IteratorResult<unknown, unknown>

const onward: Resumption = { kind: 'next', value: undefined }

export class Driver {
  readonly #generator: Generator | AsyncGenerator
  readonly #host: DriverHost
  readonly #isAsync: boolean
  #credit = 1
  /** How many values go in the next batch; it grows as the generator runs on, so that the first do not wait. */
  #limit = 1
  #mayGrow = false
  #epoch = 0
  #resumption: Resumption | undefined
  #failure: { readonly error: unknown } | undefined
  #isDraining = false
  #items: unknown[] = []
  #postedAt = 0
  #flushesSoon = false
  #wake = (): void => {}

  constructor(generator: Generator | AsyncGenerator, host: DriverHost) {
    this.#generator = generator
    this.#host = host
    this.#isAsync = Symbol.asyncIterator in generator
  }

  steer(command: Command): void {
    switch (command.kind) {
      case 'pull':
        this.#isDraining = false
        this.#mayGrow = true
        this.#credit += command.batches
        break
      case 'drain':
        this.#flush()
        this.#isDraining = true
        break
      default:
        this.#resume(command)
    }
    this.#wake()
  }

  /** Ends the generator for a reason outside of it. */
  fail(error: unknown): void {
    this.#failure = { error }
    this.#wake()
  }

  /** Has the generator clean up and end; nothing that it yields then is posted. */
  abort(): void {
    this.#resume({ kind: 'return', value: undefined })
    this.#isDraining = true
    this.#wake()
  }

  #resume(resumption: Resumption): void {
    if (resumption.kind !== 'next') this.#epoch++
    this.#resumption = resumption
    this.#items = []
    this.#isDraining = false
    this.#credit = 1
    this.#limit = 1
    this.#mayGrow = false
  }

  /** Runs the generator to its end; fulfils with what it returns. */
  async run(): Promise<unknown> {
    const { clock } = this.#host
    let turned = clock.now()
    this.#postedAt = turned
    try {
      for (;;) {
        while (this.#mustWait()) await this.#command()
        if (this.#failure) {
          this.#close()
          throw this.#failure.error
        }
        const epoch = this.#epoch
        const step = this.#step()
        const { done, value } = step instanceof Promise ? await this.#settle(step) : step
        if (done) {
          this.#flush()
          return value
        }
        // What was under way when a command came is no answer to it.
        if (epoch === this.#epoch && !this.#isDraining) this.#emit(value)
        const now = clock.now()
        if (this.#items.length >= this.#limit || now - this.#postedAt >= HOLD_MS) this.#flush()
        if (now - turned >= TURN_MS) {
          await this.#host.turn()
          turned = clock.now()
        }
      }
    } catch (error) {
      this.#flush()
      throw error
    }
  }

  #mustWait(): boolean {
    return !this.#resumption && !this.#isDraining && this.#credit === 0 && !this.#failure
  }

  #step(): Step | Promise<Step> {
    const { kind, value } = this.#resumption ?? onward
    this.#resumption = undefined
    const step = this.#generator[kind](value)
    // What a `function*` yields is awaited, as `for await` does it.
    if (this.#isAsync || !isThenable((step as Step).value)) return step
    return this.#awaitValue(step as Step)
  }

  async #awaitValue({ done, value }: Step): Promise<Step> {
    try {
      return { done: done === true, value: await value }
    } catch (error) {
      if (!done) this.#close()
      throw error
    }
  }

  /** Waits for a step; what was yielded before does not wait with it. */
  #settle(step: Promise<Step>): Promise<Step> {
    if (this.#items.length > 0 && !this.#flushesSoon) {
      this.#flushesSoon = true
      void this.#host.turn().then(() => {
        this.#flushesSoon = false
        this.#flush()
      })
    }
    return step
  }

  #emit(value: unknown): void {
    let written
    try {
      written = this.#host.write(value)
    } catch (error) {
      this.#close()
      throw error
    }
    this.#items.push(written.item)
    // What moves is gone for the generator at its yield.
    if (written.transfer.length > 0) this.#flush(written.transfer)
  }

  /** The generator is not to go on: the error that is the reason for it matters more than what comes of this. */
  #close(): void {
    try {
      void Promise.resolve(this.#generator.return(undefined)).catch(() => {})
    } catch {}
  }

  #flush(transfer: readonly unknown[] = []): void {
    const items = this.#items
    if (items.length === 0) return
    this.#items = []
    this.#credit--
    if (this.#mayGrow) this.#limit = Math.min(this.#limit * 2, this.#host.batch)
    this.#postedAt = this.#host.clock.now()
    this.#host.post(items, this.#epoch, transfer)
  }

  #command(): Promise<void> {
    return new Promise((wake) => {
      this.#wake = wake
    })
  }
}

function isThenable(value: unknown): boolean {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  )
}
