// Functions that their author wants left alone: `'use no brine'` at the start of a function or module, or the comment
// `/* brine-skip */` before a function, a class or a statement. All that is inside is left alone as well.
import type { AnyNode, Comment, Node, Program } from 'acorn'
import { forEachChild } from '../syntax/child-nodes.ts'
import type { Range } from '../syntax/function-syntax.ts'
import type { Closure } from './bindings.ts'
import { ownDirectives } from './directives.ts'

const DIRECTIVE = 'use no brine'
const COMMENT = /(?:^|\n)[\s*]*@?brine-skip\b/

/** The comment in a text. */
export const SKIP_COMMENT: RegExp =
  /\/\*(?:(?!\/\*|\*\/)[^])*?(?<=(?:\/\*|\n)[\s*]*)@?brine-skip\b(?:(?!\*\/)[^])*\*\/|\/\/\s*@?brine-skip\b.*/g

const hasDirective = (body: readonly AnyNode[]): boolean =>
  body.some((statement) => statement.type === 'ExpressionStatement' && statement.directive === DIRECTIVE)

/** Whether a whole module is left alone. */
export const isModuleSkipped = (code: string): boolean =>
  ownDirectives(code).some(({ value }) => value === DIRECTIVE)

/** What stands behind a comment: the outermost node that begins there. */
function nodeBehind(
  comment: Comment,
  comments: readonly Comment[],
  code: string,
  root: AnyNode,
): Node | null {
  let at = comment.end
  for (let before = -1; before !== at;) {
    before = at
    at += /^\s*/.exec(code.slice(at))![0].length
    at = comments.find(({ start }) => start === at)?.end ?? at
  }
  let found: Node | null = null
  const visit = (node: AnyNode): void => {
    if (found || node.end <= at || node.start > at) return
    if (node.start === at && node.type !== 'Program') found = node
    else forEachChild(node, visit)
  }
  visit(root)
  return found
}

/**
 * Tells which closures of a module are left alone.
 *
 * @param hints Pieces of the code in each of which the first function is meant: there was a comment before it, which
 *   another plugin has removed.
 */
export function skipping(
  program: Program,
  code: string,
  comments: readonly Comment[],
  closures: readonly Closure[],
  hints: readonly Range[],
): (closure: Closure) => boolean {
  const ranges: Range[] = []
  for (const comment of comments) {
    const node = COMMENT.test(comment.value) ? nodeBehind(comment, comments, code, program) : null
    if (node) ranges.push(node)
  }
  for (const { start, end } of hints) {
    const first = closures.find(({ node }) => node.start >= start && node.start < end)
    if (first) ranges.push(first.node)
  }
  const isMarked = ({ node }: Closure): boolean =>
    ranges.some(({ start, end }) => start <= node.start && node.end <= end) ||
    ('params' in node && node.body.type === 'BlockStatement' && hasDirective(node.body.body))
  const isSkipped = (closure: Closure): boolean =>
    isMarked(closure) || (closure.outer !== null && isSkipped(closure.outer))
  return isSkipped
}
