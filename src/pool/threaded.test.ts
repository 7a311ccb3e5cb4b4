// The pool over workers that share this thread, and time that tests move.
import * as Comlink from 'comlink'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { FakeWorker, endAll, makeEngine, run, works } from '../../e2e/fixtures/fake-workers.ts'
import type { Run } from '../../e2e/fixtures/fake-workers.ts'
import { callback } from '../api/callback.ts'
import { isBrineError } from '../errors/brine-error.ts'
import { task as ambientTask } from '../realm/task.ts'
import type { Way } from './spawn.ts'

// Vitest rewrites the uses of imported names: functions that travel need names of this module.
const task = ambientTask
const { transfer } = Comlink

afterEach(endAll)

/** Plain data behind a proxy, as reactive frameworks make it: structured clone refuses it. */
const reactive = <T extends object>(value: T): T => new Proxy(value, {})

describe('a proxy of plain data travels as what it shows', () => {
  const read = (state: { n: number }): number => state.n

  it.each([
    ['to an idle worker', 0],
    ['for a second attempt', 1],
  ])('as it is at the call, %s', async (_, retries) => {
    const { engine } = makeEngine()
    await run(engine, () => 0).ended
    const state = reactive({ n: 1 })
    const call = run(engine, read, [state], { retries })
    state.n = 2
    expect(await call.ended).toBe(1)
    expect(engine.stats()).toMatchObject({ done: 2, failed: 0, codeSent: 2 })
  })

  it('as it is at the call, to a worker that starts', async () => {
    const { engine } = makeEngine()
    const state = reactive({ n: 1 })
    const call = run(engine, (): number => state.n, [], { using: { state } })
    state.n = 2
    expect(await call.ended).toBe(1)
  })

  it('with what moves and what stays beside it', async () => {
    const { engine } = makeEngine()
    await run(engine, () => 0).ended
    const buffer = new ArrayBuffer(8)
    const fn = async (state: { n: number }, size: ArrayBuffer, double: (n: number) => unknown) => [
      await double(state.n),
      size.byteLength,
    ]
    const double = callback((n: number) => n * 2)
    const call = run(engine, fn, [reactive({ n: 3 }), buffer, double], { transfer: [buffer] })
    expect(await call.ended).toEqual([6, 8])
    expect(buffer.byteLength).toBe(0)
  })

  it('from the worker: as a result, as progress, thrown', async () => {
    const { engine } = makeEngine()
    const steps = (): object => {
      task.progress(new Proxy({ step: 1 }, {}))
      return [new Proxy({ result: 1 }, {})]
    }
    const call = run(engine, steps, [], { using: { task } })
    expect(await call.ended).toEqual([{ result: 1 }])
    expect(call.progress).toEqual([{ step: 1 }])
    const fail = (): never => {
      throw Object.assign(new Error('thrown'), { state: new Proxy({ n: 1 }, {}) })
    }
    await expect(run(engine, fail).ended).rejects.toMatchObject({ message: 'thrown', state: { n: 1 } })
  })

  it('to a callback and back', async () => {
    const { engine } = makeEngine()
    const fn = (ask: (state: object) => Promise<object>): Promise<object> => ask(new Proxy({ n: 1 }, {}))
    const seen: unknown[] = []
    const ask = callback((state: object) => {
      seen.push(state)
      return reactive({ answer: 2 })
    })
    expect(await run(engine, fn, [ask]).ended).toEqual({ answer: 2 })
    expect(seen).toEqual([{ n: 1 }])
  })
})

