// What a function may not use if it travels by its text, whatever the environment supplies.
import type { AnyFunction } from '../realm/registry.ts'
import { homeOf } from './home.ts'
import { codeFrame } from '../syntax/code-frame.ts'
import type { FunctionSyntax, Range } from '../syntax/function-syntax.ts'
import { isInside } from './class-text.ts'
import type { CaptureRequest } from './types.ts'

/** `import('./x')`: a literal that is no URL. What an expression or a template names is known at run time alone. */
const RELATIVE_IMPORT = /^import\(\s*(?:\/\*[^]*?\*\/\s*)*(?:['"]|`(?!\$\{))(?![a-z][\w+.-]*:)/

const isPrivateMember = /^(?:(?:async|get|set)\b\s*)?\*?\s*#/

/**
 * Refuses what no environment can supply.
 *
 * @param dropped What of the text does not travel.
 */
export function refuse(
  fn: AnyFunction,
  syntax: FunctionSyntax,
  dropped: readonly Range[],
  request: CaptureRequest,
): void {
  const { text } = syntax
  const at = (range: Range): string => codeFrame(text, range)
  const kept = (ranges: readonly Range[]): readonly Range[] =>
    ranges.filter((range) => !isInside(range, dropped))
  const [evaluation] = kept(syntax.uses.directEval)
  if (evaluation) request.fail('CAPTURE_EVAL', {}, at(evaluation))
  const [meta] = kept(syntax.uses.importMeta)
  if (meta) request.fail('CAPTURE_IMPORT', { what: 'import.meta' }, at(meta))
  const relative = kept(syntax.uses.dynamicImport).find((range) =>
    RELATIVE_IMPORT.test(text.slice(range.start, range.end)),
  )
  if (relative)
    request.fail('CAPTURE_IMPORT', { what: text.slice(relative.start, relative.end) }, at(relative))
  const hidden = syntax.privateNames.find(({ range }) => !isInside(range, dropped))
  if (hidden) request.fail('CAPTURE_PRIVATE', { name: hidden.name }, at(hidden.range))
  if (syntax.kind !== 'class' && isPrivateMember.test(text))
    request.fail('CAPTURE_PRIVATE', { name: syntax.name! })
  const [call] = kept(syntax.uses.superCall)
  if (call) request.fail('CAPTURE_SUPER', {}, at(call))
  const [property] = kept(syntax.uses.superProperty)
  // An arrow's `super` belongs to a method around it that nobody can name; a method's to the object that holds it.
  if (property && (syntax.kind === 'arrow' || !homeOf(fn, syntax, request)))
    request.fail('CAPTURE_SUPER', {}, at(property))
}
