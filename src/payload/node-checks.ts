// What each kind of node must look like. A kind or field that is added to the format without a check does not compile.
import { describe, shape } from './record-reader.ts'
import type { Check, RecordReader, Shape } from './record-reader.ts'
import { ACCESSOR, WRITABLE } from './types.ts'
import type { HeapNode, NodeKind, NodeOf } from './types.ts'

/** One check for each field of a node; a field that may be left out ends in `?`. */
type ChecksOf<Node> = {
  readonly [
    Field in Exclude<keyof Node, 'kind'> as Node extends Record<Field, Node[Field]>
      ? Field
      : `${Field & string}?`
  ]-?: Check
}
type NodeChecks = { readonly [Kind in NodeKind]: ChecksOf<NodeOf<Kind>> }

const among =
  (...kinds: readonly NodeKind[]) =>
  (kind: NodeKind): boolean =>
    kinds.includes(kind)
const isSymbol = among('symbol', 'registered-symbol', 'global')
const isFunction = among('closure', 'bound', 'member', 'global', 'remote', 'typed', 'imported')
const isOwner = among('closure', 'global', 'imported')
const isScope = among('scope')
const isObject = (kind: NodeKind): boolean =>
  kind !== 'scope' && kind !== 'symbol' && kind !== 'registered-symbol'

export const string: Check = (value, reader) =>
  typeof value === 'string' ? value : reader.fail('a string', describe(value))
const boolean: Check = (value, reader) =>
  typeof value === 'boolean' ? value : reader.fail('a boolean', describe(value))

const oneOf =
  (...allowed: readonly unknown[]): Check =>
  (value, reader) =>
    allowed.includes(value) ? value : reader.fail(allowed.map(describe).join(' or '), describe(value))

/** An integer from 0 to `highest`. */
export const integer =
  (highest: number): Check =>
  (value, reader) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= highest
      ? value
      : reader.fail(`an integer from 0 to ${highest}`, describe(value))

/** Values that travel as they are. What is in them is data, whatever it is. */
const opaque: Check = (value, reader) =>
  typeof value === 'function' || typeof value === 'symbol' ? reader.fail('data', describe(value)) : value
const anObject: Check = (value, reader) =>
  typeof value === 'object' && value !== null ? value : reader.fail('an object', describe(value))

/** The index that a reference holds. */
function indexOf(value: object, reader: RecordReader): number {
  const elements = reader.length(value)
  if (elements !== 1) return reader.fail('a reference', `an array of ${elements}`)
  const index = reader.value(value, 0)
  if (typeof index === 'number' && reader.kinds[index] !== undefined) return index
  return reader.fail(`a reference to one of ${reader.kinds.length} nodes`, `[${describe(index)}]`)
}

const reference =
  (expected: string, allows: (kind: NodeKind) => boolean): Check =>
  (value, reader) => {
    if (!Array.isArray(value)) return reader.fail(expected, describe(value))
    const index = indexOf(value, reader)
    const kind = reader.kinds[index]!
    return allows(kind) ? [index] : reader.fail(expected, `a node of kind '${kind}'`)
  }
const nullOr =
  (check: Check): Check =>
  (value, reader) =>
    value === null ? value : check(value, reader)
const list =
  (check: Check): Check =>
  (value, reader) =>
    reader.array(value, check)

export const slot: Check = (value, reader) => {
  if (value === null) return value
  if (typeof value !== 'object') {
    const primitive = typeof value !== 'function' && typeof value !== 'symbol'
    return primitive ? value : reader.fail('a primitive or a reference', describe(value))
  }
  if (!Array.isArray(value)) return reader.fail('a primitive or a reference', describe(value))
  const index = indexOf(value, reader)
  // A scope is nobody's value.
  if (isScope(reader.kinds[index]!)) return reader.fail('a reference to a value', `a node of kind 'scope'`)
  return [index]
}

const object = reference('a reference to an object', isObject)
const objectOrNull = nullOr(reference('null or a reference to an object', isObject))
const symbol = reference('a reference to a symbol', isSymbol)
const symbolKey = reference('a string or a reference to a symbol', isSymbol)
const key: Check = (value, reader) => (typeof value === 'string' ? value : symbolKey(value, reader))
const fn = reference('a reference to a function', isFunction)
const accessor: Check = (value, reader) => (value === undefined ? value : fn(value, reader))
const owner = reference('a reference to a closure or global', isOwner)
const slots = list(slot)
const bits = integer(15)

const property: Check = (value, reader) => {
  const length = reader.length(value)
  if (length < 2 || length > 4) return reader.fail('a property', `an array of ${length}`)
  const source = value as object
  const depth = reader.path.length
  reader.path[depth] = 0
  const copy: unknown[] = [key(reader.value(source, 0), reader)]
  let isAccessor = false
  if (length > 2) {
    reader.path[depth] = 2
    const attributes = bits(reader.value(source, 2), reader) as number
    isAccessor = (attributes & ACCESSOR) !== 0
    if (isAccessor !== (length === 4) || (isAccessor && (attributes & WRITABLE) !== 0)) {
      return reader.fail(`those of ${length === 4 ? 'an accessor' : 'a data property'}`, String(attributes))
    }
    copy[2] = attributes
  }
  reader.path[depth] = 1
  copy[1] = (isAccessor ? accessor : slot)(reader.value(source, 1), reader)
  if (isAccessor) {
    reader.path[depth] = 3
    copy[3] = accessor(reader.value(source, 3), reader)
  }
  reader.path.length = depth
  return copy
}

