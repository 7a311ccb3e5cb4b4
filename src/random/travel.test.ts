// Streams and what works with them travel by their text, without a word about what they are made of.
import { describe, expect, it } from 'vitest'
import { deserialize, serialize } from '../api/serialize.ts'
import { fromBytes, toBytes } from '../serialize/bytes.ts'
import { merge, summarize } from './summary.ts'
import type { Summary } from './summary.ts'
import { stream } from './stream.ts'
import type { Stream } from './stream.ts'

const send = async <T>(value: T, using: Record<string, unknown> = {}): Promise<T> =>
  (await deserialize(fromBytes(toBytes(serialize(value, { using }))), { code: 'allow' })) as T

const ten = (random: Stream): number[] => Array.from({ length: 10 }, () => random.next())

describe('a stream that travels', () => {
  it.each([0, 1, 2, 3])('goes on where it stood, and leaves the original there: %d draws', async (drawn) => {
    const random = stream(5, 6)
    for (let n = 0; n < drawn; n++) random.next()
    const copy = await send(random)
    expect(copy.state).toEqual(random.state)
    expect(ten(copy)).toEqual(ten(random))
    expect(copy.normal()).toBe(random.normal())
    expect(copy.int(6)).toBe(random.int(6))
    expect(copy.jump(3).fill(new Float64Array(3))).toEqual(random.jump(3).fill(new Float64Array(3)))
  })

  it('travels on', async () => {
    const random = stream(5, 6)
    const back = await send(await send(random))
    expect(ten(back)).toEqual(ten(random))
  })

  it('is captured as it is', async () => {
    const random = stream(5, 6)
    random.next()
    const draw = (): number => random.next()
    const copy = await send(draw, { random })
    const expected = ten(random)
    expect(Array.from({ length: 10 }, copy)).toEqual(expected)
  })

  it('comes with its constructor', async () => {
    const copy = await send(stream)
    expect(ten(copy(8, 9))).toEqual(ten(stream(8, 9)))
    expect(ten(copy.restore(stream(8).jump(7).state))).toEqual(ten(stream(8).jump(7)))
    expect(() => copy(-1)).toThrow(RangeError)
  })
})

it('summarize and merge travel alone', async () => {
  // Variables of its own, as Vitest writes an expression in the place of each import.
  const [make, sum, join] = [stream, summarize, merge]
  const work = (seed: number): Summary => {
    const random = make(seed)
    return join(
      sum(100, () => random.normal()),
      sum([1, 2]),
    )
  }
  const copy = await send(work, { make, sum, join })
  expect(copy(3)).toEqual(work(3))
})
