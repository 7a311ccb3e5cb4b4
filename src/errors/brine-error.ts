// The one error class of brine, its subclass for dead workers, and the guard that works across realms.
import { catalog } from './catalog.ts'
import type { ErrorCode, ErrorFacts } from './catalog.ts'

const BRAND: unique symbol = Symbol.for('brine.error') as never

/** What an error carries beside its facts. */
export interface BrineErrorOptions {
  /** The path from the root value to the culprit, such as `.opts.socket`; empty for the root. */
  readonly path?: string
  /** Lines of source with a marker under the culprit. */
  readonly frame?: string
  /** The error that led to this one. */
  readonly cause?: unknown
}

/**
 * Every error that brine itself raises. Cancel and timeout are not among them: they are
 * `DOMException`s named `AbortError` and `TimeoutError`, as on the platform.
 *
 * @example
 * ```ts
 * try {
 *   serialize({ job: { later: Promise.resolve() } })
 * } catch (error) {
 *   if (!isBrineError(error)) throw error
 *   error.code // 'VALUE_UNSUPPORTED'
 *   error.path // '.job.later'
 * }
 * ```
 */
export class BrineError<Code extends ErrorCode = ErrorCode> extends Error {
  override name = 'BrineError'
  /** Which error it is: a key of the table in the README. */
  readonly code: Code
  /** The path from the root value to the culprit, such as `.opts.socket`; empty for the root. */
  readonly path: string
  /** What to do about it. */
  readonly hint: string
  /** Where the README explains it. */
  readonly docs: string

  /** @internal Errors are made by brine. */
  constructor(code: Code, facts: ErrorFacts<Code>, options: BrineErrorOptions = {}) {
    const entry = catalog[code] as { message: (facts: ErrorFacts<Code>) => string; hint: string }
    const frame = options.frame ? `\n\n${options.frame}\n` : ''
    super(
      `${entry.message(facts)}. ${entry.hint}${frame}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    )
    this.code = code
    this.path = options.path ?? ''
    this.hint = entry.hint
    this.docs = `brine/README.md#${code.toLowerCase()}`
    Object.defineProperty(this, BRAND, { value: true })
  }
}

/**
 * The worker that ran a task ended before the task did: it closed itself or was killed. The pool has replaced it; the
 * option `retries` starts the task again by itself.
 *
 * @example
 * ```ts
 * try {
 *   await pool.with({ retries: 2 }).offload(() => 42) // 42
 * } catch (error) {
 *   if (!(error instanceof WorkerCrashError)) throw error
 *   console.warn(error.message)
 * }
 * ```
 */
export class WorkerCrashError extends BrineError<'WORKER_CRASHED'> {
  override name = 'WorkerCrashError'

  /** @internal Errors are made by brine. */
  constructor(facts: ErrorFacts<'WORKER_CRASHED'>, options: BrineErrorOptions = {}) {
    super('WORKER_CRASHED', facts, options)
  }
}

/**
 * Tells whether a value is an error of brine, also one that another copy of brine or another thread made.
 *
 * @param value Anything; nothing of it runs but the traps of a proxy.
 * @param code The code that it must have. Default: any.
 *
 * @example
 * ```ts
 * const error = await deserialize('no payload' as never).catch((error: unknown) => error)
 * isBrineError(error) // true
 * isBrineError(error, 'PAYLOAD_MALFORMED') // true
 * isBrineError(new Error('another')) // false
 * ```
 */
export function isBrineError<Code extends ErrorCode = ErrorCode>(
  value: unknown,
  code?: Code,
): value is BrineError<Code> {
  try {
    if (typeof value !== 'object' || value === null || !(BRAND in value)) return false
    return code === undefined || ('code' in value && value.code === code)
  } catch {
    // A proxy may throw whatever it is asked.
    return false
  }
}