const entry: Check = (value, reader) => {
  const length = reader.length(value)
  return length === 2 ? reader.array(value, slot) : reader.fail('a key and a value', `an array of ${length}`)
}

const aClass = reference('a reference to a class', among('closure'))
const privateState: Check = (value, reader) => {
  if (reader.length(value) === 0) return reader.fail('a class and values', 'an empty array')
  let check = aClass
  return reader.array(value, (element) => {
    const copy = check(element, reader)
    check = slot
    return copy
  })
}

const own = { 'proto?': objectOrNull, 'props?': list(property), 'deleted?': list(key), 'fixed?': oneOf(true) }
const instance = { ...own, 'privates?': list(privateState) }
const type = shape({ constructor: fn, encode: fn, decode: fn })

const unit: Check = (value, reader) =>
  typeof value === 'number' && reader.units[value] !== undefined
    ? value
    : reader.fail(`the index of one of ${reader.units.length} code units`, describe(value))

const checks: NodeChecks = {
  plain: { value: opaque },
  symbol: { 'description?': string },
  'registered-symbol': { key: string },
  global: { path: string },
  object: instance,
  array: { ...instance, length: integer(4_294_967_295), items: slots },
  arguments: own,
  map: { ...instance, entries: list(entry) },
  set: { ...instance, values: slots },
  native: { ...instance, value: anObject },
  'boxed-symbol': { ...instance, symbol },
  error: { ...instance, 'stack?': string },
  scope: {
    code: unit,
    'parent?': reference('a reference to a scope', isScope),
    env: slots,
  },
  closure: {
    ...own,
    scope: reference('a reference to a scope', isScope),
    index: integer(4_294_967_295),
    name: string,
    'id?': string,
    'self?': slot,
    'args?': slots,
    'newTarget?': slot,
    'parent?': objectOrNull,
    'keys?': list(key),
    'home?': object,
    'eager?': slots,
    'statics?': slots,
    'privateState?': list(string),
  },
  bound: { ...own, target: fn, self: slot, args: slots },
  prototype: { ...own, of: owner },
  member: { ...own, of: owner, static: boolean, key, part: oneOf('value', 'get', 'set') },
  typed: { name: string, state: slot, 'type?': (value, reader) => reader.record(value, type) },
  remote: { port: opaque },
  imported: { code: unit },
  shared: { 'id?': string, 'value?': slot },
}

const shapes = new Map<unknown, Shape>(
  Object.entries(checks).map(([kind, fields]) => [kind, shape({ kind: () => kind, ...fields })]),
)

/** Reads the kind of a node, which decides what references to it may be used for. */
export const nodeKind = (value: unknown, reader: RecordReader): NodeKind => {
  const record = reader.object(value)
  reader.path.push('kind')
  const kind = reader.value(record, 'kind')
  if (!shapes.has(kind)) return reader.fail('the kind of a node', describe(kind))
  reader.path.pop()
  return kind as NodeKind
}

/** What no single field tells. */
const together: { readonly [Kind in NodeKind]?: (node: NodeOf<Kind>, reader: RecordReader) => void } = {
  array({ length, items }, reader) {
    reader.path.push('items')
    if (items.length > length) reader.fail(`of at most ${length} elements`, `of ${items.length}`)
    // Elements that were sent have been paid for; a length alone costs the sender nothing.
    if (items.length < length) reader.limit('elements of an array', reader.limits.length, length)
    reader.path.pop()
  },
  shared(node, reader) {
    const named = Object.hasOwn(node, 'id')
    if (named === Object.hasOwn(node, 'value')) {
      reader.fail('a node with an id or a value', named ? 'one with both' : 'one with neither')
    }
  },
  scope({ code, env, parent }, reader) {
    const { names, child } = reader.units[code]!
    reader.path.push('env')
    if (env.length !== names.length)
      reader.fail(`of the ${names.length} variables of its code`, `of ${env.length}`)
    reader.path.pop()
    reader.path.push('parent')
    if (child !== undefined && !parent) reader.fail('there', 'nothing')
    if (child === undefined && parent) reader.fail('missing, as no scope makes its code', 'a reference')
    reader.path.pop()
  },
  imported({ code }, reader) {
    reader.path.push('code')
    if (!reader.units[code]!.module) reader.fail('a unit of a module', String(code))
    reader.path.pop()
  },
}

/** Copies a node whose kind was read before. */
export function readNode(value: unknown, kind: NodeKind, reader: RecordReader): HeapNode {
  const node = reader.record(value, shapes.get(kind)!) as unknown as HeapNode
  const check = together[kind] as ((node: HeapNode, reader: RecordReader) => void) | undefined
  check?.(node, reader)
  return node
}
