// The source carrier: code is the function's own text, variables are read from an environment by name.
import { functionName } from '../realm/globals.ts'
import { realm } from '../realm/registry.ts'
import type { AnyFunction, ClosureInputs } from '../realm/registry.ts'
import { codeFrame } from '../syntax/code-frame.ts'
import { applyEdits } from '../syntax/edit.ts'
import type { FreeVariable, FunctionSyntax, Range } from '../syntax/function-syntax.ts'
import { analysisOf } from './analyses.ts'
import { classText } from './class-text.ts'
import { resolveVariable } from './environment.ts'
import type { ReadEnvironment } from './environment.ts'
import { fieldThis } from './field-this.ts'
import { homeOf } from './home.ts'
import { heritageOf, impliedOf } from './implied.ts'
import type { Birth } from './implied.ts'
import { refuseNative } from './native.ts'
import { refuse } from './refusals.ts'
import { adviceOn, mistaken, note } from './renamed.ts'
import { supplyOf } from './supplied.ts'
import { WAIT } from './types.ts'
import type { CaptureRequest, Carrier } from './types.ts'

function analyse(text: string, request: CaptureRequest): FunctionSyntax {
  try {
    return analysisOf(text)
  } catch (error) {
    return request.fail('CAPTURE_SYNTAX', { reason: String(error) })
  }
}

/** The environment, with what `using` supplies in this call. */
function readEnvironment({ environment, call, fail }: CaptureRequest): ReadEnvironment {
  const { using, scope } = environment
  const supply = using && supplyOf(using, call)
  if (supply && 'reason' in supply) return fail('CAPTURE_USING', { reason: supply.reason }, supply.frame)
  return { ...(scope && { scope }), ...(supply && { using: supply.variables }) }
}

/** Reads the free variables of a text, now. */
function readVariables(
  free: readonly FreeVariable[],
  text: string,
  request: CaptureRequest,
): Map<string, unknown> {
  const values = new Map<string, unknown>()
  if (free.length === 0) return values
  note(free, request.call)
  const environment = readEnvironment(request)
  for (const { name, references } of free) {
    const resolution = resolveVariable(environment, name)
    const at = (): string =>
      codeFrame(text, references.find((reference) => !reference.typeofOnly) ?? references[0]!)
    if (resolution.kind === 'value') values.set(name, resolution.value)
    else if (resolution.kind === 'dead-zone') request.report('CAPTURE_DEAD_ZONE', { name }, at())
    else if (resolution.kind === 'hidden') request.report('CAPTURE_SCOPE_NAME', { name }, at())
    else if (resolution.kind === 'threw')
      request.report('CAPTURE_SCOPE_THREW', { name, reason: String(resolution.error) }, at())
    // A use behind a `typeof` guard copes with the absence of the variable.
    else if (resolution.kind !== 'global' && !references.some((reference) => reference.typeofOnly)) {
      const advice = adviceOn(name, request)
      if (resolution.kind === 'page-only') request.report('CAPTURE_PAGE_ONLY', { name }, at())
      else request.report('CAPTURE_UNRESOLVED', { name, ...(advice && { advice }) }, at())
    }
  }
  const doubt = mistaken(free, text, request)
  if (doubt) request.fail('CAPTURE_RENAMED', doubt)
  return values
}

/** What an arrow takes from around itself: `this`, `arguments`, `new.target`. */
function readLexical(fn: AnyFunction, syntax: FunctionSyntax, request: CaptureRequest): ClosureInputs {
  const { uses, text } = syntax
  const read = (name: string, ranges: readonly Range[]): { value: unknown } | undefined => {
    const [range] = ranges
    if (!range || syntax.kind === 'class') return undefined
    const field = name === 'this' && request.holders.find((holder) => fieldThis(text, holder) !== undefined)
    if (field) return { value: field }
    const resolution = resolveVariable(readEnvironment(request), name)
    if (resolution.kind === 'value') return { value: resolution.value }
    return request.fail('CAPTURE_UNRESOLVED', { name }, codeFrame(text, range))
  }
  const self = read('this', uses.this)
  const args = read('arguments', uses.arguments)
  const target = read('new.target', uses.newTarget)
  // Where there is a `new.target`, the receiver's maker runs as a constructor, whose `this` is an object of its own.
  if (self && target?.value !== undefined)
    request.fail('CAPTURE_UNRESOLVED', { name: 'new.target' }, codeFrame(text, uses.newTarget[0]!))
  return {
    ...(self && { self: self.value }),
    ...(args && { args: Array.from(args.value as ArrayLike<unknown>) }),
    ...(target && { newTarget: target.value }),
    ...(uses.superProperty.length > 0 && syntax.kind !== 'class' && { home: homeOf(fn, syntax, request)! }),
  }
}

