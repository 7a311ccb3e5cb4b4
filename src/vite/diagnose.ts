// Finds what will go wrong in a worker, in the functions that are known to go there: those given to brine by the module
// itself, and what they capture in turn.
//
// Methods of classes are not looked into: much of what travels with an instance never runs there.
import type { AnyNode } from 'acorn'
import { isPageOnly } from './page-globals.ts'
import { contains } from './plan.ts'
import { forEachChild, withoutParentheses } from '../syntax/child-nodes.ts'
import type { Range } from '../syntax/function-syntax.ts'
import type { Binding, Closure } from './bindings.ts'
import { namesOf, valueOf } from './brine-calls.ts'
import type { Names } from './brine-calls.ts'
import { diagnosticCatalog } from './diagnostics.ts'
import type { Diagnostic, DiagnosticCode } from './diagnostics.ts'
import { guardedRanges } from './guards.ts'
import { neverTravels } from './never-travels.ts'
import type { ModuleReading } from './read-module.ts'

/** Characters of source text above which a captured literal is large. */
export const LARGE_LITERAL = 50_000

/** The functions and classes that an expression is known to lead to. */
function closuresIn(
  node: AnyNode | null,
  { bindingOf, brineValueOf }: Names,
  found: Set<AnyNode> = new Set(),
  seen: Set<Binding> = new Set(),
): Set<AnyNode> {
  const visit = (inner: AnyNode | null): void => {
    if (!inner) return
    switch (inner.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
      case 'ClassDeclaration':
      case 'ClassExpression':
        found.add(inner)
        return
      case 'Identifier': {
        const binding = bindingOf(inner)
        if (!binding || seen.has(binding)) return
        seen.add(binding)
        return visit(valueOf(binding) ?? null)
      }
      case 'ParenthesizedExpression':
        return visit(inner.expression)
      case 'SpreadElement':
        return visit(inner.argument)
      case 'ObjectExpression':
        for (const property of inner.properties)
          visit(property.type === 'Property' ? property.value : property.argument)
        return
      case 'ArrayExpression':
        return inner.elements.forEach(visit)
      case 'ConditionalExpression':
        visit(inner.consequent)
        return visit(inner.alternate)
      case 'LogicalExpression':
        visit(inner.left)
        return visit(inner.right)
      case 'CallExpression':
        if (brineValueOf(inner.callee) === 'pass') visit(inner.arguments[0] ?? null)
        return
      default:
    }
  }
  visit(node)
  return found
}

/** How much of an initialiser is a literal. */
function literalSize(node: AnyNode): number {
  const inner = withoutParentheses(node)
  if (/^(?:Literal|TemplateLiteral|ArrayExpression|ObjectExpression)$/.test(inner.type))
    return inner.end - inner.start
  if (inner.type !== 'CallExpression' && inner.type !== 'NewExpression') return 0
  return Math.max(0, ...inner.arguments.map((argument) => literalSize(argument)))
}

const shortened = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 59)}…` : line
}

/** The name that the place of a function gives it, in quotes. */
function subjectOf({ node, parentNode }: Closure): string {
  const own = node.type !== 'ArrowFunctionExpression' && node.id ? node.id.name : undefined
  const given =
    parentNode.type === 'VariableDeclarator' && parentNode.id.type === 'Identifier'
      ? parentNode.id.name
      : undefined
  const key =
    parentNode.type === 'Property' && parentNode.key.type === 'Identifier' && !parentNode.computed
      ? parentNode.key.name
      : undefined
  const name = own ?? given ?? key
  return name === undefined ? 'a function' : `'${name}'`
}

/** Diagnoses a module. */
export function diagnose({ code, program, bindings, plan }: ModuleReading): Diagnostic[] {
  const names = namesOf(program, bindings)
  const calls: { readonly value: string | undefined; readonly args: readonly AnyNode[] }[] = []
  const findCalls = (node: AnyNode): void => {
    if (node.type === 'CallExpression')
      calls.push({ value: names.brineValueOf(node.callee), args: node.arguments })
    forEachChild(node, findCalls)
  }
  findCalls(program)
  const started = calls.filter(({ value }) => value === 'run').flatMap(({ args }) => args)
  if (started.length === 0) return []
  const onPage = calls.filter(({ value }) => value === 'callback').flatMap(({ args }) => args)

  const closureOf = new Map<AnyNode, Closure>(bindings.closures.map((closure) => [closure.node, closure]))
  const reasons = new Map(plan.leftAlone.map(({ closure, reason }) => [closure, reason]))
  const diagnostics: Diagnostic[] = []
  const say = (code: DiagnosticCode, closure: Closure, at: Range, name: string, value: string): void => {
    const { message, hint } = diagnosticCatalog[code]
    const text = message({ subject: subjectOf(closure), name, value })
    diagnostics.push({ code, message: text, hint, start: at.start, end: at.end })
  }

  const reached = new Set<AnyNode>()
  for (const argument of started) closuresIn(argument, names, reached)
  // The set grows while it is walked.
  for (const node of reached) {
    const closure = closureOf.get(node)!
    const reason = plan.skipped.has(closure) ? "says 'use no brine' or brine-skip" : reasons.get(closure)
    if (reason !== undefined) say('left-alone', closure, node, '', reason)
    if (reason !== undefined || node.type.startsWith('Class')) continue
    const guarded = guardedRanges(node, names)
    const captured = new Set<Binding>()
    for (const { node: name, binding } of bindings.uses) {
      if (!contains(node, name) || onPage.some((range) => contains(range, name))) continue
      if (!binding) {
        if (isPageOnly(name.name) && !guarded.some((range) => contains(range, name)))
          say('page-only', closure, name, name.name, '')
        continue
      }
      const isOwn = binding.scope.kind !== 'module' && contains(node, binding.scope.node)
      const value = valueOf(binding)
      if (isOwn || !value || captured.has(binding)) continue
      captured.add(binding)
      closuresIn(value, names, reached)
      if (neverTravels(value, names))
        say('never-travels', closure, name, name.name, shortened(code.slice(value.start, value.end)))
      const size = literalSize(value)
      if (size > LARGE_LITERAL)
        say('large-literal', closure, name, name.name, `${Math.round(size / 1000)} kB of text`)
    }
  }
  return diagnostics.sort((a, b) => a.start - b.start)
}
