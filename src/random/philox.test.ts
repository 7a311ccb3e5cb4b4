import { describe, expect, it } from 'vitest'
import { block } from './philox.ts'

/** The known answers of the Random123 distribution for philox4x32-10: counter, key, output. */
const answers = [
  ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
  ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
] as const

const words = (text: string): number[] => text.split(' ').map((word) => Number.parseInt(word, 16))

/** The block function once more, with integers of any size. */
function slowBlock(counter: readonly number[], key: readonly number[]): number[] {
  const mask = 0xffffffffn
  let [a, b, c, d] = counter.map(BigInt) as [bigint, bigint, bigint, bigint]
  let [k, l] = key.map(BigInt) as [bigint, bigint]
  for (let round = 0; round < 10; round++) {
    const left = a * 0xd2511f53n
    const right = c * 0xcd9e8d57n
    ;[a, b, c, d] = [(right >> 32n) ^ b ^ k, right & mask, (left >> 32n) ^ d ^ l, left & mask]
    k = (k + 0x9e3779b9n) & mask
    l = (l + 0xbb67ae85n) & mask
  }
  return [a, b, c, d].map(Number)
}

function fastBlock(counter: readonly number[], key: readonly number[]): number[] {
  const block32 = new Int32Array([...key, ...counter, 0, 0, 0, 0])
  block(block32)
  return Array.from(block32.subarray(6), (word) => word >>> 0)
}

describe('a block of Philox4x32-10', () => {
  it.each(answers)('has the published answer for the counter %s', (counter, key, output) => {
    expect(fastBlock(words(counter), words(key))).toEqual(words(output))
    expect(slowBlock(words(counter), words(key))).toEqual(words(output))
  })

  it('is what integers of any size give', () => {
    // Words with extreme halves, where a carry may get lost, and then whatever the blocks themselves give.
    const extreme = [0, 1, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffeffff, 0xffff0000, 0xffffffff]
    let key = [0, 0]
    for (const a of extreme) {
      for (const c of extreme) {
        const counter = [a, key[0]!, c, key[1]!]
        const output = fastBlock(counter, key)
        expect(output).toEqual(slowBlock(counter, key))
        key = output.slice(0, 2)
      }
    }
  })

  it('leaves key and counter as they are', () => {
    const block32 = new Int32Array([1, 2, 3, 4, 5, 6, 0, 0, 0, 0])
    block(block32)
    expect([...block32.subarray(0, 6)]).toEqual([1, 2, 3, 4, 5, 6])
  })
})
