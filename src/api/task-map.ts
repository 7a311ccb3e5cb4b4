// What `map` returns: a promise of all results, a stream of them, or a fold, whichever is asked for.
import { BrineError } from '../errors/brine-error.ts'
import { Collector, Folder, Stream } from '../pool/map-consumers.ts'
import { WINDOW } from '../pool/map-run.ts'
import type { MapRun } from '../pool/map-run.ts'
import type { ChunkRequest } from '../realm/run-chunk.ts'
import { show } from './options.ts'
import type { TaskState } from './view.ts'

/** How far a map is. */
export interface MapInfo {
  /** Items that are done. */
  readonly done: number
  /** Items in all; undefined while an iterable has not told its end. */
  readonly total: number | undefined
  /** Messages that workers have answered. */
  readonly chunks: number
  /** The index of the item whose error ended the map; undefined without one. */
  readonly failedIndex: number | undefined
}

/** What a `TaskMap` needs of the pool. */
export interface MapControl {
  readonly id: string
  readonly label: string
  readonly workers: number
  readonly settle: boolean
  /** Makes the run, which starts when somebody pumps it; undefined where the map was refused. */
  readonly run: MapRun | undefined
  /** Why it was refused. */
  readonly refusal: unknown
  share(merge: unknown): NonNullable<ChunkRequest['merge']>
}

const NOTHING: MapInfo = { done: 0, total: undefined, chunks: 0, failedIndex: undefined }

/**
 * A map under way. It can be read in one way: awaited, which gives the list of all results in the order of the items;
 * iterated with `for await`, in order as they come, or by {@link unordered} as they finish; or folded by {@link reduce}.
 *
 * It starts by itself. As long as nobody reads it, it stops when some chunks of results are kept for each worker, and an
 * iteration that is slower than the workers holds them up likewise: endless sources need bounded memory. An iteration that
 * ends early (`break`) cancels the rest, and closes the source.
 *
 * @example
 * ```ts
 * const squares = pool.map([1, 2, 3], (n) => n * n)
 * await squares // [1, 4, 9]
 * squares.info.done // 3
 * ```
 */
export class TaskMap<Result> implements PromiseLike<Result[]>, AsyncIterable<Result> {
  readonly #control: MapControl
  #list: Promise<Result[]> | undefined
  #reader: string | undefined
  /** Shows an error that nobody has heard of, as a promise does. */
  #unheard: Promise<never> | undefined

