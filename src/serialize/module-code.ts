// Code units in the text of a module.
import { BrineError } from '../errors/brine-error.ts'
import type { CodeUnit, PayloadData } from '../payload/types.ts'
import type { ModuleNames } from './module-names.ts'
import { stringText } from './module-syntax.ts'

/** A maker without the directive made sloppy code; modules are strict. */
const isSloppy = ({ names }: CodeUnit, text: string): boolean =>
  names.includes('await') || /^function \([^)]*\) \{ return \(/m.test(text)

/** Evaluates code as a script, where it is sloppy; as it is written, if a template can hold it. */
function sloppyText(code: string): string {
  const isRaw = !/[`\r]|\$\{|<!--|<\/?script|\\$/i.test(code)
  return isRaw ? `(0, eval)(String.raw\`${code}\`)` : `(0, eval)(${stringText(code)})`
}

/** The helper that takes a method out of the literal which gives `super` its home. */
const METHOD = (name: string): string =>
  `const ${name} = (made) => {
  if (typeof made === "function") return made
  const [property] = Object.values(Object.getOwnPropertyDescriptors(made))
  return property.get ?? property.set ?? property.value
}`

/** The helper that stands for the prototype of a home object, which may change between two uses of `super`. */
const HOME = (name: string): string =>
  `const ${name} = (of) => {
  const prototype = () => Object.getPrototypeOf(of())
  return new Proxy({}, {
    get: (_, key, self) => Reflect.get(prototype(), key, self),
    set: (_, key, value, self) => Reflect.set(prototype(), key, value, self),
  })
}`

export class ModuleCode {
  readonly #data: PayloadData
  readonly #names: ModuleNames
  readonly #lines: string[]
  /** How many scopes a unit has. */
  readonly #uses = new Map<number, number>()
  /** Functions that make the scopes of units that have several. */
  readonly #units = new Map<number, string>()
  /** Units that may make a method in a literal. */
  readonly #literals: ReadonlySet<number>
  #method = ''
  #home = ''

  constructor(data: PayloadData, names: ModuleNames, lines: string[]) {
    this.#data = data
    this.#names = names
    this.#lines = lines
    for (const node of data.heap) {
      if (node.kind === 'scope') this.#uses.set(node.code, (this.#uses.get(node.code) ?? 0) + 1)
    }
    this.#literals = new Set(data.code.flatMap(({ text }, at) => (text?.includes('return ({') ? [at] : [])))
  }

  /** The code of a scope, as an expression for the function that makes one. */
  unit(code: number): string {
    const known = this.#units.get(code)
    if (known) return known
    const unit = this.#data.code[code]!
    const { text } = unit
    if (text === undefined) throw new BrineError('VALUE_NO_BYTES', { what: 'code without its text' })
    const made = isSloppy(unit, text)
      ? sloppyText(`(function () {\n${text}\n})`)
      : `(function () {\n${text}\n})`
    if (this.#uses.get(code) === 1) return made
    const name = this.#names.newName('u')
    this.#lines.push(`const ${name} = ${made}`)
    this.#units.set(code, name)
    return name
  }

  /** What a maker made: a function, or the one method of a literal. */
  unwrapped(made: string, code: number): string {
    if (!this.#literals.has(code)) return made
    if (this.#method === '') {
      this.#method = this.#names.newName('method')
      this.#lines.push(METHOD(this.#method))
    }
    return `${this.#method}(${made})`
  }

  /** What `super` looks into, for a method of an object that may not exist yet. */
  home(object: string): string {
    if (this.#home === '') {
      this.#home = this.#names.newName('home')
      this.#lines.push(HOME(this.#home))
    }
    return `${this.#home}(() => ${object})`
  }
}
