// Tells diagnostics in terms of what the author wrote, unless they are silenced there or in the options.
import type { Rolldown } from 'vite'
import { codeFrame } from '../syntax/code-frame.ts'
import { diagnose } from './diagnose.ts'
import type { Diagnostic, DiagnosticCode } from './diagnostics.ts'
import { diagnosticCatalog } from './diagnostics.ts'
import type { Original, OriginalRange } from './original.ts'
import { readModule } from './read-module.ts'
import type { ModuleReading } from './read-module.ts'
import { SKIP_COMMENT } from './skip.ts'

/** What becomes of a diagnostic. */
type DiagnosticLevel = 'warn' | 'error' | 'off'

/** What becomes of all diagnostics, or of each code. */
export type DiagnosticLevels = DiagnosticLevel | Partial<Record<DiagnosticCode, DiagnosticLevel>>

/** Something to say, as bundlers take it. */
export interface Report {
  readonly level: 'warn' | 'error'
  readonly message: string
  readonly code: string
  readonly id: string
  /** The line from 1, the column from 0. */
  readonly loc: { readonly file: string; readonly line: number; readonly column: number }
  readonly frame: string
  /** What the frame is of. */
  readonly text: string
}

/** Where a place lies, as bundlers tell it. */
function placeIn({ file, text, start }: OriginalRange): Report['loc'] {
  const lines = text.slice(0, start).split(/\r\n|[\n\r]/)
  return { file, line: lines.length, column: lines.at(-1)!.length }
}

/** The codes that a comment silences; undefined for all. */
function silencedBy(line: string): readonly string[] | undefined | false {
  const words = /(?:\/\/|\/\*|^\s*\*)[\s*]*@?brine-ignore\b(.*)/.exec(line)?.[1]
  if (words === undefined) return false
  const listed: string[] = []
  for (const word of words.split(/[\s,]+/).filter((part) => part !== '')) {
    // What follows is the reason.
    if (!Object.hasOwn(diagnosticCatalog, word)) break
    listed.push(word)
  }
  return listed.length > 0 ? listed : undefined
}

/** Whether a comment in the line, or alone in the line before, silences a diagnostic. */
function isSilenced(code: DiagnosticCode, text: string, line: number): boolean {
  const lines = text.split(/\r\n|[\n\r]/)
  const before = lines[line - 2] ?? ''
  return [lines[line - 1]!, /^\s*(?:\{\s*)?(?:\/\/|\/?\*)/.test(before) ? before : ''].some((candidate) => {
    const silenced = silencedBy(candidate)
    return silenced !== false && (silenced?.includes(code) ?? true)
  })
}

/** What is to be said, and how loudly. */
export function reportsOf(
  diagnostics: readonly Diagnostic[],
  original: Original,
  levels: DiagnosticLevels,
): Report[] {
  return diagnostics.flatMap(({ code, message, hint, ...range }): Report[] => {
    const level = typeof levels === 'string' ? levels : (levels[code] ?? 'warn')
    if (level === 'off') return []
    const place = original.rangeOf(range)
    const loc = placeIn(place)
    if (isSilenced(code, place.text, loc.line)) return []
    return [
      {
        level,
        message: `${message}. ${hint} (\`// brine-ignore ${code}\` silences this.)`,
        code: `BRINE_${code.toUpperCase().replaceAll('-', '_')}`,
        id: place.file,
        loc,
        frame: codeFrame(place.text, place),
        text: place.text,
      },
    ]
  })
}

/** A syntax error of the parser's, told in the same way. */
function reportSyntaxError(error: SyntaxError & { readonly pos?: number }, original: Original): Report {
  const start = error.pos ?? 0
  const place = original.rangeOf({ start, end: start + 1 })
  return {
    level: 'error',
    message: `Cannot convert the module as it cannot be parsed: ${error.message.replace(/ \(\d+:\d+\)$/, '')}`,
    code: 'BRINE_SYNTAX',
    id: place.file,
    loc: placeIn(place),
    frame: codeFrame(place.text, place),
    text: place.text,
  }
}

/** What is needed of the context of a plugin's hook. */
export interface Telling {
  readonly environment: { readonly mode: string }
  warn(log: Rolldown.RollupLog): void
  error(log: Rolldown.RollupLog): never
}

function tell({ level, text, ...log }: Report, context: Telling, last = false): void {
  const isDev = context.environment.mode === 'dev'
  // In development Vite shows place and frame by itself, and would look them up once more without `pluginCode`.
  const known = { ...log, ...(isDev && { plugin: 'brine', pluginCode: text }) }
  if (level === 'error' && last) context.error(known)
  const { file, line, column } = log.loc
  const message = isDev ? log.message : `${log.message}\n  at ${file}:${line}:${column + 1}\n\n${log.frame}\n`
  context.warn({ ...known, message })
}

/**
 * Reads a module and says what there is to say of it; undefined if it wants to be left alone.
 *
 * @throws what the context makes of the last error
 */
export function readAndTell(
  code: string,
  original: Original,
  levels: DiagnosticLevels,
  context: Telling,
): ModuleReading | undefined {
  let module: ModuleReading | undefined
  try {
    module = readModule(code, original.behindComments(SKIP_COMMENT))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    tell(reportSyntaxError(error, original), context, true)
  }
  if (!module) return undefined
  const reports = reportsOf(diagnose(module), original, levels)
  const failure = reports.findLast(({ level }) => level === 'error')
  for (const report of reports) if (report !== failure) tell(report, context)
  if (failure) tell(failure, context, true)
  return module
}
