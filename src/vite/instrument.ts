// The edits that make a module's closures known at run time. The same edits go into the copies of the closure module.
import type { AnyNode, Node, ObjectExpression, SwitchStatement } from 'acorn'
import type { ClassLike } from '../syntax/findings.ts'
import type { ModuleScope } from './bindings.ts'
import { usesItself } from './class-parts.ts'
import { handOutBlock } from './class-use-code.ts'
import { inferredName, parenthesisOf } from './inferred-name.ts'
import { isObjectMethod } from './plan.ts'
import { instrumentPrivates, staticsBlock } from './private-code.ts'
import type { Plan, PlannedClosure } from './plan.ts'
import { scopeAround, startOf } from './scope-start.ts'
import type { SharedScope } from './shared-scopes.ts'

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
  /** The variable that it notes a key in. */
  readonly notes?: string
}

/** Names that the instrumented code uses. None may occur in the module: `prefix` is chosen so. */
export interface Names {
  readonly prefix: string
  readonly sites: string
  /** Makes the table of sites known: a hoisted function may run before the module does. */
  readonly load: string
  readonly register: string
  readonly registerDefault: string
  readonly registerClass: string
  readonly registerMethods: string
  readonly token: string
  readonly privates: string
  readonly privateStatics: string
  readonly restoring: string
  readonly handOut: string
  readonly privateName: string
  readonly superOf: string
}

/** Chooses names that the code does not contain. */
export function chooseNames(code: string): Names {
  let prefix = '$brine'
  while (code.includes(prefix)) prefix += '_'
  return {
    prefix,
    sites: `${prefix}_s`,
    load: `${prefix}_f`,
    register: `${prefix}_r`,
    registerDefault: `${prefix}_e`,
    registerClass: `${prefix}_c`,
    registerMethods: `${prefix}_m`,
    token: `${prefix}_t`,
    privates: `${prefix}_p`,
    privateStatics: `${prefix}_q`,
    restoring: `${prefix}_o`,
    handOut: `${prefix}_h`,
    privateName: `${prefix}_n`,
    superOf: `${prefix}_u`,
  }
}

/** The table of sites. In a cycle of imports, functions of a module run before its first statement. */
export const tableOf = ({ sites, load }: Pick<Names, 'sites' | 'load'>): string => `${sites} ?? ${load}()`

/** `() => [k, this]`, the arguments that make a site's closure of this place. */
function capture({ number, names, shared, lexical }: PlannedClosure, own: Names): string {
  const values = [
    ...names,
    ...(lexical.self ? ['this'] : []),
    ...(lexical.args ? ['arguments'] : []),
    ...(lexical.newTarget ? ['new.target'] : []),
  ]
  const thunk = values.length > 0 ? `() => [${values.join(', ')}]` : '0'
  return `(${tableOf(own)})[${number}], ${thunk}${shared ? `, ${tokenIn(shared, own)}` : ''}`
}

/** Takes insertions down. */
function insertionList() {
  const insertions: Insertion[] = []
  const around = (
    node: Node,
    before: string,
    after: string,
    { owner = null, extra = 0, notes }: { owner?: Node | null; extra?: number; notes?: string } = {},
  ): void => {
    const { start: from, end } = node
    const common = { from, span: end - from + extra, owner, ...(notes !== undefined && { notes }) }
    insertions.push({ at: from, text: before, side: 'start', ...common })
    insertions.push({ at: end, text: after, side: 'end', ...common })
  }
  const statement = (at: number, text: string, side: Insertion['side'], owner: Node | null = null): void => {
    insertions.push({ at, text, side, from: at, span: Infinity, owner })
  }
  return { insertions, around, statement }
}