describe('a call', () => {
  it('brings back what the function returns', async () => {
    const { engine } = makeEngine()
    expect(await run(engine, (a: number, b: number) => a + b, [1, 2]).ended).toBe(3)
    expect(await run(engine, async (a: number) => [a], [1]).ended).toEqual([1])
  })

  it('carries what the function captured', async () => {
    const { engine } = makeEngine()
    const rate = 3
    const fn = (x: number): number => x * rate
    expect(await run(engine, fn, [2], { using: { rate } }).ended).toBe(6)
    expect(await run(engine, fn, [2], { scope: (name) => eval(name) as unknown }).ended).toBe(6)
  })

  it('rejects when the function cannot be captured', async () => {
    const { engine } = makeEngine()
    const rate = 3
    await expect(run(engine, (x: number) => x * rate, [2]).ended).rejects.toMatchObject({
      code: 'CAPTURE_UNRESOLVED',
    })
    expect(engine.stats()).toMatchObject({ failed: 1, workers: 0 })
  })

  it('sees the state at the call, whether it waits or not', async () => {
    const { engine } = makeEngine()
    const data = { n: 1 }
    const cold = run(engine, (d: { n: number }) => d.n, [data])
    data.n = 2
    expect(await cold.ended).toBe(1)
    const warm = run(engine, (d: { n: number }) => d.n, [data])
    data.n = 3
    const queued = run(engine, (d: { n: number }) => d.n, [data])
    data.n = 4
    expect(await warm.ended).toBe(2)
    expect(await queued.ended).toBe(3)
  })

  it('stands code of the caller that runs while values are read', async () => {
    const { engine } = makeEngine()
    await run(engine, () => 'warm').ended
    const data = { n: 1 }
    let inner: Run | undefined
    const scope = (): unknown => {
      inner ??= run(engine, (d: { n: number }) => d.n, [data])
      return data
    }
    const outer = run(engine, () => data.n, [], { scope })
    data.n = 2
    expect([await inner?.ended, await outer.ended]).toEqual([1, 1])

    const controller = new AbortController()
    const aborting = (): unknown => controller.abort('while reading')
    const aborted = run(engine, () => data.n, [], { scope: aborting, signal: controller.signal })
    await expect(aborted.ended).rejects.toBe('while reading')
    const closing = (): unknown => void engine.close()
    await expect(run(engine, () => data.n, [], { scope: closing }).ended).rejects.toMatchObject({
      code: 'POOL_CLOSED',
    })
  })

  it('sends code once for each worker', async () => {
    const { engine } = makeEngine()
    const fn = (x: number): number => x + 1
    for (let i = 0; i < 3; i++) expect(await run(engine, fn, [i]).ended).toBe(i + 1)
    expect(engine.stats()).toMatchObject({ done: 3, codeSent: 1, codeReused: 2 })
  })

  it('rejects with what the function throws, and joins the stacks', async () => {
    const { engine } = makeEngine()
    const fail = (): never => {
      throw new RangeError('too far', { cause: 'wind' })
    }
    const error = (await run(engine, fail).ended.catch((thrown: unknown) => thrown)) as RangeError
    expect(error).toBeInstanceOf(RangeError)
    expect(error).toMatchObject({ message: 'too far', cause: 'wind' })
    expect(error.stack).toMatch(/RangeError: too far\n[^]*\n {4}at offload \(page\)\n[^]*threaded\.test/)
    await expect(run(engine, () => Promise.reject(7)).ended).rejects.toBe(7)
    await expect(run(engine, () => Promise.reject(undefined)).ended).rejects.toBe(undefined)
  })

  it('describes a thrown value that cannot travel', async () => {
    const { engine } = makeEngine()
    const fail = (): never => {
      throw Object.assign(new TypeError('broken'), { pending: Promise.resolve() })
    }
    const error = (await run(engine, fail).ended.catch((thrown: unknown) => thrown)) as Error
    expect(error.name).toBe('TypeError')
    expect(error.message).toMatch(
      /^broken \(the thrown value itself could not travel: Cannot throw .*Promise/i,
    )
  })

  it('names what cannot be returned', async () => {
    const { engine } = makeEngine()
    const error = await run(engine, () => ({ a: { b: new WeakMap() } })).ended.catch(
      (thrown: unknown) => thrown,
    )
    expect(isBrineError(error, 'VALUE_UNSUPPORTED')).toBe(true)
    expect(error).toMatchObject({ path: '.a.b', message: expect.stringMatching(/^Cannot return/) as string })
  })

  it('reports progress in order, before the result', async () => {
    const { engine } = makeEngine()
    const steps = (): string => {
      for (let i = 0; i < 3; i++) task.progress({ i })
      return `${task.id} ${task.attempt} ${task.signal.aborted}`
    }
    const call = run(engine, steps, [], { using: { task } })
    expect(await call.ended).toBe('test-1 1 false')
    expect(call.progress).toEqual([{ i: 0 }, { i: 1 }, { i: 2 }])
  })

  it('moves what Comlink.transfer marks, both ways', async () => {
    const { engine } = makeEngine()
    const input = new Uint8Array([1, 2, 3])
    const fn = (bytes: Uint8Array): Uint8Array => transfer(bytes, [bytes.buffer])
    const result = await run(engine, fn, [transfer(input, [input.buffer])], { using: { transfer } }).ended
    expect(result).toEqual(new Uint8Array([1, 2, 3]))
    expect(input.length).toBe(0)
  })

  it('calls back', async () => {
    const { engine } = makeEngine()
    const seen: unknown[] = []
    const note = callback((value: unknown) => {
      if (value === 'bad') throw new RangeError('no')
      return seen.push(value)
    })
    const fn = async (say: typeof note): Promise<unknown> => {
      const first = await say(new Map([[1, new RangeError('2')]]))
      return [first, await say('bad').catch((error: unknown) => error instanceof RangeError)]
    }
    expect(await run(engine, fn, [note]).ended).toEqual([1, true])
    expect((seen[0] as Map<number, Error>).get(1)).toBeInstanceOf(RangeError)
  })

  it('hears what a callback threw, even if that cannot travel', async () => {
    const { engine } = makeEngine()
    const fail = callback(() => {
      throw Object.assign(new RangeError('broken'), { pending: Promise.resolve() })
    })
    const fn = async (ask: typeof fail): Promise<unknown> =>
      await ask().catch((error: Error) => error.message)
    expect(await run(engine, fn, [fail]).ended).toMatch(
      /^broken \(the thrown value itself could not travel: Cannot throw .*Promise/,
    )
  })
})

describe('a message that cannot be cloned', () => {
  it('rejects its task; the worker works on, and gets the code with the next call', async () => {
    const { engine } = makeEngine()
    await run(engine, () => 'warm').ended
    const fn = (n: number): number => n
    await expect(run(engine, fn, [1], { transfer: [{}] }).ended).rejects.toThrow('transfer')
    expect(await run(engine, fn, [2]).ended).toBe(2)
    expect(engine.stats()).toMatchObject({ done: 2, failed: 1, workers: 1 })
  })

  it('is refused if a buffer to be moved is gone already', async () => {
    const { engine } = makeEngine()
    const buffer = new ArrayBuffer(8)
    const fn = (bytes: ArrayBuffer): number => bytes.byteLength
    expect(await run(engine, fn, [buffer], { transfer: [buffer] }).ended).toBe(8)
    const again = run(engine, fn, [buffer], { transfer: [buffer] })
    await expect(again.ended).rejects.toMatchObject({ code: 'VALUE_DETACHED', path: '[0]' })
  })

  it('rejects its task when the other side finds out', async () => {
    const { engine } = makeEngine()
    const call = run(engine, () => new Promise<never>(() => {}))
    await call.started
    FakeWorker.all[0]?.dispatchEvent(new Event('messageerror'))
    await expect(call.ended).rejects.toThrow('The result cannot be read on this thread.')
  })
})

describe('the end of a task before its time', () => {
  const forever = (): Promise<never> => new Promise<never>(() => {})

  it('rejects with the reason of a signal that has aborted', async () => {
    const { engine } = makeEngine()
    const call = run(engine, () => 1, [], { signal: AbortSignal.abort('why') })
    await expect(call.ended).rejects.toBe('why')
    expect(call.log).toEqual(['cancelled'])
    expect(engine.stats().workers).toBe(0)
  })

  it('takes a waiting task out of the queue', async () => {
    const { engine } = makeEngine()
    const first = run(engine, (n: number) => n, [1])
    const controller = new AbortController()
    const second = run(engine, (n: number) => n, [2], { signal: controller.signal })
    controller.abort('changed my mind')
    await expect(second.ended).rejects.toBe('changed my mind')
    expect(await first.ended).toBe(1)
    expect(engine.stats()).toMatchObject({ done: 1, cancelled: 1, queued: 0 })
  })

  it('answers once when the result is being read', async () => {
    const { engine } = makeEngine()
    await run(engine, () => 'warm').ended
    const call = run(engine, () => 1)
    // Behind the pool's own listener: the result has come, and its values are not there yet.
    FakeWorker.all[0]?.addEventListener('message', (event) => {
      if ('answers' in (event as MessageEvent<object>).data) call.cancel('late')
    })
    await expect(call.ended).rejects.toBe('late')
    expect(await run(engine, () => 2).ended).toBe(2)
    expect(call.log).toEqual(['started', 'cancelled'])
    expect(engine.stats()).toMatchObject({ done: 2, cancelled: 1 })
  })

  it('lets a function clean up, and keeps the worker', async () => {
    const { engine } = makeEngine()
    const polite = (): Promise<string> =>
      new Promise((resolve) => {
        task.signal.addEventListener('abort', () => resolve(String(task.signal.reason)))
      })
    const call = run(engine, polite, [], { using: { task } })
    await call.started
    call.cancel('enough')
    await expect(call.ended).rejects.toBe('enough')
    expect(await run(engine, () => 'next').ended).toBe('next')
    expect(FakeWorker.all).toHaveLength(1)
    expect(engine.stats()).toMatchObject({ done: 1, cancelled: 1, workers: 1 })
  })

  it('replaces the worker of a function that goes on', async () => {
    const { engine, clock } = makeEngine()
    const call = run(engine, forever)
    const next = run(engine, () => 'next')
    await call.started
    call.cancel('enough')
    await expect(call.ended).rejects.toBe('enough')
    clock.advance(49)
    expect(FakeWorker.all[0]?.terminated).toBe(false)
    clock.advance(1)
    expect(FakeWorker.all[0]?.terminated).toBe(true)
    expect(await next.ended).toBe('next')
    expect(FakeWorker.all).toHaveLength(2)
    expect(clock.timers.size).toBe(0)
  })

  it('ends a task that runs too long, counted from its start', async () => {
    const { engine, clock } = makeEngine()
    const first = run(engine, forever, [], { timeout: 100, grace: 0 })
    const second = run(engine, () => 2, [], { timeout: 10 })
    await first.started
    clock.advance(99)
    expect(first.log).toEqual(['started'])
    clock.advance(1)
    await expect(first.ended).rejects.toMatchObject({ name: 'TimeoutError' })
    clock.advance(0)
    expect(await second.ended).toBe(2)
  })

  it('leaves no listener behind', async () => {
    const { engine } = makeEngine()
    const { signal } = new AbortController()
    const add = vi.spyOn(signal, 'addEventListener')
    const remove = vi.spyOn(signal, 'removeEventListener')
    await run(engine, () => 1, [], { signal }).ended
    expect(add).toHaveBeenCalledTimes(1)
    expect(remove.mock.calls[0]?.[1]).toBe(add.mock.calls[0]?.[1])
  })
})

describe('the death of a worker', () => {
  const forever = (): Promise<never> => new Promise<never>(() => {})

  it('rejects its task and leaves the others alone', async () => {
    const { engine } = makeEngine()
    const victim = run(engine, forever, [], { label: 'victim' })
    const next = run(engine, () => 'next')
    await victim.started
    FakeWorker.all[0]?.die()
    await expect(victim.ended).rejects.toMatchObject({ name: 'WorkerCrashError', code: 'WORKER_CRASHED' })
    await expect(victim.ended).rejects.toThrow("Cannot finish the task 'victim' as its worker died")
    expect(await next.ended).toBe('next')
  })

  it('starts the task again where that is allowed, with the same state and new ports', async () => {
    const { engine } = makeEngine()
    const data = { n: 1, bytes: new Uint8Array([7]) }
    const seen: number[] = []
    const note = callback((attempt: number) => seen.push(attempt))
    const fn = async (d: typeof data, say: typeof note): Promise<unknown> => {
      await say(task.attempt)
      if (task.attempt === 1) await new Promise(() => {})
      return [d.n, d.bytes[0], task.attempt]
    }
    const call = run(engine, fn, [data, note], { using: { task }, retries: 1, transfer: [data.bytes.buffer] })
    data.n = 2
    await vi.waitFor(() => expect(seen).toEqual([1]))
    FakeWorker.all[0]?.die()
    expect(await call.ended).toEqual([1, 7, 2])
    expect(seen).toEqual([1, 2])
    expect(call.log).toEqual(['started', 'queued again', 'started', 'done'])
    expect(call.info).toMatchObject({ attempt: 2, worker: 2 })
  })

  it('ends a task that moved a port, whatever retries it has', async () => {
    const { engine } = makeEngine()
    const { port1, port2 } = new MessageChannel()
    const fn = (_port: MessagePort): Promise<never> => new Promise<never>(() => {})
    const call = run(engine, fn, [port2], { retries: 3, transfer: [port2] })
    await call.started
    FakeWorker.all[0]?.die()
    await expect(call.ended).rejects.toMatchObject({ code: 'WORKER_CRASHED' })
    expect(call.log).toEqual(['started', 'failed'])
    port1.close()
  })

  it('is known at once when the function closes the worker', async () => {
    const { engine } = makeEngine()
    const fn = (): number => {
      ;(globalThis as { brineTestClose?: () => void }).brineTestClose?.()
      return 1
    }
    const warm = await run(engine, () => 'warm').ended
    expect(warm).toBe('warm')
    Object.assign(globalThis, { brineTestClose: () => FakeWorker.all[0]?.scope.close() })
    const call = run(engine, fn)
    await expect(call.ended).rejects.toThrow('it closed itself')
    Reflect.deleteProperty(globalThis, 'brineTestClose')
    expect(await run(engine, () => 'next').ended).toBe('next')
  })
})

describe('workers that do not start', () => {
  const fails = (name: string): Way => ({
    name,
    open: () => {
      throw new Error(`${name} is forbidden`)
    },
  })

  it('reject every task with all the reasons', async () => {
    const { engine } = makeEngine({ size: 2, ways: () => [fails('URL'), fails('blob')] })
    const calls = [1, 2, 3].map((n) => run(engine, (m: number) => m, [n]))
    for (const call of calls) {
      await expect(call.ended).rejects.toMatchObject({ code: 'WORKER_UNAVAILABLE' })
      await expect(call.ended).rejects.toThrow('URL: URL is forbidden; blob: blob is forbidden')
    }
    expect(engine.stats()).toMatchObject({ failed: 3, queued: 0, workers: 0 })
  })

  it('are tried in the next way', async () => {
    const { engine } = makeEngine({ ways: () => [fails('URL'), ...works] })
    expect(await run(engine, () => 1).ended).toBe(1)
  })

  it('do not hang when a script never listens', async () => {
    const silent = Object.assign(new EventTarget(), { terminate: () => {} })
    const { engine, clock } = makeEngine({ ways: () => [{ name: 'URL', open: () => silent as never }] })
    const call = run(engine, () => 1)
    await vi.waitFor(() => expect(clock.timers.size).toBe(1))
    clock.advance(60_000)
    await expect(call.ended).rejects.toThrow('does it import brine/worker?')
  })
})

describe('the end of a pool', () => {
  it('finishes what it has, and takes no more', async () => {
    const { engine } = makeEngine()
    const calls = [1, 2, 3].map((n) => run(engine, (m: number) => m, [n]))
    const closed = engine.close()
    await expect(run(engine, () => 4).ended).rejects.toMatchObject({ code: 'POOL_CLOSED' })
    await closed
    expect(calls.map((call) => call.log.at(-1))).toEqual(['done', 'done', 'done'])
    expect(FakeWorker.all.every((worker) => worker.terminated)).toBe(true)
    expect(engine.close()).toBe(engine.close())
  })

  it('ends at once when terminated', async () => {
    const { engine } = makeEngine()
    const calls = [1, 2].map(() => run(engine, () => new Promise<never>(() => {})))
    await calls[0]?.started
    await engine.terminate()
    for (const call of calls) await expect(call.ended).rejects.toMatchObject({ code: 'POOL_CLOSED' })
    expect(FakeWorker.all.every((worker) => worker.terminated)).toBe(true)
  })
})

describe('a full queue', () => {
  it('rejects what does not fit', async () => {
    const { engine } = makeEngine({ size: 1, maxQueue: 1 })
    const calls = [1, 2, 3].map((n) => run(engine, (m: number) => m, [n]))
    await expect(calls[2]?.ended).rejects.toMatchObject({ code: 'QUEUE_FULL' })
    expect(await Promise.all([calls[0]?.ended, calls[1]?.ended])).toEqual([1, 2])
  })
})

it('takes 10,000 calls at once', { timeout: 60_000 }, async () => {
  const { engine } = makeEngine({ size: 3 })
  const calls = Array.from({ length: 10_000 }, (_, n) => run(engine, (m: number) => m, [n]))
  const results = await Promise.all(calls.map((call) => call.ended))
  expect(results.every((result, n) => result === n)).toBe(true)
})
