// A payload as the text of one ES module that needs no library: the steps of `rehydrate`, written out.
import { BrineError } from '../errors/brine-error.ts'
import { DEFAULT_LIMITS } from '../payload/limits.ts'
import { reachedBy, slotsOf } from '../payload/references.ts'
import type { HeapNode, NodeKind, NodeOf, PayloadData, Ref, Slot } from '../payload/types.ts'
import { ModuleData } from './module-data.ts'
import { ModuleCode } from './module-code.ts'
import { ModuleNames, STATE } from './module-names.ts'
import { ownLines } from './module-own.ts'
import { accessText, keyText, listText, stringText } from './module-syntax.ts'

type Allocate = { readonly [Kind in NodeKind]: (node: NodeOf<Kind>, name: string, index: number) => string }
type Inflate = { readonly [Kind in NodeKind]?: (node: NodeOf<Kind>, name: string) => void }

/** Kinds that are code: what they reach is there by the time they are called. */
const CODE: ReadonlySet<NodeKind> = new Set(['closure', 'scope', 'bound', 'prototype', 'member'])

const refuse = (what: string): never => {
  throw new BrineError('VALUE_NO_BYTES', { what })
}

const isRef = (slot: Slot): slot is Ref => typeof slot === 'object' && slot !== null

class ModuleText {
  readonly #data: PayloadData
  readonly #at: ModuleNames
  readonly #code: ModuleCode
  readonly #lines: string[] = []
  /** Properties that an object's literal has, from the first. */
  readonly #said = new Map<number, number>()
  #depth = 0

  constructor(data: PayloadData) {
    this.#data = data
    this.#at = new ModuleNames(data)
    this.#code = new ModuleCode(data, this.#at, this.#lines)
  }

