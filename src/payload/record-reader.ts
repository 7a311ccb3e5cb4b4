// Reads records that may be hostile: own data properties alone, each read once, into copies that nobody else holds.
import type { Limits } from './limits.ts'
import type { CodeUnit, NodeKind } from './types.ts'

/** What the reader does with a payload that it refuses. None of the three returns. */
export interface VerifyReport {
  malformed(at: string, expected: string, found: string): never
  version(expected: number, found: string): never
  limit(what: string, limit: number, found: number): never
}

/** Checks a value and returns a copy of it. */
export type Check = (value: unknown, reader: RecordReader) => unknown

/** The fields of a record, each with the bit that stands for it if it is required. */
export interface Shape {
  readonly fields: ReadonlyMap<PropertyKey, { readonly check: Check; readonly bit: number }>
  readonly required: readonly string[]
}

/** Characters of a text that a message shows. */
const LONGEST = 40

/** A value in a message: short, and without running any of its code. */
export function describe(value: unknown): string {
  if (typeof value === 'string') {
    return value.length > LONGEST ? `${JSON.stringify(value.slice(0, LONGEST))}…` : JSON.stringify(value)
  }
  if (typeof value === 'bigint') return `${value.toString().slice(0, LONGEST)}n`
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'symbol') return 'a symbol'
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value)
  return Array.isArray(value) ? 'an array' : 'an object'
}

/** Makes a shape from the checks of its fields; names that end in `?` may be left out. */
export function shape(checks: Readonly<Record<string, Check>>): Shape {
  const fields = new Map<PropertyKey, { check: Check; bit: number }>()
  const required: string[] = []
  for (const [name, check] of Object.entries(checks)) {
    const optional = name.endsWith('?')
    fields.set(optional ? name.slice(0, -1) : name, { check, bit: optional ? 0 : 1 << required.length })
    if (!optional) required.push(name)
  }
  return { fields, required }
}

/** Walks down a record and knows where it is. */
export class RecordReader {
  /** Where the reader is: keys from the top of the record. */
  readonly path: PropertyKey[] = []
  /** The kind of each node, once read. */
  kinds: readonly NodeKind[] = []
  /** The code table, once read. */
  units: readonly CodeUnit[] = []
  readonly limits: Limits
  readonly #report: VerifyReport
  #refused = false

  constructor(limits: Limits, report: VerifyReport) {
    this.limits = limits
    this.#report = report
  }

  /** `heap[3].props[0][1]` */
  at(): string {
    let text = ''
    for (const key of this.path) {
      if (typeof key === 'number') text += `[${key}]`
      else if (typeof key === 'symbol') text += `[${String(key)}]`
      else text += text ? `.${key}` : key
    }
    return text || 'it'
  }

  /** Refuses what the reader stands at. */
  fail(expected: string, found: string): never {
    this.#refused = true
    return this.#report.malformed(this.at(), expected, found)
  }

  version(expected: number, found: string): never {
    this.#refused = true
    return this.#report.version(expected, found)
  }

  limit(what: string, limit: number, found: number): void {
    if (found <= limit) return
    this.#refused = true
    this.#report.limit(what, limit, found)
  }

  /** Runs a whole verification: what a proxy throws meanwhile becomes a report as well. */
  run<T>(verify: () => T): T {
    try {
      return verify()
    } catch (error) {
      if (this.#refused) throw error
      return this.fail('readable', 'it threw while it was read')
    }
  }

  /** The value of an own data property. */
  value(record: object, key: PropertyKey): unknown {
    const property = Object.getOwnPropertyDescriptor(record, key)
    if (property && 'value' in property) return property.value
    return this.fail('a data property', property ? 'an accessor' : 'nothing')
  }

  /** Refuses what is not an object, or is an array. */
  object(value: unknown): object {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
    return this.fail('a record', describe(value))
  }

  /** Copies a record of a known shape. A field that the format does not know is refused. */
  record(value: unknown, { fields, required }: Shape): Record<string, unknown> {
    const source = this.object(value)
    const copy: Record<string, unknown> = {}
    const depth = this.path.length
    let seen = 0
    for (const key of Reflect.ownKeys(source)) {
      this.path[depth] = key
      const field = fields.get(key)
      if (!field) return this.fail('a field of the format', 'one that the format does not know')
      copy[key as string] = field.check(this.value(source, key), this)
      seen |= field.bit
    }
    this.path.length = depth
    if (seen === (1 << required.length) - 1) return copy
    this.path[depth] = required.find((name) => !Object.hasOwn(copy, name))!
    return this.fail('there', 'nothing')
  }

  /** The length of an array; that of a proxy may be anything. */
  length(value: unknown): number {
    return Array.isArray(value) ? value.length : this.fail('an array', describe(value))
  }

  /** Copies an array; a hole is refused. */
  array<T>(value: unknown, check: (element: unknown, reader: RecordReader) => T): T[] {
    const length = this.length(value)
    const copy: T[] = []
    const depth = this.path.length
    for (let i = 0; i < length; i++) {
      this.path[depth] = i
      copy.push(check(this.value(value as object, i), this))
    }
    this.path.length = depth
    return copy
  }
}
