// The edits that make a module's closures known at run time. The same edits go into the copies of the closure module.
import type { AnyNode, Node, ObjectExpression, Program, Statement } from 'acorn'
import type { ModuleScope } from './bindings.ts'
import { isObjectMethod } from './plan.ts'
import type { Plan, PlannedClosure, SharedScope } from './plan.ts'

/** An insertion at the start or at the end of something. At one place ends go before starts, and the innermost is nearest. */
export interface Insertion {
  readonly at: number
  readonly text: string
  readonly side: 'start' | 'end'
  /** Where the thing starts that it stands around, and how long that is. */
  readonly from: number
  readonly span: number
  /** The closure that it wraps: the copy of that closure does without. */
  readonly owner: Node | null
}

/** Names that the instrumented code uses. None may occur in the module: `prefix` is chosen so. */
export interface Names {
  readonly prefix: string
  readonly sites: string
  readonly register: string
  readonly registerClass: string
  readonly registerMethods: string
  readonly token: string
}

/** Chooses names that the code does not contain. */
export function chooseNames(code: string): Names {
  let prefix = '$brine'
  while (code.includes(prefix)) prefix += '_'
  return {
    prefix,
    sites: `${prefix}_s`,
    register: `${prefix}_r`,
    registerClass: `${prefix}_c`,
    registerMethods: `${prefix}_m`,
    token: `${prefix}_t`,
  }
}

/** `() => [k, this]`, the arguments that make a site's closure of this place. */
function capture({ number, names, shared, lexical }: PlannedClosure, { sites, prefix }: Names): string {
  const values = [
    ...names,
    ...(lexical.self ? ['this'] : []),
    ...(lexical.args ? ['arguments'] : []),
    ...(lexical.newTarget ? ['new.target'] : []),
  ]
  const thunk = values.length > 0 ? `() => [${values.join(', ')}]` : '0'
  return `${sites}[${number}], ${thunk}${shared ? `, ${prefix}_t${shared.number}` : ''}`
}

/** The name that the place gives to an anonymous function, as an expression; undefined for none. */
function inferredName({
  node,
  parentNode,
}: PlannedClosure['closure']): { key: string; computed: boolean } | undefined {
  if (node.type !== 'ArrowFunctionExpression' && node.id) return undefined
  const named = (id: AnyNode) =>
    id.type === 'Identifier' ? { key: JSON.stringify(id.name), computed: false } : undefined
  switch (parentNode.type) {
    case 'VariableDeclarator':
      return named(parentNode.id)
    case 'AssignmentExpression':
      return /^(?:=|\?\?=|\|\|=|&&=)$/.test(parentNode.operator) ? named(parentNode.left) : undefined
    case 'AssignmentPattern':
      return named(parentNode.left)
    case 'ExportDefaultDeclaration':
      return { key: '"default"', computed: false }
    case 'Property':
    case 'PropertyDefinition': {
      const { key, computed } = parentNode
      if (computed) return { key: '', computed: true }
      if (key.type === 'PrivateIdentifier') return { key: JSON.stringify(`#${key.name}`), computed: false }
      const name = key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : ''
      return name === '__proto__' ? undefined : { key: JSON.stringify(name), computed: false }
    }
    default:
      return undefined
  }
}

/** Where a statement can stand at the start of a scope: behind the directives. */
function startOf(scope: ModuleScope): {
  at: number
  behindDirective?: boolean
  wrap?: AnyNode
  expression?: boolean
} {
  const { node, kind } = scope
  const behindDirectives = (
    body: readonly (Statement | Program['body'][number])[],
    start: number,
  ): { at: number; behindDirective: boolean } => {
    let at = start
    for (const statement of body) {
      if (statement.type !== 'ExpressionStatement' || !('directive' in statement) || !statement.directive)
        break
      at = statement.end
    }
    return { at, behindDirective: at > start }
  }
  if (kind === 'module') return behindDirectives((node as Program).body, node.start)
  if ('body' in node && node.body && !Array.isArray(node.body)) {
    const body = node.body as AnyNode
    if (body.type === 'BlockStatement') return behindDirectives(body.body, body.start + 1)
    if (node.type === 'ArrowFunctionExpression') return { at: body.start, wrap: body, expression: true }
    return { at: body.start, wrap: body }
  }
  return { at: node.start + 1 }
}

