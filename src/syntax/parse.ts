// Parses the text of one function, whatever its form, by standing it where that form is legal JavaScript.

import { parse } from 'acorn'
import type {
  AnyNode,
  ArrowFunctionExpression,
  ClassExpression,
  FunctionExpression,
  MethodDefinition,
  Options,
  Property,
} from 'acorn'
import { forEachChild } from './child-nodes.ts'

export type FunctionNode = FunctionExpression | ArrowFunctionExpression
export type MethodNode = MethodDefinition | Property

/** A function's node, with what its positions must be reduced by to be positions in the text. */
export interface ParsedFunction {
  readonly node: FunctionNode | ClassExpression
  /** The member that the function is the value of, when the text is that of a method or accessor. */
  readonly holder: MethodNode | null
  readonly offset: number
  readonly sloppyOnly: boolean
}

/** Where in the text parsing stopped. */
export interface FunctionSyntaxError extends SyntaxError {
  readonly pos: number
}

interface Attempt {
  readonly before: string
  readonly after: string
  readonly strict: boolean
  readonly accepts: (node: AnyNode) => ParsedFunction['node'] | MethodNode | null
}

const expressionOf = (node: AnyNode): FunctionNode | ClassExpression | null =>
  node.type === 'FunctionExpression' ||
  node.type === 'ArrowFunctionExpression' ||
  node.type === 'ClassExpression'
    ? node
    : null

const methodOf = (node: AnyNode): MethodNode | null =>
  node.type === 'MethodDefinition' ||
  (node.type === 'Property' &&
    node.value.type === 'FunctionExpression' &&
    (node.method || node.kind !== 'init'))
    ? node
    : null

// A derived constructor is where everything may be said that an arrow can take from outside: this, new.target, super.x, super().
// Class bodies are strict; in sloppy code no `super()` can occur, and a method of an object offers all the rest.
// Not in parentheses but behind `return`, so that the only parentheses in the tree are the text's own.
const strictExpression: Attempt = {
  before: '(class extends A{constructor(){return ',
  after: '\n}})',
  strict: true,
  accepts: expressionOf,
}
const sloppyExpression: Attempt = {
  before: '({m(){return ',
  after: '\n}})',
  strict: false,
  accepts: expressionOf,
}
const strictMethod: Attempt = { before: '({', after: '\n})', strict: true, accepts: methodOf }
const sloppyMethod: Attempt = { before: '({', after: '\n})', strict: false, accepts: methodOf }
// For private methods, and for whoever leaves `static` in front.
const classMember: Attempt = {
  before: '(class extends A{',
  after: '\n})',
  strict: true,
  accepts: methodOf,
}

// Strict before sloppy, to know what is legal in sloppy code only. Expressions before methods: `function() {}` is a text that an
// anonymous function and a method named `function` share, and the former is the likelier by far (unless `super` says otherwise).
// Apart from that no text is legal in two forms, so that the order is a matter of speed, and a wrong form fails within a few tokens.
const expressionFirst = [strictExpression, strictMethod, classMember, sloppyExpression, sloppyMethod]
const methodFirst = [strictMethod, classMember, strictExpression, sloppyMethod, sloppyExpression]
const opensLikeMethod = /^(?:[[*"'#\d]|(?:get|set|static)\s)/

const nativeTail = /\{\s*\[\s*native\s+code\s*\]\s*\}\s*$/

/**
 * Parses any result of `Function.prototype.toString`.
 *
 * @param strict the function was written in strict code (a module): no reading as sloppy code is tried
 * @returns null for the text of a native function
 * @throws {SyntaxError} with a `pos` when `text` is not exactly one function
 */
export function parseFunction(text: string, strict: boolean): ParsedFunction | null {
  const source = text.trim()
  const leading = text.length - text.trimStart().length
  let failure: { message: string; position: number; reached: number } | null = null
  for (const attempt of opensLikeMethod.test(source) ? methodFirst : expressionFirst) {
    if (strict && !attempt.strict) continue
    const start = attempt.before.length
    const options: Options = {
      ecmaVersion: 'latest',
      strict: attempt.strict,
      // For `import.meta` in a script: a module would not do, as there `await` is no name. Lets declarations pass as well.
      allowImportExportEverywhere: true,
      checkPrivateFields: false,
      preserveParens: true,
    }
    try {
      const program = parse(attempt.before + source + attempt.after, options)
      const found = findExactly(program, start, start + source.length, attempt.accepts)
      if (found) {
        const isMethod = found.type === 'Property' || found.type === 'MethodDefinition'
        return {
          node: isMethod ? (found.value as FunctionNode) : found,
          holder: isMethod ? found : null,
          offset: start - leading,
          sloppyOnly: !attempt.strict,
        }
      }
      failure = { message: 'Not the text of exactly one function', position: 0, reached: Infinity }
    } catch (error) {
      if (!isAcornError(error)) throw error
      // The form that got furthest is the one that the text was meant to have: its complaint is the helpful one.
      const reached = error.raisedAt - start
      if (!failure || reached > failure.reached) {
        failure = {
          message: error.message.replace(/ \(\d+:\d+\)$/, ''),
          position: error.pos - start,
          reached,
        }
      }
    }
  }
  // Asked last: `function f() {// { [native code]\n}` looks native and is not, while nothing native is legal JavaScript.
  if (source.startsWith('function') && nativeTail.test(source.slice(-100))) return null
  const position = Math.min(Math.max(failure?.position ?? 0, 0), source.length)
  throw syntaxError(failure?.message ?? 'No form was tried', position + leading)
}

/** An error that says where in the text it is. */
export function syntaxError(message: string, pos: number): FunctionSyntaxError {
  return Object.assign(new SyntaxError(message), { pos })
}

/** Whether the body opens with the directive. */
export function hasUseStrict(node: { readonly body: AnyNode }): boolean {
  if (node.body.type !== 'BlockStatement') return false
  for (const statement of node.body.body) {
    if (statement.type !== 'ExpressionStatement' || statement.directive === undefined) return false
    if (statement.directive === 'use strict') return true
  }
  return false
}

// Only a node that spans the whole text will do: a text that closes the wrapper and opens it again (`a => 1}}), (b => 2`) has none.
function findExactly(
  root: AnyNode,
  start: number,
  end: number,
  accepts: Attempt['accepts'],
): ReturnType<Attempt['accepts']> {
  for (let node: AnyNode | null = root; node;) {
    const found = node.start === start && node.end === end ? accepts(node) : null
    if (found) return found
    let next: AnyNode | null = null
    forEachChild(node, (child) => {
      if (child.start <= start && child.end >= end) next = child
    })
    node = next
  }
  return null
}

function isAcornError(error: unknown): error is SyntaxError & { pos: number; raisedAt: number } {
  return error instanceof SyntaxError && 'raisedAt' in error
}
