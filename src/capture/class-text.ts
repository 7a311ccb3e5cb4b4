// The text of a class as the receiver must evaluate it: what has run once on the page does not run again.
import { applyEdits } from '../syntax/edit.ts'
import type { Edit } from '../syntax/edit.ts'
import type {
  ClassSyntax,
  FreeVariable,
  FunctionSyntax,
  MemberSyntax,
  Range,
} from '../syntax/function-syntax.ts'
import type { AnyFunction, ImpliedProperties } from '../realm/registry.ts'

/** A class, ready to be evaluated elsewhere. */
export interface ClassText {
  readonly text: string
  /** The values of its computed method keys, in the order of the text. */
  readonly keys: readonly PropertyKey[]
  /** What of the original text is left out. */
  readonly dropped: readonly Range[]
  /** Free variables that the text still names. */
  readonly free: readonly FreeVariable[]
  /** Those that are read while the class is defined. */
  readonly eager: readonly string[]
  /** What evaluating the text gives to the class, and to its prototype. */
  readonly implied: ImpliedProperties
  readonly impliedPrototype: ImpliedProperties
}

/** Whether a range lies within one of several. */
export const isInside = (range: Range, ranges: readonly Range[]): boolean =>
  ranges.some((outer) => outer.start <= range.start && range.end <= outer.end)

const part = { method: 'value', getter: 'get', setter: 'set' } as const
type FunctionMember = MemberSyntax & { kind: keyof typeof part; functionText: Range }

const isFunctionMember = (member: MemberSyntax): member is FunctionMember =>
  member.kind in part && member.functionText !== null && member.privateName === null

/** Whether a static member has to run again: only there can private statics get their values. */
function runsAgain(member: MemberSyntax, syntax: ClassSyntax): boolean {
  if (member.kind === 'field') return member.privateName !== null
  return member.privateUses.some((name) => syntax.privateStatic.includes(name))
}

/** Finds which of the live own properties came from a member: by key, or by text where the key was computed. */
function keyOf(
  member: FunctionMember,
  text: string,
  owner: object,
  claimed: Set<string>,
): PropertyKey | undefined {
  const source = text.slice(member.functionText.start, member.functionText.end)
  const keys = member.key === null ? Reflect.ownKeys(owner) : [member.key]
  return keys.find((key) => {
    const fn = Object.getOwnPropertyDescriptor(owner, key)?.[part[member.kind]] as unknown
    const claim = `${member.kind} ${String(key)}`
    if (typeof fn !== 'function' || claimed.has(claim)) return false
    if (Function.prototype.toString.call(fn) !== source) return false
    claimed.add(claim)
    return true
  })
}

/** Adds a member's function to the properties that the code makes; the second of a getter and setter joins the first. */
function imply(
  map: Map<PropertyKey, PropertyDescriptor>,
  key: PropertyKey,
  member: FunctionMember,
  owner: object,
): void {
  const live = Object.getOwnPropertyDescriptor(owner, key)!
  if (member.kind === 'method') {
    map.set(key, { value: live.value as unknown, writable: true, enumerable: false, configurable: true })
    return
  }
  const known = map.get(key)
  const accessor =
    known && 'get' in known
      ? known
      : { get: undefined, set: undefined, enumerable: false, configurable: true }
  map.set(key, { ...accessor, [part[member.kind]]: live[part[member.kind]] } as PropertyDescriptor)
}

/**
 * Edits the text of a class: heritage and computed keys become inputs, static fields and blocks that have run are
 * dropped, as their results travel as properties.
 *
 * @param input The name of the variable that holds `{ parent, keys }` where the text is evaluated.
 */
export function classText(target: AnyFunction, syntax: FunctionSyntax, input: string): ClassText {
  const shape = syntax.class!
  const prototype = (target as unknown as { prototype: object }).prototype
  const own = new Map<PropertyKey, PropertyDescriptor>([
    ['length', { value: syntax.length, writable: false, enumerable: false, configurable: true }],
    ['name', { value: syntax.name ?? '', writable: false, enumerable: false, configurable: true }],
    ['prototype', { value: prototype, writable: false, enumerable: false, configurable: false }],
  ])
  const ofPrototype = new Map<PropertyKey, PropertyDescriptor>([
    ['constructor', { value: target, writable: true, enumerable: false, configurable: true }],
  ])
  const edits: Edit[] = []
  const keys: PropertyKey[] = []
  const evaluated: Range[] = []
  const claimed = { static: new Set<string>(), prototype: new Set<string>() }

  if (shape.heritage && !shape.extendsNull) edits.push({ ...shape.heritage, text: `(${input}.parent)` })
  for (const member of shape.members) {
    const staticState = member.static && (member.kind === 'field' || member.kind === 'static-block')
    if (staticState && !runsAgain(member, shape)) {
      // A semicolon, as the line before may rely on what stood here to end.
      edits.push({ start: member.start, end: member.end, text: ';' })
      continue
    }
    if (staticState) evaluated.push(member)
    else if (member.computed && member.kind === 'field') evaluated.push(member.keyRange!)
    if (!isFunctionMember(member)) continue
    const owner = member.static ? target : prototype
    const key = keyOf(member, syntax.text, owner, member.static ? claimed.static : claimed.prototype)
    if (member.computed) {
      edits.push({ ...member.keyRange!, text: `${input}.keys[${keys.length}]` })
      keys.push(key ?? Symbol('brine: a member that was removed'))
    }
    const map = member.static ? own : ofPrototype
    if (key !== undefined) imply(map, key, member, owner)
    else {
      // Replaced or deleted since: the code still makes it, so that the receiver must be told what became of it.
      const lost = member.computed ? keys[keys.length - 1]! : member.key!
      const other = map.get(lost)
      // The other half of an accessor may still be what the code makes.
      if (!other?.get && !other?.set) map.set(lost, {})
    }
  }

  const free = syntax.free
    .map((variable) => ({
      ...variable,
      references: variable.references.filter((at) => !isInside(at, edits)),
    }))
    .filter((variable) => variable.references.length > 0)
  return {
    text: applyEdits(syntax.text, edits),
    keys,
    dropped: edits,
    free,
    eager: free
      .filter(({ references }) => references.some((at) => isInside(at, evaluated)))
      .map(({ name }) => name),
    implied: own,
    impliedPrototype: ofPrototype,
  }
}
