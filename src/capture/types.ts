// What a carrier tells about a function: its code, the variables it captured, and what its code makes by itself.
import type { ErrorCode, ErrorFacts } from '../errors/catalog.ts'
import type {
  AnyFunction,
  ClosureInputs,
  Environment,
  ImpliedProperties,
  ScopeInstance,
} from '../realm/registry.ts'
import type { Registration, ScopeToken } from '../realm/sites.ts'

/** A function taken from its source text. Pieces of one environment are joined into code units by `scopes.ts`. */
export interface Piece {
  /** An expression: a function that takes the inputs and returns the captured function. */
  readonly maker: string
  /** The captured variables and their values at the call. */
  readonly variables: ReadonlyMap<string, unknown>
  /** Those among them that the function assigns. */
  readonly assigned: ReadonlySet<string>
  /** The scope instance, as an identity: functions of one environment share the variables that they assign. */
  readonly environment: Environment
}

/** One captured function. */
export interface Captured {
  /** For messages. */
  readonly name: string
  readonly code:
    | { readonly kind: 'piece'; readonly piece: Piece }
    | { readonly kind: 'instance'; readonly scope: ScopeInstance; readonly index: number }
    | {
        readonly kind: 'site'
        readonly registration: Registration
        readonly values: readonly unknown[]
        /** Reads the variables of a scope around it; refuses one in its dead zone. */
        readonly readShared: (token: ScopeToken) => readonly unknown[]
      }
  readonly inputs: ClosureInputs
  readonly isClass: boolean
  readonly implied: ImpliedProperties
  readonly impliedPrototype?: ImpliedProperties
  /** Private instance members of a class, which cannot be read from outside. */
  readonly privateState: readonly string[]
}

/** What a carrier is asked. */
export interface CaptureRequest {
  /** Where free variables are read. */
  readonly environment: Environment
  /** Stands for the call of brine's, in which a function `using` is called once. */
  readonly call: object
  /** The objects and classes in whose properties the function was found so far. */
  readonly holders: readonly object[]
  /** Whether all else is walked: every holder is known, and no class that a method came with was found. */
  readonly last: boolean
  /** Raises an error that names the culprit and its path; `frame` shows the place in the source. */
  readonly fail: CaptureFailure
  /** The same, for what need not end the capture: it returns where all that is refused is collected. */
  readonly report: CaptureReport
}

type CaptureReport = (...culprit: Parameters<CaptureFailure>) => void

type CaptureFailure = <Code extends CaptureErrorCode>(
  code: Code,
  facts: Omit<ErrorFacts<Code>, 'action' | 'subject' | 'where'>,
  frame?: string,
) => never

type CaptureErrorCode = Extract<ErrorCode, `CAPTURE_${string}`>

/**
 * What a carrier says at first of a method, whose class or home object may be found yet, and of an arrow function, whose
 * `this` may be the holder.
 */
export const WAIT = 'wait'

/**
 * A carrier: reads a function's code and environment, synchronously; undefined if the function is not its own.
 */
export type Carrier = (fn: AnyFunction, request: CaptureRequest) => Captured | typeof WAIT | undefined
