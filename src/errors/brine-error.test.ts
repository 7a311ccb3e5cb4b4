// The error class and the guard: across copies of brine, and on values that mean harm.
import { describe, expect, expectTypeOf, it, vi } from 'vitest'
import { BrineError, WorkerCrashError, isBrineError } from './brine-error.ts'

const unknown = (): BrineError<'TYPE_UNKNOWN'> => new BrineError('TYPE_UNKNOWN', { name: 'Money' })

describe('BrineError', () => {
  it('is an Error with its code, and no path, frame or cause of its own accord', () => {
    const error = unknown()
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'BrineError', code: 'TYPE_UNKNOWN', path: '' })
    expect(error.message).not.toContain('\n')
    expect('cause' in error).toBe(false)
  })

  it('takes a path, a frame below the message, and a cause', () => {
    const cause = new Error('why')
    const options = { path: '.a[0]', frame: '> 1 | here', cause }
    const error = new BrineError('TYPE_UNKNOWN', { name: 'Money' }, options)
    expect(error).toMatchObject({ path: '.a[0]', cause })
    expect(error.message).toBe(`${unknown().message}\n\n> 1 | here\n`)
  })

  it('shows its brand to nobody who lists its keys', () => {
    expect(Object.getOwnPropertySymbols(unknown())).toEqual([Symbol.for('brine.error')])
    expect(Object.getOwnPropertyDescriptor(unknown(), Symbol.for('brine.error'))!.enumerable).toBe(false)
  })
})

describe('WorkerCrashError', () => {
  it('is a BrineError of its own name and code', () => {
    const error = new WorkerCrashError({ task: "'sum'", reason: 'it closed itself' }, { cause: 1 })
    expect(error).toBeInstanceOf(BrineError)
    expect(error).toMatchObject({ name: 'WorkerCrashError', code: 'WORKER_CRASHED', cause: 1 })
    expect(isBrineError(error, 'WORKER_CRASHED')).toBe(true)
  })
})

describe('isBrineError', () => {
  it('tells errors of brine from all others', () => {
    expect(isBrineError(unknown())).toBe(true)
    const look = Object.assign(new Error('m'), { name: 'BrineError', code: 'TYPE_UNKNOWN' })
    for (const other of [look, null, undefined, 'BrineError', 1n, () => {}, {}, Object.create(null)]) {
      expect(isBrineError(other)).toBe(false)
    }
  })

  it('narrows to a code', () => {
    const error: unknown = unknown()
    expect(isBrineError(error, 'TYPE_CONFLICT')).toBe(false)
    expect(isBrineError(error, 'TYPE_UNKNOWN')).toBe(true)
    if (isBrineError(error, 'TYPE_UNKNOWN')) expectTypeOf(error.code).toEqualTypeOf<'TYPE_UNKNOWN'>()
  })

  it('knows the errors of another copy of brine, whose class is another', async () => {
    vi.resetModules()
    const copy = await import('./brine-error.ts')
    const foreign = new copy.BrineError('TYPE_UNKNOWN', { name: 'Money' })
    expect(foreign).not.toBeInstanceOf(BrineError)
    expect(isBrineError(foreign, 'TYPE_UNKNOWN')).toBe(true)
    expect(copy.isBrineError(unknown(), 'TYPE_UNKNOWN')).toBe(true)
  })

  it('throws at nothing', () => {
    const boom = (): never => {
      throw new Error('boom')
    }
    const { proxy: revoked, revoke } = Proxy.revocable({}, {})
    revoke()
    const trap = new Proxy({}, { has: boom })
    const code = Object.defineProperty(unknown(), 'code', { get: boom })
    for (const hostile of [revoked, trap, code]) expect(isBrineError(hostile, 'TYPE_UNKNOWN')).toBe(false)
  })
})
