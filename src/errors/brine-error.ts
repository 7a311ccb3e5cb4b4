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
 * const error = new BrineError('TYPE_UNKNOWN', { name: 'Money' })
 * error.code // 'TYPE_UNKNOWN'
 * error.message // "Cannot rebuild a value as the type 'Money' is not registered here …"
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

/** The worker that ran a task ended before the task did: it closed itself, was killed, or its script failed. */
export class WorkerCrashError extends BrineError<'WORKER_CRASHED'> {
  override name = 'WorkerCrashError'

  constructor(facts: ErrorFacts<'WORKER_CRASHED'>, options: BrineErrorOptions = {}) {
    super('WORKER_CRASHED', facts, options)
  }
}

/**
 * Tells whether a value is an error of brine, also one that another copy of brine or another thread made.
 *
 * @example
 * ```ts
 * isBrineError(new BrineError('TYPE_UNKNOWN', { name: 'Money' }), 'TYPE_UNKNOWN') // true
 * isBrineError(new Error('other')) // false
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
