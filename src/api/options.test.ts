// Options: each one that is wrong is named, with its value.
import { describe, expect, it } from 'vitest'
import { createPool } from './pool.ts'
import { checkCallOptions, checkPoolOptions, show } from './options.ts'
import type { CallOptions, PoolOptions } from './options.ts'

const messageOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return (error as Error).message
  }
  return 'nothing thrown'
}

describe('options of a call', () => {
  it.each<[object | null, string]>([
    [{ timeout: 'soon' }, `option 'timeout' is not a number of milliseconds, 0 or more: "soon"`],
    [{ timeout: -1 }, "option 'timeout' is not a number of milliseconds, 0 or more: -1"],
    [{ timeout: Number.NaN }, "option 'timeout' is not a number of milliseconds, 0 or more: NaN"],
    [{ grace: null }, "option 'grace' is not a number of milliseconds, 0 or more: null"],
    [{ retries: 1.5 }, "option 'retries' is not an integer, 0 or more: 1.5"],
    [{ retries: 2n }, "option 'retries' is not an integer, 0 or more: 2n"],
    [{ signal: {} }, "option 'signal' is not an AbortSignal: an object"],
    [{ label: 7 }, "option 'label' is not a string: 7"],
    [
      { transfer: new ArrayBuffer(1) },
      "option 'transfer' is not an array of transferable objects: an object",
    ],
    [
      { using: ['x'].length },
      "option 'using' is not an object of variables by name, or a function such as () => ({ a, b }): 1",
    ],
    [{ scope: 'eval' }, `option 'scope' is not a function such as (name) => eval(name): "eval"`],
    [{ onProgress: true }, "option 'onProgress' is not a function: true"],
    [{ backoff: -1 }, "option 'backoff' is not a number of milliseconds, 0 or more: -1"],
    [{ priority: NaN }, "option 'priority' is not a finite number: NaN"],
    [{ dependsOn: [1] }, "option 'dependsOn' is not an array of tasks: an array of 1"],
    [{ timeOut: 5 }, "option 'timeOut' is not one of signal, timeout, grace, label, transfer, retries"],
    [{ toString: 5 }, "option 'toString' is not one of signal,"],
    [null, 'the options argument is not an object: null'],
  ])('%o', (options, message) => {
    expect(messageOf(() => createPool().with(options as CallOptions))).toContain(
      `Cannot set the options of a call as ${message}`,
    )
  })

  it('may be undefined, which counts as not given', () => {
    expect(checkCallOptions({ timeout: undefined, retries: 1 } as never)).toEqual({ retries: 1 })
  })

  it('may be all of them', () => {
    const options: Required<CallOptions> = {
      signal: new AbortController().signal,
      timeout: Infinity,
      grace: 0,
      label: '',
      transfer: [],
      retries: 0,
      backoff: 10,
      priority: -1.5,
      dependsOn: [],
      using: Object.create(null) as Record<string, unknown>,
      scope: () => 1,
      chunk: 1,
      settle: false,
      captureLimits: { warn: 1 },
      onProgress: () => {},
    }
    expect(checkCallOptions(options)).toEqual(options)
  })
})

describe('options of a pool', () => {
  it.each<[object, string]>([
    [{ size: 0 }, "option 'size' is not an integer, 1 or more: 0"],
    [{ size: Infinity }, "option 'size' is not an integer, 1 or more: Infinity"],
    [{ maxQueue: -1 }, "option 'maxQueue' is not an integer, 0 or more, or Infinity: -1"],
    [{ minSize: 0.5 }, "option 'minSize' is not an integer, 0 or more: 0.5"],
    [{ idleTimeout: '1s' }, `option 'idleTimeout' is not a number of milliseconds, 0 or more: "1s"`],
    [
      { limits: { a: 0 } },
      "option 'limits' is not an object of integers by label, 1 or more each: an object",
    ],
    [{ recycle: { task: 1 } }, "option 'recycle' is not an object such as { tasks: 1000, bytes: 1e9 }"],
    [{ worker: 'w.js' }, `option 'worker' is not a function that returns a Worker: "w.js"`],
    [{ workerUrl: 7 }, "option 'workerUrl' is not a URL: 7"],
    [{ name: Symbol('s') }, "option 'name' is not a string: Symbol(s)"],
    [
      { workers: 2 },
      "option 'workers' is not one of size, minSize, idleTimeout, maxQueue, limits, recycle, worker, workerUrl, name, trace: 2",
    ],
  ])('%o', (options, message) => {
    expect(messageOf(() => createPool(options as PoolOptions))).toContain(
      `Cannot create a pool as ${message}`,
    )
  })

  it('may be all of them', () => {
    const options: Required<PoolOptions> = {
      size: 1,
      minSize: 1,
      idleTimeout: Infinity,
      maxQueue: Infinity,
      limits: { download: 2 },
      recycle: { tasks: 1, bytes: 1 },
      worker: () => undefined as never,
      workerUrl: new URL('http://a/b'),
      name: 'p',
      trace: 'measure',
    }
    expect(checkPoolOptions(options)).toEqual(options)
  })
})

it('shows values without running their code', () => {
  const hostile = {
    get length(): never {
      throw new Error('ran')
    },
    toString: () => 'ran',
  }
  expect([hostile, [1, 2], () => 1, function named() {}, 'x'.repeat(50)].map(show)).toEqual([
    'an object',
    'an array of 2',
    'a function',
    "the function 'named'",
    `"${'x'.repeat(40)}…"`,
  ])
})
