// What the describers of one payload share.
import type { ErrorCode, ErrorFacts } from '../errors/catalog.ts'
import type { Captured } from '../capture/types.ts'
import type { AnyFunction } from '../realm/registry.ts'
import type { Visit } from './walk.ts'

/** Facts that the context itself adds. */
export type OwnFacts<Code extends ErrorCode> = Omit<ErrorFacts<Code>, 'action' | 'subject' | 'where'>

export interface DescribeContext {
  /** What moves instead of being copied. */
  readonly transfers: ReadonlySet<unknown>
  /** Gives a buffer or view its copy in memory that all workers see; nothing for what stays as it is. */
  readonly inSharedMemory?: (value: object) => object | undefined
  /** The capture of a function, taken once in a payload; undefined while it may turn out to come with a class. */
  capture(fn: AnyFunction, visit: Visit): Captured | undefined
  /** Raises an error about the value of a visit. */
  fail<Code extends ErrorCode>(visit: Visit, code: Code, facts: OwnFacts<Code>, frame?: string): never
  /** The same, for what does not end the look at a value: it returns where all that is refused is collected. */
  report<Code extends ErrorCode>(value: object, visit: Visit, code: Code, facts: OwnFacts<Code>): void
}