  write(): string {
    const { heap, root } = this.#data
    this.#lines.push('// A value that brine wrote, with all that it needs.')
    this.#writeData()
    const each = (step: (index: number) => void): void => heap.forEach((_, index) => step(index))
    each((index) => heap[index]!.kind !== 'scope' && this.#allocate(index))
    each((index) => this.#at.states[index] !== STATE.untouched && this.#inflate(index))
    this.#lines.push(`export default ${this.#at.slot(root)}`)
    return `${this.#lines.join('\n')}\n`
  }

  /** Data depends on nothing else: it comes first. */
  #writeData(): void {
    const roots: [unknown, string][] = []
    this.#data.heap.forEach((node, index) => {
      if (node.kind === 'plain' || node.kind === 'native') roots.push([node.value, this.#at.names[index]!])
    })
    new ModuleData(this.#lines, () => this.#at.newName('d')).write(roots)
  }

  /** Allocates what a slot refers to, and gives its text. */
  #allocated = (slot: Slot): string => {
    if (isRef(slot)) this.#allocate(slot[0])
    return this.#at.slot(slot)
  }

  #allocate(index: number): void {
    if (this.#at.states[index]! >= STATE.allocated) return
    const limit = DEFAULT_LIMITS.nesting
    if (this.#at.states[index] === STATE.allocating || ++this.#depth > limit) {
      throw new BrineError('LIMIT_EXCEEDED', { what: 'levels of construction', limit, found: this.#depth })
    }
    this.#at.states[index] = STATE.allocating
    const node = this.#data.heap[index]!
    if ('privates' in node) refuse('private state')
    const name = this.#at.names[index]!
    const text = (this.#makers[node.kind] as (node: HeapNode, name: string, index: number) => string)(
      node,
      name,
      index,
    )
    if (text !== '') this.#lines.push(`const ${name} = ${text}`)
    this.#at.states[index] = STATE.allocated
    this.#depth--
  }

  #inflate(index: number): void {
    if (this.#at.states[index] === STATE.inflated) return
    this.#at.states[index] = STATE.inflated
    const node = this.#data.heap[index]!
    const name = this.#at.names[index]!
    ;(this.#fillers[node.kind] as ((node: HeapNode, name: string, index: number) => void) | undefined)?.(
      node,
      name,
      index,
    )
    if ('props' in node || 'proto' in node || 'deleted' in node || 'fixed' in node) {
      this.#lines.push(...ownLines(node, name, this.#at.slot, this.#said.get(index)))
    }
  }

  /** Writes all that the slots reach, as far as it does not wait for what is being made right now. */
  #complete(slots: readonly Slot[]): void {
    const { heap } = this.#data
    const reached = reachedBy(heap, slots)
    for (const index of reached) if (heap[index]!.kind !== 'scope') this.#allocateUntouched(index)
    for (const index of reached) {
      if (this.#at.states[index] !== STATE.allocated) continue
      const waits = slotsOf(heap[index]!).some(
        (slot) => isRef(slot) && this.#at.states[slot[0]] === STATE.allocating,
      )
      if (!waits) this.#inflate(index)
      else if (heap[index]!.kind === 'scope') this.#writeScope(heap[index], this.#at.names[index]!)
    }
  }

  #allocateUntouched(index: number): void {
    if (this.#at.states[index] === STATE.untouched) this.#allocate(index)
  }

  #writeScope = ({ env }: NodeOf<'scope'>, name: string): void => {
    if (env.length > 0) this.#lines.push(`${name}.write([${this.#at.slots(env)}])`)
  }

  #closure(node: NodeOf<'closure'>): string {
    const scope = this.#allocated(node.scope)
    const inputs = [
      ...('parent' in node ? [`parent: ${this.#allocated(node.parent)}`] : []),
      ...(node.keys ? [`keys: [${node.keys.map(this.#allocated).join(', ')}]`] : []),
    ]
    if (isRef(node.home)) inputs.push(`home: ${this.#code.home(this.#at.names[node.home[0]]!)}`)
    const self = 'self' in node ? this.#allocated(node.self) : undefined
    const newTarget = node.newTarget === undefined ? undefined : this.#allocated(node.newTarget)
    const args = node.args?.map(this.#allocated) ?? (inputs.length > 0 ? [listText('{', inputs, '}')] : [])
    if (node.eager) {
      this.#complete(node.eager)
      this.#writeScope(this.#data.heap[node.scope[0]] as NodeOf<'scope'>, scope)
    }
    const maker = `${scope}.make[${node.index}]`
    const made =
      newTarget !== undefined
        ? `Reflect.construct(${maker}, [${args.join(', ')}], ${newTarget})`
        : self !== undefined
          ? `${maker}.call(${[self, ...args].join(', ')})`
          : `${maker}(${args.join(', ')})`
    return this.#code.unwrapped(made, (this.#data.heap[node.scope[0]] as NodeOf<'scope'>).code)
  }

  /** A literal of the first properties, as far as their values exist. */
  #object({ props = [] }: NodeOf<'object'>, index: number): string {
    const parts: string[] = []
    for (const [key, value, attributes] of props) {
      if (attributes !== undefined || typeof key !== 'string' || !this.#at.exists(value)) break
      parts.push(`${keyText(key)}: ${this.#at.slot(value)}`)
    }
    this.#said.set(index, parts.length)
    return listText('{', parts, '}')
  }

  /** The state must be whole now. Code may lead back to the instance, which is there when it runs. */
  #refuseTypedCycle({ name, state }: NodeOf<'typed'>): void {
    const { heap } = this.#data
    const reached = reachedBy(heap, [state], ({ kind }) => !CODE.has(kind))
    if (!reached.some((at) => heap[at]!.kind === 'typed' && this.#at.states[at] === STATE.allocating)) return
    const reason = 'the state that `encode` gave holds the instance itself'
    throw new BrineError('VALUE_ENCODE', { action: 'write', subject: 'a value', where: 'it', name, reason })
  }

  #member(node: NodeOf<'member'>): string {
    const owner = this.#allocated(node.of)
    const holder = node.static ? owner : `${owner}.prototype`
    if (node.part === 'value') return this.#access(holder, node.key)
    return `Object.getOwnPropertyDescriptor(${holder}, ${this.#allocated(node.key)}).${node.part}`
  }

  #access(target: string, key: Slot): string {
    return typeof key === 'string' ? accessText(target, key) : `${target}[${this.#allocated(key)}]`
  }

  readonly #makers: Allocate = {
    plain: () => '',
    native: () => '',
    global: () => '',
    'registered-symbol': () => '',
    symbol: ({ description }) => `Symbol(${description === undefined ? '' : stringText(description)})`,
    object: (node, _, index) => this.#object(node, index),
    array: () => '[]',
    arguments: () => '(function () { return arguments })()',
    map: () => 'new Map()',
    set: () => 'new Set()',
    'boxed-symbol': ({ symbol }) => `Object(${this.#allocated(symbol)})`,
    error: () => 'new Error()',
    scope: ({ code }) => `${this.#code.unit(code)}()`,
    closure: (node) => this.#closure(node),
    bound: ({ target, self, args }) =>
      `${this.#allocated(target)}.bind(${[self, ...args].map(this.#allocated).join(', ')})`,
    prototype: ({ of }) => `${this.#allocated(of)}.prototype`,
    member: (node) => this.#member(node),
    typed: (node) => {
      const { name, type, state } = node
      if (!type) throw new BrineError('TYPE_UNKNOWN', { name })
      this.#complete(slotsOf(node))
      this.#refuseTypedCycle(node)
      return `${this.#at.slot(type.decode)}(${this.#at.slot(state)})`
    },
    remote: () => refuse('a remote function'),
    // Of a handle a module needs what functions read of it.
    shared: ({ id }) => (id === undefined ? '{}' : refuse('a shared value of another thread')),
    imported: () => refuse('a function of a module'),
  }

  readonly #fillers: Inflate = {
    array: ({ items, length }, name) => {
      const list = items.map(this.#at.slot)
      if (list.length > 0) this.#lines.push(listText(`${name}.push(`, list, ')'))
      if (list.length < length) this.#lines.push(`${name}.length = ${length}`)
    },
    shared: ({ value }, name) => {
      this.#lines.push(`${name}.value = ${this.#at.slot(value)}`)
    },
    map: ({ entries }, name) => {
      for (const entry of entries) this.#lines.push(`${name}.set(${this.#at.slots(entry)})`)
    },
    set: ({ values }, name) => {
      for (const value of values) this.#lines.push(`${name}.add(${this.#at.slot(value)})`)
    },
    error: ({ stack }, name) => {
      const text = stack === undefined ? undefined : stringText(stack)
      this.#lines.push(
        text === undefined
          ? `delete ${name}.stack`
          : `Object.defineProperty(${name}, "stack", { value: ${text}, writable: true, enumerable: false, configurable: true })`,
      )
    },
    scope: this.#writeScope,
  }
}

/**
 * Writes a payload as one ES module whose default export is the value. The module needs no library: import it from a
 * file, a `blob:` or a `data:` URL. In a `script` element, code that itself contains `</script` would end the element.
 *
 * @throws {BrineError} `VALUE_NO_BYTES` when a part has no form as text (blobs, ports, what stays behind); `TYPE_UNKNOWN`
 *   when the codec of a registered type does not travel with it; `LIMIT_EXCEEDED` when more than 500 things are made of
 *   each other in a row.
 */
export function moduleText(data: PayloadData): string {
  return new ModuleText(data).write()
}