/** All insertions of a module. */
export function instrument(plan: Plan, names: Names): { insertions: Insertion[]; temporaries: string[] } {
  const insertions: Insertion[] = []
  const temporaries: string[] = []
  const around = (node: Node, before: string, after: string, owner: Node | null = null, extra = 0): void => {
    const span = node.end - node.start + extra
    insertions.push({ at: node.start, text: before, side: 'start', from: node.start, span, owner })
    insertions.push({ at: node.end, text: after, side: 'end', from: node.start, span, owner })
  }
  const statement = (at: number, text: string, side: Insertion['side'], owner: Node | null = null): void => {
    insertions.push({ at, text, side, from: at, span: Infinity, owner })
  }
  const starts = new Map<ModuleScope, string[]>()
  const atStart = (scope: ModuleScope, text: string): void => {
    const list = starts.get(scope)
    if (list) list.push(text)
    else starts.set(scope, [text])
  }

  for (const shared of plan.shared) atStart(shared.scope, tokenOf(shared, names))
  const literals = new Map<ObjectExpression, string[]>()
  for (const planned of plan.closures) {
    const { closure, parts } = planned
    const { node, parentNode, scope } = closure
    let args = capture(planned, names)
    if (parts) {
      const keys = parts.keys.map((key) => {
        const temporary = `${names.prefix}_k${temporaries.length}`
        temporaries.push(temporary)
        around(key, `${temporary} = ${names.prefix}_key(`, ')', node)
        return temporary
      })
      if (keys.length > 0) args += `${planned.shared ? '' : ', void 0'}, [${keys.join(', ')}]`
    }
    if (node.type === 'FunctionDeclaration' && node.id) {
      if (scope.kind === 'switch')
        statement(node.end, `;${names.register}(${node.id.name}, ${args});`, 'end', node)
      else atStart(scope, `${names.register}(${node.id.name}, ${args});`)
    } else if (node.type === 'ClassDeclaration' && node.id) {
      statement(node.end, `;${names.registerClass}(${node.id.name}, ${args});`, 'end', node)
    } else if (isObjectMethod(closure) && parentNode.type === 'Property') {
      // Filled in below, once all methods of the literal are known.
      methodsOf(literals, parentNode, planned, args, around, temporaries, names)
    } else {
      const register = node.type.startsWith('Class') ? names.registerClass : names.register
      const name = inferredName(closure)
      if (name?.computed) {
        const { key } = parentNode as Extract<AnyNode, { type: 'Property' | 'PropertyDefinition' }>
        const temporary = `${names.prefix}_k${temporaries.length}`
        temporaries.push(temporary)
        around(key, `${temporary} = ${names.prefix}_key(`, ')')
        around(node, `${register}({ [${temporary}]: `, ` }[${temporary}], ${args})`, node)
      } else if (name) {
        around(node, `${register}({ ${name.key}: `, ` }[${name.key}], ${args})`, node)
      } else {
        // `new class {}` would take the registration for the class.
        const [open, close] = parentNode.type === 'NewExpression' ? ['(', ')'] : ['', '']
        around(node, `${open}${register}(`, `, ${args})${close}`, node)
      }
    }
  }
  for (const [literal, entries] of literals) {
    around(literal, `${names.registerMethods}(`, `, [${entries.join(', ')}])`)
  }
  for (const [scope, texts] of starts) {
    const { at, wrap, expression, behindDirective } = startOf(scope)
    const text = texts.join(' ')
    // A directive may stand without a semicolon.
    if (!wrap) statement(at, `; ${text} `.slice(behindDirective ? 0 : 1), 'start')
    else if (expression) around(wrap, `{ ${text} return (`, ') }', null, 0.5)
    else around(wrap, `{ ${text} `, ' }', null, 0.5)
  }
  return { insertions, temporaries }
}

function methodsOf(
  literals: Map<ObjectExpression, string[]>,
  property: Extract<AnyNode, { type: 'Property' }>,
  planned: PlannedClosure,
  args: string,
  around: (node: Node, before: string, after: string, owner: Node) => void,
  temporaries: string[],
  { prefix }: Names,
): void {
  const literal = planned.closure.literal!
  let key =
    property.key.type === 'Identifier'
      ? JSON.stringify(property.key.name)
      : JSON.stringify(String((property.key as { value?: unknown }).value))
  if (property.computed) {
    key = `${prefix}_k${temporaries.length}`
    temporaries.push(key)
    around(property.key, `${key} = ${prefix}_key(`, ')', planned.closure.node)
  }
  const part = property.kind === 'init' ? 'value' : property.kind
  const entries = literals.get(literal) ?? []
  entries.push(`[${key}, "${part}", ${args}]`)
  literals.set(literal, entries)
}

/** The statement that makes the token of a scope instance; its reader runs when a closure is captured. */
export function tokenOf({ number, parent, names }: SharedScope, { prefix, token, sites }: Names): string {
  return `const ${prefix}_t${number} = ${token}(${sites}, ${number}, ${parent ? `${prefix}_t${parent.number}` : '0'}, () => [${names.join(', ')}]);`
}