  /** @internal Maps are made by the functions of a pool. */
  constructor(control: MapControl) {
    this.#control = control
    // What is read in the same breath is known when the first chunk goes.
    queueMicrotask(() => {
      const { run } = control
      if (run) run.pump()
      else if (this.#reader === undefined) this.#unheard = Promise.reject(control.refusal)
    })
  }

  get [Symbol.toStringTag](): string {
    return 'TaskMap'
  }

  /** Unique in its pool. */
  get id(): string {
    return this.#control.id
  }

  /** The option `label`, or the name of the function. */
  get label(): string {
    return this.#control.label
  }

  /** Where it stands now. */
  get state(): TaskState {
    return this.#control.run?.state ?? 'failed'
  }

  /** How far it is. */
  get info(): MapInfo {
    const { run } = this.#control
    if (!run) return NOTHING
    const { done, total, chunks, failedIndex } = run
    return { done, total, chunks, failedIndex }
  }

  /**
   * Ends the map: whoever reads it gets the reason, what runs is cancelled as the task of a call is, and the source is
   * closed. Does nothing to a map that has ended.
   *
   * @param reason What the map rejects with.
   * @default a `DOMException` named `AbortError`
   */
  cancel(reason: unknown = new DOMException('The map was cancelled.', 'AbortError')): void {
    void this.#control.run?.cancel(reason)
  }

  /** All results in the order of the items, once the last is there. Rejects with the error of the first item that fails. */
  then<Fulfilled = Result[], Rejected = never>(
    fulfilled?: ((results: Result[]) => Fulfilled | PromiseLike<Fulfilled>) | null,
    rejected?: ((error: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    return this.#collect().then(fulfilled, rejected)
  }

  /** As `catch` of a promise, of the list of all results. */
  catch<Rejected = never>(
    rejected?: ((error: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Result[] | Rejected> {
    return this.#collect().catch(rejected)
  }

  /** As `finally` of a promise, of the list of all results. */
  finally(then?: (() => void) | null): Promise<Result[]> {
    return this.#collect().finally(then)
  }

  #collect(): Promise<Result[]> {
    if (this.#list) return this.#list
    try {
      const run = this.#read('a list')
      const collector = new Collector()
      this.#list = collector.result as Promise<Result[]>
      run.attach(collector)
    } catch (error) {
      return Promise.reject(error)
    }
    return this.#list
  }

  /** Notes who reads, for one can. */
  #read(reader: string): MapRun {
    const { run, refusal } = this.#control
    this.#unheard?.catch(() => {})
    if (this.#reader !== undefined && run) {
      throw new BrineError('ARGUMENT_INVALID', {
        action: `read a map as ${reader}`,
        argument: 'it',
        expected: 'unread',
        found: `it is read as ${this.#reader}`,
      })
    }
    this.#reader = reader
    if (!run) throw refusal
    return run
  }

  /** The results in the order of the items, as they come. Where an item fails, those before it come first. */
  [Symbol.asyncIterator](): AsyncGenerator<Result, void, undefined> {
    return this.#stream(true)
  }

  /**
   * The results as they finish, in any order. The first error that comes ends them.
   *
   * @example
   * ```ts
   * const seen: number[] = []
   * for await (const square of pool.map([1, 2, 3], (n) => n * n).unordered()) seen.push(square)
   * seen.sort((a, b) => a - b) // [1, 4, 9]
   * ```
   */
  unordered(): AsyncGenerator<Result, void, undefined> {
    return this.#stream(false)
  }

  #stream(inOrder: boolean): AsyncGenerator<Result, void, undefined> {
    const stream = new Stream(inOrder, WINDOW * this.#control.workers)
    const run = this.#read(inOrder ? 'a stream' : 'an unordered stream')
    run.attach(stream)
    const reason = new DOMException('The iteration ended early.', 'AbortError')
    return stream.results(
      () => run.pump(),
      () => run.cancel(reason),
    ) as AsyncGenerator<Result, void, undefined>
  }

  /**
   * Folds the results in the order of the items, in the workers as far as possible, along a tree that depends on the
   * number of items alone: so the result has the same bits on any number of workers, in chunks of any size, also where
   * `merge` is not associative, as the sum of floating-point numbers is.
   *
   * Results 2i and 2i + 1 are merged, then pairs of these, and so on; what is left over at the end is merged from the
   * right. `initial` comes last, at the left. Of five results:
   * `merge(initial, merge(merge(merge(0, 1), merge(2, 3)), 4))`.
   *
   * @param merge Takes two results, or what it gave before, in order, and gives one of the kind, at once. It travels as
   *   the function of the map does, and runs on the page as well. It may change and return its left argument, but for
   *   `initial`.
   * @param initial The neutral element; the result where there are no items.
   * @returns A promise of the result. It rejects with the error of the first item that fails, or what `merge` throws.
   *
   * @example
   * ```ts
   * const add = (a: number, b: number) => a + b
   * await pool.map(1_000, (i) => i).reduce(add, 0) // 499500
   * ```
   */
  reduce(merge: (left: Result, right: Result) => Result, initial: Result): Promise<Result> {
    try {
      const invalid = (argument: string, expected: string, found: string): never => {
        const error = new BrineError('ARGUMENT_INVALID', { action: 'reduce', argument, expected, found })
        // Nobody else is going to read it.
        if (this.#reader === undefined) this.cancel(error)
        throw error
      }
      if (typeof merge !== 'function') invalid('the first argument', 'a function', show(merge))
      if (this.#control.settle) invalid("option 'settle'", 'false', 'true')
      const run = this.#read('a fold')
      const folder = new Folder(this.#control.share(merge), initial, (error) => run.fail(error))
      run.attach(folder)
      return folder.result as Promise<Result>
    } catch (error) {
      return Promise.reject(error)
    }
  }
}
