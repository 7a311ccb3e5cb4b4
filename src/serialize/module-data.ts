// Structured-cloneable data as JavaScript: nested literals, and a constant for whatever is shared, cyclic or deep.
import { BrineError } from '../errors/brine-error.ts'
import { arrayIndex, arrayKeys, cloneFamily, errorParts, unbox } from './cloneable.ts'
import type { CloneFamily } from './cloneable.ts'
import { bufferText, viewText } from './module-buffer.ts'
import { accessText, keyText, listText, primitiveText, stringText } from './module-syntax.ts'

/** Levels of a literal: what stands deeper becomes a constant of its own. */
const DEPTH = 24

/** An object, and what it directly holds. */
interface Part {
  readonly family: CloneFamily
  readonly keys: readonly string[] | undefined
  readonly children: readonly unknown[]
  references: number
  /** Levels below the constant that it stands in. */
  depth: number
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Families whose contents no path of properties reaches, so that what is in them needs a name. */
const holdsNamed = ({ family }: Part): boolean => family === 'map' || family === 'set' || family === 'error'

function partOf(value: object): Part {
  const family = cloneFamily(value)
  if (typeof family === 'object') throw new BrineError('VALUE_NO_BYTES', { what: family.refused })
  const part = (children: readonly unknown[], keys?: readonly string[]): Part => ({
    family,
    keys,
    children,
    references: 0,
    depth: 0,
  })
  const record = value as Readonly<Record<string, unknown>>
  if (family === 'object') {
    const keys = Object.keys(record)
    return part(
      keys.map((key) => record[key]),
      keys,
    )
  }
  if (family === 'array') {
    const { keys, dense } = arrayKeys(value as unknown[])
    return dense
      ? part(value as unknown[])
      : part(
          keys.map((key) => record[key]),
          keys,
        )
  }
  if (family === 'map') return part(Array.from(Map.prototype.entries.call(value)).flat())
  if (family === 'set') return part(Array.from(Set.prototype.values.call(value)))
  if (family === 'view') return part([(value as ArrayBufferView).buffer])
  const cause = family === 'error' ? errorParts(value).cause : undefined
  return part(cause ? [cause.value] : [])
}

export class ModuleData {
  readonly #lines: string[]
  readonly #newName: () => string
  readonly #parts = new Map<object, Part>()
  readonly #names = new Map<object, string>()
  readonly #written = new Set<object>()
  /** Statements that close cycles: they follow when all constants are there. */
  readonly #later: string[] = []

  constructor(lines: string[], newName: () => string) {
    this.#lines = lines
    this.#newName = newName
  }

  /** Writes constants with the given names, and all that they share. */
  write(roots: readonly (readonly [value: unknown, name: string])[]): void {
    for (const [value, name] of roots) if (isObject(value)) this.#names.set(value, name)
    const order = this.#scan(roots.map(([value]) => value))
    for (const value of order) {
      const part = this.#parts.get(value)!
      const sparse = part.family === 'array' && part.keys !== undefined
      if (part.references > 1 || part.depth === 0 || sparse || this.#isLarge(part)) this.#nameOf(value)
    }
    for (const value of order) if (this.#names.has(value)) this.#constant(value, this.#names.get(value)!)
    for (const [value, name] of roots) {
      if (!isObject(value)) this.#lines.push(`const ${name} = ${primitiveText(value)}`)
    }
    this.#lines.push(...this.#later)
  }

  #isLarge(part: Part): boolean {
    return holdsNamed(part) && part.children.some(isObject)
  }

  #nameOf(value: object): string {
    const known = this.#names.get(value)
    if (known !== undefined) return known
    const name = this.#newName()
    this.#names.set(value, name)
    return name
  }

  /** Takes every object apart, and lists them so that parts come before the whole, where there is no cycle. */
  #scan(roots: readonly unknown[]): object[] {
    const order: object[] = []
    const stack: { value: object; part: Part; next: number }[] = []
    const enter = (value: unknown, depth: number): void => {
      if (!isObject(value)) return
      const known = this.#parts.get(value)
      if (known) {
        known.references++
        return
      }
      const part = partOf(value)
      part.references = 1
      part.depth = this.#names.has(value) || depth >= DEPTH ? 0 : depth
      this.#parts.set(value, part)
      stack.push({ value, part, next: 0 })
    }
    for (const root of roots) {
      enter(root, 0)
      for (let top = stack.at(-1); top; top = stack.at(-1)) {
        const { part } = top
        if (top.next < part.children.length)
          enter(part.children[top.next++], holdsNamed(part) ? 0 : part.depth + 1)
        else {
          order.push(top.value)
          stack.pop()
        }
      }
    }
    return order
  }

