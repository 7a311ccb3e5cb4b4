// The transfer lists that Comlink keeps to itself.
import { proxy, transfer, transferHandlers } from 'comlink'
import { describe, expect, it } from 'vitest'
import { transferOf, transfersOf } from './transfer.ts'

describe('transferOf', () => {
  it('tells what Comlink.transfer noted', () => {
    const { buffer } = new Uint8Array(4)
    const marked = transfer({ buffer }, [buffer])
    expect(transferOf(marked)).toEqual([buffer])
    expect(transferOf({ buffer })).toEqual([])
    expect(transfersOf([1, marked, 'x', transfer([], [buffer])])).toEqual([buffer, buffer])
  })

  it('is empty for what is no object, and for what Comlink sends in its own way', () => {
    for (const value of [1, 'x', null, undefined, 1n, Symbol.iterator]) expect(transferOf(value)).toEqual([])
    expect(transferOf(proxy({}))).toEqual([])
    let asked = 0
    transferHandlers.set('test', {
      canHandle: (value): value is Date => value instanceof Date,
      serialize: (value: Date) => {
        asked++
        return [Number(value), []]
      },
      deserialize: (value: number) => new Date(value),
    })
    expect(transferOf(transfer(new Date(), []))).toEqual([])
    expect(asked).toBe(0)
    transferHandlers.delete('test')
  })

  it('survives values that throw when they are looked at', () => {
    const { proxy: revoked, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(transferOf(revoked)).toEqual([])
  })
})