/** All insertions of a module. */
export function instrument(plan: Plan, names: Names, code: string): Insertion[] {
  const { insertions, around, statement } = insertionList()
  const starts = new Map<ModuleScope, string[]>()
  const entriesOf = new Map<ObjectExpression, string[]>()
  const switches = new Map<SwitchStatement, string[]>()
  const variables = new Map<ModuleScope | Node, string[]>()
  const add = <Key>(lists: Map<Key, string[]>, key: Key, text: string): void => {
    const list = lists.get(key)
    if (list) list.push(text)
    else lists.set(key, [text])
  }

  let keys = 0
  /** Notes a computed key in a variable of its own, as a class or literal may be evaluated again before it is done. */
  const noteKey = (key: Node, whole: Node, scope: ModuleScope, owner: Node | null): string => {
    const notes = `${names.prefix}_k${keys++}`
    add(variables, scopeAround(whole, scope) ?? whole, notes)
    around(key, `${notes} = ${names.prefix}_key(`, ')', { owner, notes })
    return notes
  }

  for (const shared of plan.shared) add(starts, shared.scope, tokenOf(shared, names))
  for (const planned of [...plan.closures, ...plan.leftAlone]) {
    const { closure, parts, privates } = planned
    const { node, parentNode, scope, literal, outer } = closure
    let args = capture(planned, names)
    if (parts && parts.keys.length > 0) {
      const noted = parts.keys.map((key) => noteKey(key, node, scope, node))
      args += `${planned.shared ? '' : ', void 0'}, [${noted.join(', ')}]`
    }
    // Around what makes a function known, which gives it its name.
    const outside = (value: Node, before: string, after: string): void =>
      around(value, before, after, { extra: 0.5 })
    const atStartOf = (body: Node, text: string): void => statement(body.start + 1, text, 'start')
    if (privates) instrumentPrivates(node as ClassLike, privates, names, outside, atStartOf)
    if (parts && parts.statics.length > 0)
      atStartOf((node as ClassLike).body, staticsBlock(parts.statics, names))
    if (parts && usesItself(node as ClassLike))
      statement(
        (node as ClassLike).body.start + 1,
        ` static { ${names.registerClass}(this, ${args}) } `,
        'start',
        node,
      )
    if (node.type === 'FunctionDeclaration') {
      // Without a name, which only `export default` allows, it is hoisted as well.
      const name = node.id?.name ?? `${names.prefix}_d`
      if (!node.id) statement(parenthesisOf(node, code), ` ${name}`, 'start', node)
      const text = `${node.id ? names.register : names.registerDefault}(${name}, ${args})`
      if (scope.kind === 'switch') add(switches, scope.node as SwitchStatement, text)
      else add(starts, scope, `${text};`)
    } else if (node.type === 'ClassDeclaration' && node.id) {
      statement(node.end, `;${names.registerClass}(${node.id.name}, ${args});`, 'end', node)
    } else if (isObjectMethod(closure) && parentNode.type === 'Property') {
      const { key, computed, kind } = parentNode
      const plain = key.type === 'Identifier' ? key.name : String((key as { value?: unknown }).value)
      const named = computed ? noteKey(key, literal!, scope, node) : JSON.stringify(plain)
      add(entriesOf, literal!, `[${named}, "${kind === 'init' ? 'value' : kind}", ${args}]`)
    } else {
      const register = parts ? names.registerClass : names.register
      const name = inferredName(closure)
      if (name?.computed) {
        const { key } = parentNode as Extract<AnyNode, { type: 'Property' | 'PropertyDefinition' }>
        // A field's key is evaluated with the class, its value with each instance.
        const whole = literal ? { node: literal, scope } : outer!
        const noted = noteKey(key, whole.node, whole.scope, null)
        around(node, `${register}({ [${noted}]: `, ` }[${noted}], ${args})`, { owner: node })
      } else if (name) {
        // Without brackets it would be the prototype.
        const key = name.key === '"__proto__"' ? `[${name.key}]` : name.key
        around(node, `${register}({ ${key}: `, ` }[${name.key}], ${args})`, { owner: node })
      } else {
        // `new class {}` would take the registration for the class.
        const [open, close] = parentNode.type === 'NewExpression' ? ['(', ')'] : ['', '']
        around(node, `${open}${register}(`, `, ${args})${close}`, { owner: node })
      }
    }
  }
  for (const [{ node }, handedOut] of plan.handedOut) {
    const { body } = node as ClassLike
    const block = handOutBlock(node as ClassLike, handedOut, names)
    if (block) statement(body.start + 1, block, 'start')
    if (handedOut.named) statement(node.start + 'class'.length, ` ${handedOut.named.id}`, 'start')
  }
  for (const [literal, entries] of entriesOf) {
    around(literal, `${names.registerMethods}(`, `, [${entries.join(', ')}])`)
  }
  for (const [place, list] of variables) {
    if ('bindings' in place) add(starts, place, `let ${list.join(', ')};`)
    else around(place, `(((${list.join(', ')}) => (`, '))())', { owner: place, extra: 0.5 })
  }
  for (const [{ cases }, texts] of switches) {
    // The first test runs before all cases, in their scope.
    const test = cases.find((each) => each.test)?.test
    if (test) around(test, `(${texts.join(', ')}, `, ')', { extra: 0.5 })
    else statement(cases[0]!.consequent[0]!.start, `${texts.join('; ')}; `, 'start')
  }
  for (const [scope, texts] of starts) {
    const { at, wrap, expression, behindDirective } = startOf(scope)!
    const text = texts.join(' ')
    // A directive may stand without a semicolon.
    if (!wrap) statement(at, `; ${text} `.slice(behindDirective ? 0 : 1), 'start')
    else if (expression) around(wrap, `{ ${text} return (`, ') }', { extra: 0.5 })
    else around(wrap, `{ ${text} `, ' }', { extra: 0.5 })
  }
  return insertions
}

/** The statement that makes the token of a scope instance; its reader runs when a closure is captured. */
export function tokenOf({ number, scope, parent, names }: SharedScope, own: Names): string {
  const variable = `${own.prefix}_t${number}`
  const made = `${own.token}(${tableOf(own)}, ${number}, ${parent ? tokenIn(parent, own) : '0'}, () => [${names.join(', ')}])`
  if (scope.kind !== 'module') return `const ${variable} = ${made};`
  const make = `${own.prefix}_w${number}`
  return `var ${variable} = ${make}(); function ${make}() { return ${variable} ??= ${made} }`
}

/** The token that is made so: of the module's own scope, a function may want it before the module runs. */
function tokenIn({ number, scope }: SharedScope, { prefix }: Names): string {
  return `${prefix}_t${number}${scope.kind === 'module' ? ` ?? ${prefix}_w${number}()` : ''}`
}
