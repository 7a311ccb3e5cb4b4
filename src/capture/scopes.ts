// Joins captured functions into code units: functions that share an assigned variable must share its scope.
import { contentHash } from '../payload/content-hash.ts'
import type { CodeUnit } from '../payload/types.ts'
import type { Piece } from './types.ts'

/** One scope instance to be rebuilt: its code, the values of its variables, and the pieces it makes, in order. */
export interface Scope {
  readonly unit: CodeUnit
  readonly values: readonly unknown[]
  readonly pieces: readonly Piece[]
}

const UNITS = 2_000
const units = new Map<string, CodeUnit>()

/**
 * Writes the text of a unit: a function body that declares the variables and returns the makers with a reader and a
 * writer of the variables. Sharing within the unit is the language's own, so that it costs nothing at run time.
 */
function unitOf(makers: readonly string[], names: readonly string[]): CodeUnit {
  const key = `${names.join()}\n${makers.join('\n')}`
  const known = units.get(key)
  if (known) return known
  let input = '$values'
  while (names.includes(input)) input += '_'
  const text =
    (names.length > 0 ? `var ${names.join(', ')}\n` : '') +
    `return {\nmake: [\n${makers.join(',\n')}\n],\n` +
    `read() { return [${names.join(', ')}] },\n` +
    `write(${input}) { ${names.map((name, i) => `${name} = ${input}[${i}]`).join('; ')} },\n}`
  const unit: CodeUnit = { hash: contentHash(text), text, names }
  if (units.size >= UNITS) units.delete(units.keys().next().value!)
  units.set(key, unit)
  return unit
}

/** Environments are the same scope instance if they read from the same object or the same scope function. */
const identity = ({ environment }: Piece): object => environment.using ?? environment.scope ?? environment

/** Groups the pieces of one payload: those of one environment that share a variable which one of them assigns. */
export function joinScopes(pieces: readonly Piece[]): readonly Scope[] {
  const group = pieces.map((_, index) => index)
  const root = (index: number): number => {
    let at = index
    while (group[at] !== at) at = group[at] = group[group[at]!]!
    return at
  }
  const shared = new Map<object, Set<string>>()
  for (const piece of pieces) {
    const names = shared.get(identity(piece)) ?? new Set()
    for (const name of piece.assigned) if (piece.variables.has(name)) names.add(name)
    shared.set(identity(piece), names)
  }
  const firstUser = new Map<object, Map<string, number>>()
  pieces.forEach((piece, index) => {
    const users = firstUser.get(identity(piece)) ?? new Map<string, number>()
    firstUser.set(identity(piece), users)
    for (const name of piece.variables.keys()) {
      if (!shared.get(identity(piece))!.has(name)) continue
      const first = users.get(name)
      if (first === undefined) users.set(name, index)
      else group[root(index)] = root(first)
    }
  })
  const members = new Map<number, Piece[]>()
  pieces.forEach((piece, index) => {
    const at = root(index)
    const list = members.get(at)
    if (list) list.push(piece)
    else members.set(at, [piece])
  })
  return [...members.values()].map((joined) => {
    const variables = new Map(joined.flatMap((piece) => [...piece.variables]))
    return {
      unit: unitOf(
        joined.map((piece) => piece.maker),
        [...variables.keys()],
      ),
      values: [...variables.values()],
      pieces: joined,
    }
  })
}
