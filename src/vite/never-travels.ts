// Initialisers whose value can never travel.
import type { AnyNode } from 'acorn'
import { isPageOnly } from './page-globals.ts'
import { withoutParentheses } from '../syntax/child-nodes.ts'
import type { Names } from './brine-calls.ts'

/** Constructors of what belongs to its thread; a test compares them with what is refused at run time. */
export const NEVER_TRAVELS: readonly string[] = (
  'AbortController AudioContext BroadcastChannel EventSource EventTarget FileReader FinalizationRegistry Image ' +
  'IntersectionObserver MessageChannel MutationObserver PerformanceObserver Promise ResizeObserver ' +
  'RTCPeerConnection SharedWorker WeakMap WeakRef WeakSet WebSocket Worker XMLHttpRequest'
).split(' ')

const OBJECTS = /^(?:document|window|localStorage|sessionStorage|history|screen|visualViewport)$/
/** Of `document`, `window` and the elements that these lead to: what gives no text or number. */
const GIVES_NODES =
  /^(?:querySelector(?:All)?|getElement\w+|elements?FromPoint|create\w+|getContext|closest|body|head|documentElement|activeElement|defaultView|document|localStorage|sessionStorage|history|screen|forms|images|links|scripts|styleSheets|matchMedia|open|children|firstElementChild|parentElement|ownerDocument)$/

/** Whether an expression leads to a node, a storage and the like. */
function isOfPage(node: AnyNode, names: Pick<Names, 'bindingOf'>): boolean {
  const inner = withoutParentheses(node)
  if (inner.type === 'ChainExpression') return isOfPage(inner.expression, names)
  if (inner.type === 'Identifier') return OBJECTS.test(inner.name) && !names.bindingOf(inner)
  if (inner.type === 'CallExpression')
    return inner.callee.type === 'MemberExpression' && isOfPage(inner.callee, names)
  if (inner.type !== 'MemberExpression' || inner.computed || inner.property.type !== 'Identifier')
    return false
  return GIVES_NODES.test(inner.property.name) && isOfPage(inner.object, names)
}

/** Whether the value of an expression can never travel. */
export function neverTravels(node: AnyNode, names: Pick<Names, 'bindingOf'>): boolean {
  const inner = withoutParentheses(node)
  if (inner.type === 'ImportExpression') return true
  if (inner.type === 'NewExpression' || inner.type === 'CallExpression') {
    const callee = withoutParentheses(inner.callee)
    if (callee.type === 'Identifier' && !names.bindingOf(callee)) {
      if (inner.type === 'CallExpression') return callee.name === 'fetch' || callee.name === 'matchMedia'
      return NEVER_TRAVELS.includes(callee.name) || isPageOnly(callee.name)
    }
  }
  return isOfPage(inner, names)
}
