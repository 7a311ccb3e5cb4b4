// A generator that a job has given, while it is driven: between its driver and the messages of the page.
import type { Clock } from '../realm/clock.ts'
import type { SteerMessage, YieldsAnswer } from '../rpc/protocol.ts'
import type { Marshal } from '../rpc/remote.ts'
import { Driver } from '../stream/driver.ts'
import type { Command } from '../stream/command.ts'

/** The largest number of values in a message. */
const BATCH = 64

export interface StreamHost {
  readonly clock: Clock
  readonly marshal: Marshal
  turn(): Promise<void>
  post(answer: YieldsAnswer, transfer: readonly unknown[]): void
}

export class Stream {
  readonly #driver: Driver
  readonly #marshal: Marshal
  /** Commands that are being read, in their order. */
  #commands: Promise<void> | undefined

  constructor(
    job: number,
    generator: Generator | AsyncGenerator,
    { clock, marshal, turn, post }: StreamHost,
  ) {
    this.#marshal = marshal
    const tell = (items: readonly unknown[], epoch: number, transfer: readonly unknown[]): void =>
      post({ kind: 'yields', job, items, epoch }, transfer)
    this.#driver = new Driver(generator, {
      clock,
      batch: BATCH,
      turn,
      write: (value) => writeItem(value, marshal),
      post: tell,
    })
    // Before the first value, which may take its time, so that the page knows what it deals with.
    tell([], 0, [])
  }

  run(): Promise<unknown> {
    return this.#driver.run()
  }

  abort(): void {
    this.#driver.abort()
  }

  steer(message: SteerMessage): void {
    if (!this.#commands && !('data' in message)) return this.#driver.steer(message)
    this.#commands = (this.#commands ?? Promise.resolve())
      .then(async () => this.#driver.steer(await this.#read(message)))
      .catch((error: unknown) => this.#driver.fail(error))
  }

  async #read(message: SteerMessage): Promise<Command> {
    if (!('data' in message)) return message
    return { kind: message.kind, value: (await this.#marshal.read(message.data)).value }
  }
}

type Written = { readonly item: unknown; readonly transfer: readonly unknown[] }

const NOTHING: readonly unknown[] = []

/** A primitive as it is, or the payload of anything else: an object on the wire is always a payload. */
function writeItem(value: unknown, marshal: Marshal): Written {
  const type = typeof value
  if (value === null || (type !== 'object' && type !== 'function' && type !== 'symbol')) {
    return { item: value, transfer: NOTHING }
  }
  const { data, transfer } = marshal.write(value, 'yield')
  return { item: data, transfer }
}
