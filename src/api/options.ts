// Options of calls and pools: what there is, and the check that names the one that is wrong.
import { BrineError } from '../errors/brine-error.ts'
import type { CallSettings } from '../pool/call.ts'
import { functionName } from '../realm/globals.ts'
import type { Environment } from '../realm/registry.ts'
import type { Task } from './task.ts'

/** Options of a call; each one given to {@link Pool.with} is a default of the pool that it returns. */
export interface CallOptions extends CallSettings {
  /**
   * Tasks that have to be done before this one starts. The function receives their results before its own arguments. If
   * one fails or is cancelled, the task rejects with `TASK_STALLED`, whose cause is that one's error. Until then it has
   * no place in the queue. Best given at the call: `pool.with({ dependsOn: [a, b] }).offload((a, b) => a + b)`.
   */
  readonly dependsOn?: readonly Task<unknown>[]
  /**
   * How many items of a `map` go to a worker in one message; an integer, 1 or more.
   * @default by the time that items take: about 8 ms of work, less towards the end
   */
  readonly chunk?: number
  /** Whether a `map` gives a `PromiseSettledResult` for each item, and goes on when one fails. Default false. */
  readonly settle?: boolean
  /**
   * Called on the page with each value that the function hands to `task.progress`, in order and before the result. Of a
   * `map`: with `{ done, total }`, counts of items, after each chunk, and with `{ done, total, value }` where a function
   * hands on a value; `total` is left out while it is not known.
   */
  readonly onProgress?: (value: unknown) => void
}

/** Options of {@link createPool}. */
export interface PoolOptions {
  /**
   * The largest number of workers; an integer, 1 or more. They are started as they are needed.
   * @default max(1, navigator.hardwareConcurrency - 1), which leaves a core to the page
   */
  readonly size?: number
  /**
   * How many workers are kept once they were started; an integer, 0 to `size`. The first task, or {@link Pool.warm},
   * starts them, and one that dies is replaced unless it never did anything.
   * @default 0
   */
  readonly minSize?: number
  /**
   * After how many milliseconds an idle worker is ended, if more than `minSize` live; `Infinity` for never. A worker is
   * some megabytes of memory, and takes 10 to 15 ms to start.
   * @default 60000
   */
  readonly idleTimeout?: number
  /**
   * How many tasks may wait; an integer, 0 or more. One more rejects with `QUEUE_FULL`: see {@link Pool.ready}. Those
   * that wait for others (`dependsOn`) do not count, neither before they are queued nor for being refused.
   * @default Infinity
   */
  readonly maxQueue?: number
  /**
   * How many tasks with a label may run at once, by label: `{ download: 2 }`. Others overtake those that have to wait
   * for that. A label is the option `label`, or the name of the function. Nothing is limited where functions run on the
   * calling thread.
   */
  readonly limits?: Readonly<Record<string, number>>
  /**
   * When a worker is replaced by a fresh one, between tasks: after so many tasks, or after it was sent so many bytes
   * (roughly, see {@link TaskInfo.bytes}). Imports and compiled code stay in a worker for as long as it lives.
   * @default never
   */
  readonly recycle?: { readonly tasks?: number; readonly bytes?: number }
  /** Makes a worker that runs `brine/worker`: for bundlers, policies and workers of your own. Replaces `workerUrl`. */
  readonly worker?: () => Worker
  /**
   * Where the script `brine/worker` is, absolute or relative to the document.
   * @default the script that stands beside brine's own, which bundlers find by themselves
   */
  readonly workerUrl?: string | URL
  /**
   * Names the pool in messages and in the ids of its tasks.
   * @default 'pool'
   */
  readonly name?: string
  /**
   * Draws each task that ran as a bar in the performance panel of DevTools, on the track of its worker in the group
   * `brine`: from when it was posted, as long as its function ran. `true` does it by `console.timeStamp`, at the cost of
   * a tenth of a microsecond; Chrome 136 and later know how. `'measure'` does it by `performance.measure`, with id,
   * attempt, times and bytes as properties: for a while, as each task then stays in the page's list of measures.
   * @default true
   */
  readonly trace?: boolean | 'measure'
}

interface Check {
  readonly expected: string
  readonly holds: (value: unknown) => boolean
}

const isFunction = (value: unknown): boolean => typeof value === 'function'
const isString = (value: unknown): boolean => typeof value === 'string'
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null
const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0
const isDuration = (value: unknown): boolean => typeof value === 'number' && value >= 0
const milliseconds = 'a number of milliseconds, 0 or more'
const isPositive = (value: unknown): boolean => isCount(value) && value !== 0
const isRecordOf = (value: unknown, holds: (each: unknown, key: string) => boolean): boolean =>
  isObject(value) && Object.entries(value as object).every(([key, each]) => holds(each, key))