/**
 * Whether a function is sloppy code, which its text alone does not tell: such a function has a property `arguments` of
 * its own, or the accessor that all functions inherit does not refuse it, by the engine and its version.
 */
function isSloppy(fn: AnyFunction, syntax: FunctionSyntax): boolean {
  if (syntax.sloppyOnly) return true
  if (syntax.strict || syntax.kind !== 'function') return false
  if (Object.hasOwn(fn, 'arguments')) return true
  try {
    Reflect.get(Function.prototype, 'arguments', fn)
    return true
  } catch {
    return false
  }
}

/** Wraps an expression into a maker: a function of the inputs. */
function maker(expression: string, input: string, sloppy: boolean): string {
  return `function (${input}) {${sloppy ? '' : ' "use strict";'} return (${expression}\n) }`
}

function birthOf(syntax: FunctionSyntax): Birth {
  const prefix = syntax.kind === 'getter' ? 'get ' : syntax.kind === 'setter' ? 'set ' : ''
  const hasPrototype = syntax.generator || (syntax.kind === 'function' && !syntax.async)
  return {
    name: prefix + (syntax.computedKey ? COMPUTED : (syntax.name ?? '')),
    length: syntax.length,
    ...(hasPrototype && { prototype: syntax.generator ? ('generator' as const) : ('constructor' as const) }),
  }
}

/** The key under which a method with a computed key is rebuilt; its real name travels as its `name`. */
const COMPUTED = '$'

const isMethod = ({ kind }: FunctionSyntax): boolean =>
  kind === 'method' || kind === 'getter' || kind === 'setter'

function expressionOf(syntax: FunctionSyntax, input: string): string {
  const { computedKey, text } = syntax
  if (!isMethod(syntax)) return text
  const method = computedKey ? applyEdits(text, [{ ...computedKey, text: `'${COMPUTED}'` }]) : text
  // A literal around the method gives it a home; `super` looks into the prototype of that literal.
  return syntax.uses.superProperty.length > 0 ? `{ __proto__: ${input}.home, ${method} }` : `{ ${method} }`
}

/**
 * Captures a function by its text. Asked for any function, it refuses native ones and those whose variables or
 * lexical surroundings the environment does not supply.
 */
export const sourceCarrier: Carrier = (fn, request) => {
  const text = Function.prototype.toString.call(fn)
  refuseNative(fn, request)
  const environment = realm().environments.get(fn) ?? request.environment
  const asked: CaptureRequest = { ...request, environment }
  const syntax = analyse(text, asked)
  const takesThis = syntax.kind === 'arrow' && syntax.uses.this.length > 0
  if (!request.last && (isMethod(syntax) || takesThis)) return WAIT
  let input = '$brine'
  while (text.includes(input)) input += '_'

  const shape = syntax.class ? classText(fn, syntax, input) : undefined
  refuse(fn, syntax, shape?.dropped ?? [], asked)
  const free = shape?.free ?? syntax.free
  const variables = readVariables(free, text, asked)
  const implied = shape
    ? { own: shape.implied, prototype: shape.impliedPrototype }
    : impliedOf(fn, birthOf(syntax))
  const inherits = syntax.class?.heritage && !syntax.class.extendsNull
  const eager = shape?.eager.filter((name) => variables.has(name)) ?? []
  return {
    name: functionName(fn) || syntax.name || '',
    code: {
      kind: 'piece',
      piece: {
        maker: maker(shape?.text ?? expressionOf(syntax, input), input, isSloppy(fn, syntax)),
        variables,
        assigned: new Set(
          free.filter(({ references }) => references.some((at) => at.assigned)).map(({ name }) => name),
        ),
        environment,
      },
    },
    inputs: {
      ...readLexical(fn, syntax, asked),
      ...(inherits && { parent: heritageOf(fn) }),
      ...(shape && shape.keys.length > 0 && { keys: shape.keys }),
      ...(eager.length > 0 && { eager }),
    },
    isClass: syntax.kind === 'class',
    implied: implied.own,
    ...(implied.prototype && { impliedPrototype: implied.prototype }),
    privateState: syntax.class?.privateInstance ?? [],
  }
}
