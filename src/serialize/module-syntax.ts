// JavaScript as text: literals, keys, and expressions for the globals that a payload names.
import { BrineError } from '../errors/brine-error.ts'

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u

/** A string literal that is also safe in a `script` element, and in engines that break lines at U+2028. */
export function stringText(value: string): string {
  return JSON.stringify(value)
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')
    .replace(/<(?=!--|\/?script)/gi, '\\u003c')
}

export function primitiveText(value: unknown): string {
  if (typeof value === 'string') return stringText(value)
  if (typeof value === 'bigint') return `${value}n`
  return Object.is(value, -0) ? '-0' : String(value)
}

/** A key in an object literal; the brackets keep `__proto__` from setting the prototype. */
export function keyText(key: string): string {
  if (key === '__proto__') return '["__proto__"]'
  return IDENTIFIER.test(key) ? key : stringText(key)
}

/** The property of an expression. */
export function accessText(target: string, key: string): string {
  return IDENTIFIER.test(key) ? `${target}.${key}` : `${target}[${stringText(key)}]`
}

/** Lines longer than that are broken. */
const WIDTH = 100

/** A list in brackets, on one line if it fits. Lists of short parts fill their lines. */
export function listText(open: string, parts: readonly string[], close: string): string {
  const inside = open === '{' && parts.length > 0 ? ' ' : ''
  const flat = `${open}${inside}${parts.join(', ')}${inside}${close}`
  if (flat.length <= WIDTH && !flat.includes('\n')) return flat
  const lines: string[] = []
  let line = ''
  for (const part of parts) {
    const fits = line !== '' && open !== '{' && line.length + part.length < WIDTH && !part.includes('\n')
    if (line !== '' && !fits) {
      lines.push(line)
      line = ''
    }
    line += `${line === '' ? '' : ' '}${part},`
  }
  if (line !== '') lines.push(line)
  return `${open}\n${lines.join('\n').replaceAll(/^/gm, '  ')}\n${close}`
}

const proto = (of: string): string => `Object.getPrototypeOf(${of})`

/** The intrinsics that no global names; the keys are those of `realm/globals.ts`. */
const INTRINSICS: Readonly<Record<string, string>> = {
  '%GeneratorFunction.prototype%': proto('function* () {}'),
  '%GeneratorFunction%': `${proto('function* () {}')}.constructor`,
  '%GeneratorPrototype%': `${proto('function* () {}')}.prototype`,
  '%AsyncGeneratorFunction.prototype%': proto('async function* () {}'),
  '%AsyncGeneratorFunction%': `${proto('async function* () {}')}.constructor`,
  '%AsyncGeneratorPrototype%': `${proto('async function* () {}')}.prototype`,
  '%AsyncFunction.prototype%': proto('async () => {}'),
  '%AsyncFunction%': `${proto('async () => {}')}.constructor`,
  '%TypedArray%': proto('Uint8Array'),
  '%IteratorPrototype%': proto(proto('[].values()')),
  '%AsyncIteratorPrototype%': proto(`${proto('async function* () {}')}.prototype`),
  '%ArrayIteratorPrototype%': proto('[].values()'),
  '%MapIteratorPrototype%': proto('new Map().entries()'),
  '%SetIteratorPrototype%': proto('new Set().values()'),
  '%StringIteratorPrototype%': proto('""[Symbol.iterator]()'),
  '%RegExpStringIteratorPrototype%': proto('"".matchAll(/a/g)'),
}

/**
 * An expression for a global, such as `Array.prototype[Symbol.iterator]`. See `realm/globals.ts` for the paths.
 *
 * @throws {BrineError} `VALUE_NO_BYTES` when only a realm with brine has it.
 */
export function globalText(path: string): string {
  if (path.startsWith('brine:'))
    throw new BrineError('VALUE_NO_BYTES', { what: `brine's own ${path.slice(6)}` })
  const [, root = '', rest = ''] = /^(%[^%]*%|[^.]+)(.*)$/.exec(path) ?? []
  let text = Object.hasOwn(INTRINSICS, root) ? INTRINSICS[root]! : root
  for (const part of rest.split('.').slice(1)) {
    const [, name = '', accessor] = /^(.*?)(?:<(get|set)>)?$/.exec(part) ?? []
    const symbol = name.startsWith('@@') ? accessText('Symbol', name.slice(2)) : undefined
    if (accessor) text = `Object.getOwnPropertyDescriptor(${text}, ${symbol ?? stringText(name)}).${accessor}`
    else text = symbol ? `${text}[${symbol}]` : accessText(text, name)
  }
  return text
}
