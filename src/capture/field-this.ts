// The `this` of an arrow function that a class field made: the instance or the class that holds it.
import { analysisOf } from './analyses.ts'

const texts = new WeakMap<object, readonly string[]>()

/** The texts of the field initialisers of a class, static or not. */
function initialisers(target: object): readonly string[] {
  const known = texts.get(target)
  if (known) return known
  let found: readonly string[] = []
  try {
    const text = Function.prototype.toString.call(target)
    const syntax = /^class\b/.test(text) ? analysisOf(text).class : null
    found = (syntax?.members ?? [])
      .filter((member) => member.kind === 'field')
      .map((member) =>
        text
          .slice(member.keyRange!.end, member.end)
          .replace(/^\]?\s*=\s*/, '')
          .replace(/;\s*$/, '')
          .trim(),
      )
  } catch {
    // A class that does not parse is refused where it is captured.
  }
  texts.set(target, found)
  return found
}

/**
 * The object that an arrow function's `this` means, if the arrow stands in a property that a class field of its holder
 * initialised with that very text.
 */
export function fieldThis(text: string, holder: object | undefined): object | undefined {
  if (!holder) return undefined
  if (typeof holder === 'function') return initialisers(holder).includes(text) ? holder : undefined
  for (
    let proto = Object.getPrototypeOf(holder) as object | null;
    proto;
    proto = Object.getPrototypeOf(proto) as object | null
  ) {
    const target = Object.getOwnPropertyDescriptor(proto, 'constructor')?.value as unknown
    if (typeof target === 'function' && initialisers(target).includes(text)) return holder
  }
  return undefined
}
