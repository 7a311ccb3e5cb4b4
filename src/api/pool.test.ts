// The public verbs where there is no Worker: calls run on the calling thread.
import { describe, expect, it, vi } from 'vitest'
import { realm } from '../realm/registry.ts'
import { task } from '../realm/task.ts'
import { callback } from './callback.ts'
import { createPool, offload, pool } from './pool.ts'

describe('without Worker', () => {
  it('offload runs the function here, and later', async () => {
    const log: string[] = []
    const call = offload((x: number) => log.push(`ran ${x}`), 1)
    log.push('called')
    expect(await call).toBe(2)
    expect(log).toEqual(['called', 'ran 1'])
    expect(await offload(async () => 'asynchronous')).toBe('asynchronous')
  })

  it('errors and cancellation reject', async () => {
    const fail = (): never => {
      throw new RangeError('no')
    }
    await expect(offload(fail)).rejects.toThrow('no')
    const call = offload(() => new Promise<never>(() => {}))
    call.cancel('stop')
    await expect(call).rejects.toBe('stop')
    expect(call.state).toBe('cancelled')
    await expect(pool.with({ signal: AbortSignal.abort('before') }).offload(() => 1)).rejects.toBe('before')
    const late = pool.with({ timeout: 0 }).offload(() => new Promise<never>(() => {}))
    await expect(late).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it('a call that depends on others waits for them', async () => {
    const [a, b] = [offload(() => 1), offload(async () => 'b')]
    const after = pool.with({ dependsOn: [a, b] })
    const call = after.offload((one: number, two: string, own: number) => [one, two, own], 3)
    expect(call.state).toBe('waiting')
    expect(await call).toEqual([1, 'b', 3])
    const failing = offload((): number => {
      throw new RangeError('no')
    })
    const stalled = pool.with({ dependsOn: [failing] }).offload(() => 'never')
    await expect(stalled).rejects.toMatchObject({ code: 'TASK_STALLED', cause: { message: 'no' } })
    expect(stalled.state).toBe('stalled')
    const never = offload(() => new Promise(() => {}))
    const waiting = pool.with({ dependsOn: [never] }).offload(() => 'never')
    waiting.cancel('enough')
    await expect(waiting).rejects.toBe('enough')
    never.cancel('enough')
    await expect(never).rejects.toBe('enough')
  })

  it('there is room, and nothing to start, until the pool is closed', async () => {
    const own = createPool({ maxQueue: 0, minSize: 1 })
    await own.ready()
    await own.warm()
    await expect(own.warm(-1)).rejects.toThrow(
      'Cannot start workers as the count is not an integer, 0 or more: -1',
    )
    await own.close()
    await expect(own.ready()).rejects.toMatchObject({ code: 'POOL_CLOSED' })
    await expect(own.warm()).rejects.toMatchObject({ code: 'POOL_CLOSED' })
  })

  it('any of several signals cancels', async () => {
    const controller = new AbortController()
    const signal = AbortSignal.any([controller.signal, new AbortController().signal])
    const call = pool.with({ signal }).offload(() => new Promise(() => {}))
    controller.abort('any')
    await expect(call).rejects.toBe('any')
  })

  it('the ambient task works', async () => {
    const seen: unknown[] = []
    const result = await createPool({ name: 'here' })
      .with({ onProgress: (value) => seen.push(value) })
      .offload(() => {
        task.progress('half')
        return [task.id, task.attempt, task.signal.aborted]
      })
    expect(result).toEqual(['here-1', 1, false])
    expect(seen).toEqual(['half'])
    expect([task.id, task.attempt, task.signal.aborted]).toEqual([undefined, 0, false])
    expect(task.progress('nobody')).toBe(undefined)
  })

  it('callbacks are plain asynchronous functions', async () => {
    const twice = callback((n: number) => n * 2)
    expect(await offload(async (fn: typeof twice) => await fn(21), twice)).toBe(42)
  })

  it('a pool drains and ends', async () => {
    const own = createPool({ name: 'own' })
    const call = own.offload(async () => 'done')
    await own[Symbol.asyncDispose]()
    expect(call.state).toBe('done')
    await expect(own.offload(() => 1)).rejects.toThrow("Cannot offload as the pool 'own' is closed")
    expect(own.stats()).toMatchObject({ done: 1, failed: 1, running: 0, workers: 0 })
  })

  it('a pool that is terminated rejects what it has', async () => {
    const own = createPool({ name: 'own' })
    const call = own.offload(() => new Promise<never>(() => {}))
    await own.terminate()
    await expect(call).rejects.toMatchObject({ code: 'POOL_CLOSED' })
    expect(call.state).toBe('cancelled')
  })
})

describe('a view', () => {
  it('adds to the options of the view it was made from', async () => {
    const seen: unknown[] = []
    const base = pool.with({ label: 'base', onProgress: (value) => seen.push(value) })
    const named = base.with({ label: 'named' })
    const call = named.offload(() => task.progress(1))
    expect([call.label, base.offload(() => 1).label, pool.offload(function own() {}).label]).toEqual([
      'named',
      'base',
      'own',
    ])
    await call
    expect(seen).toEqual([1])
  })

  it('shares the pool', async () => {
    const own = createPool({ name: 'own', size: 2 })
    const view = own.with({ timeout: 1_000 })
    await view.offload(() => 1)
    expect([view.name, view.size, own.stats().done]).toEqual(['own', 2, 1])
  })
})

it('a call without a function rejects, and does not throw', async () => {
  const call = offload('nope' as never)
  await expect(call).rejects.toThrow('Cannot offload as the first argument is not a function: "nope"')
  expect(call.state).toBe('failed')
})

it('the default size leaves a core to the page', () => {
  const cores = globalThis.navigator?.hardwareConcurrency ?? 1
  expect(createPool().size).toBe(Math.max(1, cores - 1))
})

describe('what a task may call', () => {
  it.each(['offload', 'map'] as const)('is known from the first call on, if that is of %s', async (verb) => {
    vi.resetModules()
    const fresh = await import('./pool.ts')
    await (verb === 'map' ? fresh.map(1, (n) => n) : fresh.offload(() => 1))
    const { intrinsicNames } = realm()
    expect(
      [fresh.offload, fresh.map, fresh.pool, fresh.createPool].map((each) => intrinsicNames.get(each)),
    ).toEqual(['offload', 'map', 'pool', 'createPool'])
  })
})