  /** One constant, and the statements that fill it. */
  #constant(value: object, name: string): void {
    const part = this.#parts.get(value)!
    const lines: string[] = []
    const text = this.#body(value, part, name, lines)
    this.#lines.push(`const ${name} = ${text}`, ...lines)
    this.#written.add(value)
  }

  /** An expression for a value that stands at `path`. */
  #text(value: unknown, path: string): string {
    if (!isObject(value)) return primitiveText(value)
    const name = this.#names.get(value)
    if (name === undefined) return this.#body(value, this.#parts.get(value)!, path, this.#later)
    if (this.#written.has(value)) return name
    // The property is made here, for the order of keys, and gets its value when there is one.
    this.#later.push(`${path} = ${name}`)
    return 'undefined'
  }

  /** @param lines Takes statements that must follow. */
  #body(value: object, part: Part, path: string, lines: string[]): string {
    const { keys, children } = part
    switch (part.family) {
      case 'object':
        return listText(
          '{',
          children.map(
            (child, at) => `${keyText(keys![at]!)}: ${this.#text(child, accessText(path, keys![at]!))}`,
          ),
          '}',
        )
      case 'array':
        if (keys) return this.#sparse(value as unknown[], part, path, lines)
        return listText(
          '[',
          children.map((child, at) => this.#text(child, `${path}[${at}]`)),
          ']',
        )
      case 'map':
      case 'set':
        return this.#collection(part, path)
      case 'date':
        return `new Date(${primitiveText(Date.prototype.getTime.call(value))})`
      case 'regexp': {
        const { source, flags } = value as RegExp
        return `new RegExp(${stringText(source)}, ${stringText(flags)})`
      }
      case 'error':
        return this.#error(value, path, lines)
      case 'buffer':
        return bufferText(value as ArrayBuffer)
      case 'view':
        return viewText(value as ArrayBufferView, this.#names.get((value as ArrayBufferView).buffer))
      case 'boxed':
        break
    }
    return `Object(${primitiveText(unbox(value))})`
  }

  #sparse(value: readonly unknown[], { keys, children }: Part, path: string, lines: string[]): string {
    if (value.length > 0) lines.push(`${path}.length = ${value.length}`)
    for (const [at, key] of keys!.entries()) {
      const place = arrayIndex(key) === undefined ? accessText(path, key) : `${path}[${key}]`
      const text = this.#text(children[at], place)
      lines.push(key === '__proto__' ? defineText(path, key, text) : `${place} = ${text}`)
    }
    return '[]'
  }

  #collection({ family, children }: Part, path: string): string {
    const Class = family === 'map' ? 'Map' : 'Set'
    if (children.length === 0) return `new ${Class}()`
    const ready = children.every((child) => !isObject(child) || this.#written.has(child))
    const text = (child: unknown): string =>
      isObject(child) ? this.#names.get(child)! : primitiveText(child)
    const entries: string[] = []
    for (let at = 0; at < children.length; at += family === 'map' ? 2 : 1) {
      if (family === 'set') entries.push(ready ? text(children[at]) : `${path}.add(${text(children[at])})`)
      else {
        const pair = `${text(children[at])}, ${text(children[at + 1])}`
        entries.push(ready ? `[${pair}]` : `${path}.set(${pair})`)
      }
    }
    if (ready) return `new ${Class}(${listText('[', entries, ']')})`
    this.#later.push(...entries)
    return `new ${Class}()`
  }

  #error(value: object, path: string, lines: string[]): string {
    const { name, message, stack, cause } = errorParts(value)
    if (stack !== undefined) lines.push(hiddenText(path, 'stack', stringText(stack)))
    if (cause) {
      const text = isObject(cause.value) ? this.#names.get(cause.value)! : primitiveText(cause.value)
      this.#later.push(hiddenText(path, 'cause', text))
    }
    return `new ${name}(${message === undefined ? '' : stringText(message)})`
  }
}

const defineText = (target: string, key: string, value: string): string =>
  `Object.defineProperty(${target}, ${stringText(key)}, { value: ${value}, writable: true, enumerable: true, configurable: true })`

/** Defines a property that is not enumerable. */
const hiddenText = (target: string, key: string, value: string): string =>
  `Object.defineProperty(${target}, ${stringText(key)}, { value: ${value}, writable: true, configurable: true })`
