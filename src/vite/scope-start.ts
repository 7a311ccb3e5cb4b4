// Where a statement can stand at the start of a scope.
import type { AnyNode, Node, Program, Statement } from 'acorn'
import type { ModuleScope } from './bindings.ts'

interface ScopeStart {
  readonly at: number
  readonly behindDirective?: boolean
  /** What needs braces around it first. */
  readonly wrap?: AnyNode
  /** The wrapped is what an arrow returns. */
  readonly expression?: boolean
}

function behindDirectives(body: readonly (Statement | Program['body'][number])[], start: number): ScopeStart {
  let at = start
  for (const statement of body) {
    if (statement.type !== 'ExpressionStatement' || !('directive' in statement) || !statement.directive) break
    at = statement.end
  }
  return { at, behindDirective: at > start }
}

/** The start of a scope; undefined for one that begins where no statement can stand. */
export function startOf({ node, kind }: ModuleScope): ScopeStart | undefined {
  if (kind === 'switch' || kind === 'class' || kind === 'name') return undefined
  if (kind === 'module') return behindDirectives((node as Program).body, node.start)
  // Anything may stand between `static` and its brace; an empty one has nothing to say.
  if (kind === 'member') return node.type === 'StaticBlock' ? { at: node.body[0]!.start } : undefined
  if ('body' in node && node.body && !Array.isArray(node.body)) {
    const body = node.body as AnyNode
    if (body.type === 'BlockStatement') return behindDirectives(body.body, body.start + 1)
    return { at: body.start, wrap: body, expression: node.type === 'ArrowFunctionExpression' }
  }
  return { at: node.start + 1 }
}

/** Whether something stands in the head of a function, loop or `catch`, before the start of its scope. */
export function isBeforeStart(node: Node, scope: ModuleScope): boolean {
  const start = startOf(scope)
  return start !== undefined && node.start < start.at
}

/**
 * The scope around a class or literal in which a variable serves one evaluation of it; undefined in parameters and fields,
 * where no statement can stand.
 */
export function scopeAround(node: Node, scope: ModuleScope): ModuleScope | undefined {
  for (let at: ModuleScope | null = scope; at; at = at.parent) {
    if (startOf(at) && !isBeforeStart(node, at)) return at
    if (at.kind === 'parameters' || at.kind === 'member') return undefined
  }
  return undefined
}
