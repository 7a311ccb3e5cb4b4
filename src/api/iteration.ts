// One who iterates over a task: over what its generator yields or, where there is none, over its progress. Which of the
// two it is may only show when the function has returned.
import type { Channel, View } from './view.ts'

type Result = IteratorResult<unknown, unknown>
type Method = 'next' | 'return' | 'throw'

/** `end` rejects as the task does. */
export function iterate(view: View, end: Promise<unknown>): AsyncGenerator<unknown, unknown, unknown> {
  let channel: Channel | undefined
  let plain: AsyncGenerator<unknown, unknown, unknown> | undefined
  /** The latest request that waits until the kind of the task is known. */
  let early: Promise<unknown> | undefined

  const begin = (method: Method, value: unknown): Promise<Result> => {
    const { reader } = view
    if (reader) {
      if (channel) view.drop(channel)
      return reader.request(method, value)
    }
    plain ??= view.read((channel ??= view.gather()), end)
    return plain[method](value)
  }
  const request = (method: Method, value: unknown): Promise<Result> => {
    if (view.isKnown && !early) return begin(method, value)
    // From now on, no progress is missed.
    if (method === 'next') channel ??= view.gather()
    const answer = (early ?? view.known()).then(() => {
      if (early === begun) early = undefined
      return { answer: begin(method, value) }
    })
    const begun = answer.catch(() => {})
    early = begun
    return answer.then((box) => box.answer)
  }
  const iterator = {
    next: (value?: unknown) => request('next', value),
    return: (value: unknown) => request('return', value),
    throw: (error: unknown) => request('throw', error),
    [Symbol.asyncIterator]: () => iterator,
    [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]: async () => {
      await request('return', undefined)
    },
  } as AsyncGenerator<unknown, unknown, unknown>
  view.open()
  forgotten().register(iterator, view)
  return iterator
}

let registry: FinalizationRegistry<View> | undefined

/** Iterators that are collected: a generator whose reader is gone is not to keep its worker. */
function forgotten(): FinalizationRegistry<View> {
  return (registry ??= new FinalizationRegistry((view) => view.leave()))
}
