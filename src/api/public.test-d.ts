// Types of the public API, checked by the compiler.
import { expectTypeOf } from 'expect-type'
import {
  bind,
  callback,
  capture,
  createPool,
  deserialize,
  isBrineError,
  map,
  offload,
  pool,
  registerType,
  share,
  task,
} from '../index.ts'
import { serialize, toBytes, toModule } from '../index.ts'
import type { BrineError, ErrorCode, Payload, Pool, Shared, StreamTask, Task, TaskMap } from '../index.ts'

// offload: arguments are checked against the function, promises are unwrapped once.
expectTypeOf(offload(() => 1)).toEqualTypeOf<Task<number>>()
expectTypeOf(offload(async (n: number) => [n], 1)).toEqualTypeOf<Task<number[]>>()
expectTypeOf(offload((a: number, b?: string) => `${a}${b}`, 1)).toEqualTypeOf<Task<string>>()
expectTypeOf(offload(<T>(value: T) => value, 'x')).resolves.toEqualTypeOf<string>()
// @ts-expect-error an argument is missing
void offload((n: number) => n)
// @ts-expect-error an argument is of the wrong type
void offload((n: number) => n, 'one')
// @ts-expect-error not a function
void offload(42)

// A generator: what it yields, returns and takes.
expectTypeOf(
  offload(function* (n: number): Generator<number, string, boolean> {
    yield n
    return 'end'
  }, 1),
).toEqualTypeOf<StreamTask<number, string, boolean>>()
async function* later(): AsyncGenerator<Date, null, unknown> {
  yield new Date()
  return null
}
expectTypeOf(offload(later)).toEqualTypeOf<StreamTask<Date, null>>()
expectTypeOf(offload(() => later())).toEqualTypeOf<StreamTask<Date, null>>()
expectTypeOf(offload(async () => later())).resolves.toEqualTypeOf<null>()
expectTypeOf(offload(later)[Symbol.asyncIterator]().next).returns.resolves.toEqualTypeOf<
  IteratorResult<Date, null>
>()
expectTypeOf(offload(() => null as never)).toEqualTypeOf<Task<never>>()
// oxlint-disable-next-line typescript/no-explicit-any -- what a function without types returns
expectTypeOf(offload(() => null as any)).resolves.toBeAny()

// Task: a promise that is iterable.
const running = offload(() => new Date(0))
expectTypeOf(running).toExtend<Promise<Date>>()
expectTypeOf(running.then((date) => date.getTime())).toEqualTypeOf<Promise<number>>()
expectTypeOf(running.state).toEqualTypeOf<
  'waiting' | 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'stalled'
>()
expectTypeOf(running[Symbol.asyncIterator]).toBeFunction()

// Pools and views.
expectTypeOf(createPool).parameter(0).toExtend<{ size?: number; maxQueue?: number } | undefined>()
expectTypeOf(createPool({ size: 2 })).toEqualTypeOf<Pool>()
expectTypeOf(pool.with({ timeout: 1, using: { a: 1 } })).toEqualTypeOf<Pool>()
expectTypeOf(pool.with({ using: () => ({ a: 1 }) })).toEqualTypeOf<Pool>()
// Results of the tasks it depends on come before a function's own arguments.
const after = pool.with({ dependsOn: [running, offload(() => 'b')] })
expectTypeOf(after).toEqualTypeOf<Pool<[Date, string]>>()
expectTypeOf(after.offload((a: Date, b: string, n: number) => b.length + n + a.getTime(), 1)).toEqualTypeOf<
  Task<number>
>()
// @ts-expect-error a result is of another type
void after.offload((a: string) => a)
// @ts-expect-error an own argument is missing
void after.offload((a: Date, b: string, n: number) => n)
// @ts-expect-error no object of variables
pool.with({ using: () => 1 })
expectTypeOf<Pool>().toExtend<AsyncDisposable>()
// @ts-expect-error no such option
pool.with({ timeOut: 1 })

// map: by what the items are; settle makes outcomes of results.
expectTypeOf(map([1], (n) => n > 0)).toEqualTypeOf<TaskMap<boolean>>()
expectTypeOf(map(3, async (n) => [n])).toEqualTypeOf<TaskMap<number[]>>()
expectTypeOf(map(new Set(['a']), (text, index) => `${text}${index}`)).resolves.toEqualTypeOf<string[]>()
expectTypeOf(pool.map(['a'].values(), (text) => text.length).reduce((a, b) => a + b, 0)).resolves.toBeNumber()
expectTypeOf(pool.with({ settle: true, chunk: 1 }).map([1], (n) => n)).resolves.toEqualTypeOf<
  PromiseSettledResult<number>[]
>()
async function* words(): AsyncGenerator<string> {
  yield 'a'
}
expectTypeOf(map(words(), (word) => word.length).unordered()).toExtend<AsyncIterable<number>>()
// @ts-expect-error nothing to iterate over
map({}, () => 1)
// @ts-expect-error the function takes something else
map([1], (text: string) => text)
// @ts-expect-error merge gives something else
void map([1], (n) => n).reduce((a, b) => `${a}${b}`, 0)

// share: the handle has the type of the value.
expectTypeOf(share({ n: 1 })).toEqualTypeOf<Shared<{ n: number }>>()
expectTypeOf(share(new Float64Array(1)).value).toEqualTypeOf<Float64Array<ArrayBuffer>>()

// callback turns results into promises; bind and capture keep what is left of the signature.
expectTypeOf(callback((n: number) => n > 0)).toEqualTypeOf<(n: number) => Promise<boolean>>()
expectTypeOf(bind((a: number, b: string) => a + b.length, null, 1)).toEqualTypeOf<(b: string) => number>()
expectTypeOf(capture((n: number) => n, { using: {} })).toEqualTypeOf<(n: number) => number>()
class Point {
  x = 0
}
expectTypeOf(capture(Point, { using: {} })).toEqualTypeOf<typeof Point>()

// registerType: what encode gives, decode takes.
registerType(Point, {
  name: 'Point',
  encode: (point) => point.x,
  decode: (x: number) => Object.assign(new Point(), { x }),
})
// @ts-expect-error decode takes something else than encode gives
registerType(Point, { name: 'Point', encode: (point) => point.x, decode: (x: string) => new Point() })

expectTypeOf(serialize({})).toEqualTypeOf<Payload>()
expectTypeOf(deserialize(serialize({}))).resolves.toBeUnknown()
expectTypeOf(toBytes(serialize({}))).toExtend<Uint8Array>()
expectTypeOf(toModule(Point)).resolves.toBeString()
expectTypeOf(task.signal).toEqualTypeOf<AbortSignal>()

const caught: unknown = null
if (isBrineError(caught, 'TYPE_UNKNOWN')) expectTypeOf(caught.code).toEqualTypeOf<'TYPE_UNKNOWN'>()
if (isBrineError(caught)) expectTypeOf(caught).toEqualTypeOf<BrineError>()
expectTypeOf<BrineError['code']>().toEqualTypeOf<ErrorCode>()
