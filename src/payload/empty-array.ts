// Arrays of a length that somebody else has told.

const LONGEST = 4_294_967_295

/**
 * Makes an array of holes. Engines reserve room for a length up to some millions, so that a few forged lengths would
 * exhaust the memory; they reserve none for an array that was longer before.
 *
 * @param elements How many elements will follow: an array that they fill is reserved as usual.
 */
export function emptyArray(length: number, elements: number): unknown[] {
  const array: unknown[] = []
  if (length > 2 * elements + 1024) array.length = LONGEST
  array.length = length
  return array
}
