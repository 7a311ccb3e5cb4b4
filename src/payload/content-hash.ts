// A content hash of code text: a key for caches, never a proof of origin.

/** Runs one 53-bit lane of cyrb53 (bryc, public domain) over UTF-16 code units. */
function lane(text: string, seed: number): string {
  let high = 0xdeadbeef ^ seed
  let low = 0x41c6ce57 ^ seed
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    high = Math.imul(high ^ unit, 2654435761)
    low = Math.imul(low ^ unit, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36)
}

/**
 * Hashes text to about 106 bits, synchronously (`crypto.subtle` is neither synchronous nor there on insecure pages).
 *
 * @example
 * ```ts
 * contentHash('a') === contentHash('a') // true
 * ```
 */
export function contentHash(text: string): string {
  return `${lane(text, 0)}.${lane(text, 0x9e3779b9)}`
}
