// The block function of Philox4x32-10: 128 bits of counter and 64 bits of key to 128 random bits.

/**
 * Computes a block in place. Each of ten rounds multiplies two words of the counter by constants, 32 by 32 bits to 64, and
 * mixes the halves of the products with the others and with the key, which a Weyl sequence changes from round to round.
 *
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011, section 3.3.
 *
 * @param words 32-bit words: 0 and 1 the key, 2 to 5 the counter, least significant first, 6 to 9 the output.
 */
export function block(words: Int32Array): void {
  let key0 = words[0]!
  let key1 = words[1]!
  let a = words[2]!
  let b = words[3]!
  let c = words[4]!
  let d = words[5]!
  for (let round = 0; round < 10; round++) {
    // The upper halves of a * 0xd2511f53 and c * 0xcd9e8d57, from products of 16-bit halves.
    const aLow = a & 0xffff
    const aHigh = a >>> 16
    const aMiddle = Math.imul(aHigh, 0x1f53) + (Math.imul(aLow, 0x1f53) >>> 16)
    const aCross = Math.imul(aLow, 0xd251) + (aMiddle & 0xffff)
    const aUpper = Math.imul(aHigh, 0xd251) + (aMiddle >>> 16) + (aCross >>> 16)
    const cLow = c & 0xffff
    const cHigh = c >>> 16
    const cMiddle = Math.imul(cHigh, 0x8d57) + (Math.imul(cLow, 0x8d57) >>> 16)
    const cCross = Math.imul(cLow, 0xcd9e) + (cMiddle & 0xffff)
    const cUpper = Math.imul(cHigh, 0xcd9e) + (cMiddle >>> 16) + (cCross >>> 16)
    const aLower = Math.imul(a, 0xd2511f53)
    const cLower = Math.imul(c, 0xcd9e8d57)
    a = cUpper ^ b ^ key0
    b = cLower
    c = aUpper ^ d ^ key1
    d = aLower
    key0 = (key0 + 0x9e3779b9) | 0
    key1 = (key1 + 0xbb67ae85) | 0
  }
  words[6] = a
  words[7] = b
  words[8] = c
  words[9] = d
}
