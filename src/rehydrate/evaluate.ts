// Text -> code: the only place that evaluates text. A unit's text is a function body; see `payload/types.ts`.
import { BrineError } from '../errors/brine-error.ts'
import type { CodeUnit } from '../payload/types.ts'
import { isAllowed } from '../realm/bases.ts'
import { realm } from '../realm/registry.ts'
import type { UnitFactory } from '../realm/registry.ts'
import { trust } from '../realm/trusted-types.ts'
import { moduleFailure } from './module-failure.ts'

/** Units are forgotten, oldest first, above this number: a text that comes again is compiled again. */
const UNITS = 5_000

/** Names the text in stack traces and in the debugger. */
const sourceUrl = (unit: CodeUnit): string => `\n//# sourceURL=brine/${unit.hash}.js`

/** Indirect eval sees global variables only; under Trusted Types it takes what the policy made. */
function evaluate(unit: CodeUnit, text: string): UnitFactory {
  const script = trust('createScript', `(function () {\n${text}\n})${sourceUrl(unit)}`)
  return (0, eval)(script) as UnitFactory
}

/** Where the security policy forbids eval but not `blob:`, the text is imported as a module (and is strict code). */
async function importBlob(unit: CodeUnit, text: string): Promise<UnitFactory> {
  const module = `export default function () {\n${text}\n}${sourceUrl(unit)}`
  const url = URL.createObjectURL(new Blob([module], { type: 'text/javascript' }))
  try {
    const loaded = (await import(/* @vite-ignore */ /* webpackIgnore: true */ url)) as {
      default: UnitFactory
    }
    return loaded.default
  } finally {
    URL.revokeObjectURL(url)
  }
}

async function compile(unit: CodeUnit, text: string): Promise<UnitFactory> {
  try {
    return evaluate(unit, text)
  } catch (blocked) {
    if (blocked instanceof SyntaxError) {
      throw new BrineError('CODE_FAILED', { name: unit.hash, reason: String(blocked) }, { cause: blocked })
    }
    try {
      return await importBlob(unit, text)
    } catch (error) {
      const reason = `${String(blocked)}; ${String(error)}`
      throw new BrineError('CODE_BLOCKED', { reason }, { cause: blocked })
    }
  }
}

/** Imports a unit from the closure module that exports it. Code comes from the app's own places alone. */
async function importUnit({ url, export: name }: NonNullable<CodeUnit['module']>): Promise<UnitFactory> {
  let isOwn: boolean
  try {
    isOwn = isAllowed(url)
  } catch (error) {
    throw new BrineError('CODE_FAILED', { name: url, reason: String(error) }, { cause: error })
  }
  if (!isOwn) {
    throw new BrineError('CODE_NOT_ALLOWED', { what: `a module from outside the app, ${url.slice(0, 200)}` })
  }
  let loaded: Record<string, unknown>
  try {
    loaded = (await import(/* @vite-ignore */ /* webpackIgnore: true */ url)) as Record<string, unknown>
  } catch (error) {
    throw moduleFailure(url, error)
  }
  const factory = Object.hasOwn(loaded, name) ? loaded[name] : undefined
  if (typeof factory === 'function') return factory as UnitFactory
  throw new BrineError('CODE_FAILED', { name: url, reason: `it has no export '${name}'` })
}

/** A unit, compiled. */
export interface CompiledUnit {
  readonly unit: CodeUnit
  readonly text?: string
  /** Missing where the scope around makes it. */
  readonly factory?: UnitFactory
}

/**
 * Compiles the units of a payload.
 *
 * @param needed Positions of those that are wanted.
 * @param texts Texts by hash, for units that came without.
 */
export async function compileUnits(
  units: readonly CodeUnit[],
  needed: ReadonlySet<number>,
  texts: ReadonlyMap<string, string> | undefined,
): Promise<ReadonlyMap<number, CompiledUnit>> {
  const compiled = new Map<number, CompiledUnit>()
  const cache = realm().units
  for (const index of needed) {
    const unit = units[index]!
    if (unit.child !== undefined) {
      compiled.set(index, { unit })
      continue
    }
    if (unit.module) {
      compiled.set(index, { unit, factory: await importUnit(unit.module) })
      continue
    }
    const text = unit.text ?? texts?.get(unit.hash)
    if (text === undefined) {
      throw new BrineError('PAYLOAD_MALFORMED', {
        at: `code ${unit.hash}`,
        expected: 'known here',
        found: 'no text',
      })
    }
    let factory = cache.get(text)
    if (!factory) {
      // Only what the security policy makes asynchronous waits.
      factory = await compile(unit, text)
      if (cache.size >= UNITS) cache.delete(cache.keys().next().value!)
      cache.set(text, factory)
    }
    compiled.set(index, { unit, text, factory })
  }
  return compiled
}