const callChecks: Record<keyof CallOptions, Check> = {
  signal: { expected: 'an AbortSignal', holds: (value) => isObject(value) && 'aborted' in (value as object) },
  timeout: { expected: milliseconds, holds: isDuration },
  grace: { expected: milliseconds, holds: isDuration },
  label: { expected: 'a string', holds: isString },
  transfer: { expected: 'an array of transferable objects', holds: Array.isArray },
  retries: { expected: 'an integer, 0 or more', holds: isCount },
  backoff: { expected: milliseconds, holds: isDuration },
  priority: { expected: 'a finite number', holds: Number.isFinite },
  dependsOn: {
    expected: 'an array of tasks',
    holds: (value) => Array.isArray(value) && value.every((each) => each instanceof Promise),
  },
  using: {
    expected: 'an object of variables by name, or a function such as () => ({ a, b })',
    holds: (value) => isObject(value) || isFunction(value),
  },
  scope: { expected: 'a function such as (name) => eval(name)', holds: isFunction },
  chunk: { expected: 'an integer, 1 or more', holds: (value) => isCount(value) && value !== 0 },
  settle: { expected: 'a boolean', holds: (value) => typeof value === 'boolean' },
  captureLimits: {
    expected: 'an object with numbers of bytes, 0 or more, as warn and fail',
    holds: (value) =>
      isObject(value) &&
      Object.entries(value as object).every(
        ([name, bytes]) => (name === 'warn' || name === 'fail') && isDuration(bytes),
      ),
  },
  onProgress: { expected: 'a function', holds: isFunction },
}

const poolChecks: Record<keyof PoolOptions, Check> = {
  size: { expected: 'an integer, 1 or more', holds: isPositive },
  minSize: { expected: 'an integer, 0 or more', holds: isCount },
  idleTimeout: { expected: milliseconds, holds: isDuration },
  maxQueue: {
    expected: 'an integer, 0 or more, or Infinity',
    holds: (value) => isCount(value) || value === Infinity,
  },
  limits: {
    expected: 'an object of integers by label, 1 or more each',
    holds: (value) => isRecordOf(value, isPositive),
  },
  recycle: {
    expected: 'an object such as { tasks: 1000, bytes: 1e9 }, each an integer, 1 or more',
    holds: (value) =>
      isRecordOf(value, (each, key) => (key === 'tasks' || key === 'bytes') && isPositive(each)),
  },
  worker: { expected: 'a function that returns a Worker', holds: isFunction },
  workerUrl: { expected: 'a URL', holds: (value) => isString(value) || value instanceof URL },
  name: { expected: 'a string', holds: isString },
  trace: {
    expected: "true, false or 'measure'",
    holds: (value) => typeof value === 'boolean' || value === 'measure',
  },
}

/** Checks options of a call; an option that is `undefined` counts as not given. */
export function checkCallOptions(options: CallOptions): CallOptions {
  return check(options, callChecks, 'set the options of a call')
}

/** Checks where variables are read. */
export function checkEnvironment(environment: Environment): Environment {
  const { using, scope } = callChecks
  return check(environment, { using, scope }, 'share a value')
}

/** Checks options of a pool; an option that is `undefined` counts as not given. */
export function checkPoolOptions(options: PoolOptions): PoolOptions {
  return check(options, poolChecks, 'create a pool')
}

/** Checks what is given to `pool.on`. */
export function checkListener(type: unknown, listener: unknown): void {
  const action = 'listen to the pool'
  if (type !== 'task' && type !== 'worker' && type !== 'stats') {
    const facts = { argument: 'the event', expected: "'task', 'worker' or 'stats'", found: show(type) }
    throw new BrineError('ARGUMENT_INVALID', { action, ...facts })
  }
  if (isFunction(listener)) return
  const facts = { argument: 'the listener', expected: 'a function', found: show(listener) }
  throw new BrineError('ARGUMENT_INVALID', { action, ...facts })
}

/** Checks the number of workers to be started. */
export function checkCount(count: unknown): void {
  if (isCount(count)) return
  const facts = {
    action: 'start workers',
    argument: 'the count',
    expected: 'an integer, 0 or more',
    found: show(count),
  }
  throw new BrineError('ARGUMENT_INVALID', facts)
}

function check<Options extends object>(
  options: Options,
  checks: Record<string, Check>,
  action: string,
): Options {
  const invalid = (argument: string, expected: string, value: unknown): never => {
    throw new BrineError('ARGUMENT_INVALID', { action, argument, expected, found: show(value) })
  }
  if (!isObject(options)) invalid('the options argument', 'an object', options)
  const given: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(checks, name)) {
      invalid(`option '${name}'`, `one of ${Object.keys(checks).join(', ')}`, value)
    }
    if (value === undefined) continue
    const { expected, holds } = checks[name]!
    if (!holds(value)) invalid(`option '${name}'`, expected, value)
    given[name] = value
  }
  return given as Options
}

/** The name of a call for messages and tools. */
export function labelOf(fn: unknown, { label }: CallOptions): string {
  return label ?? ((typeof fn === 'function' && functionName(fn)) || 'anonymous')
}

/** A value in a message, short and without running its code. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') {
    const name = functionName(value)
    return name ? `the function '${name}'` : 'a function'
  }
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  return String(value)
}
