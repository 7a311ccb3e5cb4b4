// Why a module of closures could not be loaded: it is missing, or a module that it imports threw.
import { BrineError } from '../errors/brine-error.ts'

/** What engines say of a module that they could not fetch; none tells whether it is that one or one that it imports. */
const NOT_FETCHED = /dynamically imported module|module script failed|Cannot find (?:module|package)/i

/** A place in a line of a stack, of any engine. */
const PLACE = /((?:https?|file|blob):[^\s()]+?):\d+:\d+\)?$/

/** A module as its author knows it: its path, or in development the file that its closures were taken from. */
function moduleName(url: string): string {
  const path = url.replace(/^https?:\/\/[^/]*/, '').replace(/[?#].*$/, '')
  const origin = /brine:closures:\d+:(.*)\.brine\.mjs$/.exec(path)?.[1]
  return origin === undefined ? path : decodeURIComponent(origin)
}

/** The module at the top of a stack; undefined where none is told. */
function topModule(stack: string): string | undefined {
  const top = stack.split('\n').find((line) => /^\s*at |@/.test(line))
  return PLACE.exec(top?.trim() ?? '')?.[1]
}

/** The error that tells it. */
export function moduleFailure(url: string, cause: unknown): BrineError {
  const text = String(cause)
  if (cause instanceof TypeError ? NOT_FETCHED.test(text) : /ERR_MODULE_NOT_FOUND/.test(codeOf(cause)))
    return new BrineError('MODULE_MISSING', { url, reason: text }, { cause })
  const top = cause instanceof Error ? topModule(cause.stack ?? '') : undefined
  return new BrineError('MODULE_FAILED', { module: moduleName(top ?? url), reason: text }, { cause })
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | undefined)?.code)
