// An explanation, and its text: what is refused first, then the largest, and the rest summed up.
import type { ErrorCode } from '../errors/catalog.ts'

/** Why a part cannot travel: what the error would say. */
export interface Problem {
  /** A key of the table of errors. */
  readonly code: ErrorCode
  /** The whole message, with the hint and, for functions by their text, the place in the source. */
  readonly message: string
  /** What to do about it. */
  readonly hint: string
  /** The path to the culprit, as the error has it. */
  readonly path: string
}

/** One thing that would travel, and what it reaches. */
export interface ExplainedPart {
  /** How it is reached from the root, such as `.opts.socket`; empty for the root. */
  readonly path: string
  /** The last step of the path, without punctuation: a variable, a key, or what it is of the part above. */
  readonly name: string
  /**
   * `'function'`, `'class'`, `'method'`, `'bound function'`, `'prototype'`, `'import'` (a module's export, by
   * reference), `'global'` (every thread has it), `'callback'` (it stays here), `'symbol'`, `'arguments'`; the type of a
   * primitive that a function captured; and of any other object the name of its class, such as `'Float64Array'`.
   */
  readonly kind: string
  /** The name of a function, the length of a list, the path of a global, the URL of an import. */
  readonly label?: string
  /** What it takes by itself, in bytes, estimated: see {@link Explanation.bytes}. */
  readonly bytes: number
  /** The same, with all that was first met below it. */
  readonly totalBytes: number
  /** What it reaches, in the order of the walk. */
  readonly children: readonly ExplainedPart[]
  /** It was met before, at this path, and travels once: here it has no bytes and no children. */
  readonly see?: string
  /** It moves instead of being copied. */
  readonly transferred?: true
  /** Why it cannot travel; what it reaches is then not told, unless it is a function that lacks variables. */
  readonly problems?: readonly Problem[]
}

/** How much of an explanation is printed. */
export interface ExplanationLimits {
  /** Levels below the root. @default 8 */
  readonly depth?: number
  /** Parts of one part. @default 12 */
  readonly width?: number
}

/** What would travel with a value. */
export interface Explanation {
  /** The value itself. */
  readonly root: ExplainedPart
  /**
   * What would be copied, in bytes. An estimate: buffers and the text of code in full, strings by their characters (2
   * bytes each, if one of them is not Latin-1), and 8 for any other value and reference. What a worker has already is
   * counted, as it is not known here.
   */
  readonly bytes: number
  /** What would move instead of being copied, in bytes. */
  readonly transferredBytes: number
  /** How many things have an identity of their own: objects, functions, symbols. */
  readonly parts: number
  /** How many units of code there are: texts, or places in modules. */
  readonly codeUnits: number
  /** All that cannot travel, in the order in which it was met; empty if the value can. */
  readonly problems: readonly Problem[]
  /** The tree as text: what cannot travel first, then the largest. */
  toString(limits?: ExplanationLimits): string
}

const units = ['B', 'kB', 'MB', 'GB']

/** `1.2 kB`. */
function bytesText(bytes: number): string {
  let at = 0
  let amount = bytes
  for (; amount >= 999.5 && at < units.length - 1; at++) amount /= 1_000
  return `${at === 0 || amount >= 99.5 ? Math.round(amount) : Number(amount.toPrecision(2))} ${units[at]}`
}

/** The parts below which something is refused, and those themselves. */
function findTroubled(root: ExplainedPart): ReadonlySet<ExplainedPart> {
  const order = [root]
  for (const part of order) for (const child of part.children) order.push(child)
  const troubled = new Set<ExplainedPart>()
  for (const part of order.reverse()) {
    if (part.problems || part.children.some((child) => troubled.has(child))) troubled.add(part)
  }
  return troubled
}

function lineOf(part: ExplainedPart): string {
  const { name, kind, label, see, transferred, totalBytes, bytes } = part
  const what = label === undefined ? kind : /^\d+$/.test(label) ? `${kind}(${label})` : `${kind} ${label}`
  const own = bytes === totalBytes ? '' : `, ${bytesText(bytes)} of its own`
  const much = transferred
    ? 'moves'
    : see === undefined
      ? bytesText(totalBytes) + own
      : `see ${see || 'the root'}`
  return `${name && `${name}: `}${what}, ${much}`
}

export function formatExplanation(
  root: ExplainedPart,
  { depth = 8, width = 12 }: ExplanationLimits = {},
): string {
  const troubled = findTroubled(root)
  const lines: string[] = []
  const open: (string | { part: ExplainedPart; level: number })[] = [{ part: root, level: 0 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'string') {
      lines.push(next)
      continue
    }
    const { part, level } = next
    lines.push('  '.repeat(level) + lineOf(part))
    const indent = '  '.repeat(level + 1)
    for (const { code, message } of part.problems ?? []) {
      lines.push(`${indent}! ${code}: ${message.split('\n', 1)[0]}`)
    }
    const sorted = [...part.children].sort(
      (a, b) => Number(troubled.has(b)) - Number(troubled.has(a)) || b.totalBytes - a.totalBytes,
    )
    const shown = level < depth ? sorted.slice(0, width) : []
    const rest = sorted.slice(shown.length)
    if (rest.length > 0) {
      const bytes = rest.reduce((sum, { totalBytes }) => sum + totalBytes, 0)
      open.push(`${indent}… ${rest.length} more, ${bytesText(bytes)}`)
    }
    for (const child of shown.reverse()) open.push({ part: child, level: level + 1 })
  }
  return lines.join('\n')
}
