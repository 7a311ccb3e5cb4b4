// The fast path: a quick look at whether structured clone keeps a value, and all that it reaches, exactly.
//
// It answers yes only where that is certain. Anything else is for the walk, which also finds out why.

/** Levels that structured clone may have to recurse into: Chromium overflows at 3,625, and less is left deep in a page. */
export const PLAIN_DEPTH = 1_000

/** Above this length the keys of an array are not listed one by one: its elements alone are looked at. */
const LISTED_ELEMENTS = 1_024

/** Values looked at in vain, in all, before the fast path is given up for a payload: so that it costs a bounded time. */
const VAIN_LOOKS = 20_000

const isPlainProperty = (property: PropertyDescriptor): boolean =>
  property.writable === true && property.enumerable === true && property.configurable === true

/** Whether an object is a date, and does not merely inherit from one. */
function isDate(value: object): boolean {
  try {
    Date.prototype.getTime.call(value)
    return true
  } catch {
    return false
  }
}

/** Makes the check for one payload: what was found plain once is not looked at again. */
export function plainCheck(): (value: object) => boolean {
  const plain = new Set<object>()
  /** What the look at hand has taken for plain. */
  let taken: object[] = []
  let vain = 0

  const isPlainValue = (value: unknown, depth: number): boolean => {
    if (typeof value === 'object') return value === null || isPlainObject(value, depth + 1)
    return typeof value !== 'function' && typeof value !== 'symbol'
  }

  const hasPlainProperties = (value: object, depth: number): boolean => {
    for (const key of Reflect.ownKeys(value)) {
      if (typeof key === 'symbol') return false
      const property = Object.getOwnPropertyDescriptor(value, key)!
      if (!isPlainProperty(property) || !isPlainValue(property.value, depth)) return false
    }
    return true
  }

  const hasPlainElements = (array: readonly unknown[], depth: number): boolean => {
    if (array.length <= LISTED_ELEMENTS) {
      if (Reflect.ownKeys(array).length !== array.length + 1) return false
      for (let at = 0; at < array.length; at++) {
        const property = Object.getOwnPropertyDescriptor(array, at)
        if (!property || !isPlainProperty(property) || !isPlainValue(property.value, depth)) return false
      }
      return Object.getOwnPropertyDescriptor(array, 'length')!.writable === true
    }
    if (Object.getOwnPropertySymbols(array).length > 0) return false
    for (let at = 0; at < array.length; at++) {
      const element = array[at]
      // A hole: there may be billions of them, which the walk does not visit.
      if (element === undefined && !Object.hasOwn(array, at)) return false
      if (!isPlainValue(element, depth)) return false
    }
    return true
  }

  const isPlainObject = (value: object, depth: number): boolean => {
    if (plain.has(value)) return true
    if (depth > PLAIN_DEPTH || !Object.isExtensible(value)) return false
    // Taken for plain while its parts are looked at, so that a cycle ends; forgotten if they are not.
    plain.add(value)
    taken.push(value)
    const proto = Object.getPrototypeOf(value) as unknown
    if (proto === Object.prototype) return hasPlainProperties(value, depth)
    if (proto === Array.prototype && Array.isArray(value)) return hasPlainElements(value, depth)
    if (proto === Date.prototype) return isDate(value) && Reflect.ownKeys(value).length === 0
    return false
  }

  return (value) => {
    if (plain.has(value)) return true
    if (vain > VAIN_LOOKS) return false
    taken = []
    try {
      if (isPlainObject(value, 0)) return true
    } catch {
      // A proxy threw. The walk meets it again, and tells where it is.
    }
    vain += taken.length + 1
    for (const unproven of taken) plain.delete(unproven)
    return false
  }
}
