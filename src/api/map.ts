// `map`: checks what it is given, shares the function, and has the chunks run as calls of the pool.
import { BrineError } from '../errors/brine-error.ts'
import { takeCallSite } from '../pool/call-site.ts'
import type { CallSite } from '../pool/call-site.ts'
import type { CallObserver, CallSettings, Engine } from '../pool/call.ts'
import { InlineEngine } from '../pool/inline.ts'
import { MapRun } from '../pool/map-run.ts'
import { openSource } from '../pool/source.ts'
import { systemClock } from '../realm/clock.ts'
import { runChunk } from '../realm/run-chunk.ts'
import type { ChunkRequest } from '../realm/run-chunk.ts'
import type { Shared } from '../realm/shared.ts'
import { shareWith } from './engine.ts'
import { labelOf, show } from './options.ts'
import type { CallOptions } from './options.ts'
import { reportError } from './report-error.ts'
import { TaskMap } from './task-map.ts'

/** What a map needs of its pool. */
interface Host {
  readonly id: string
  readonly size: number
  readonly engine: Engine
}

function invalid(argument: string, expected: string, found: string): never {
  throw new BrineError('ARGUMENT_INVALID', { action: 'map', argument, expected, found })
}

/** Starts a map; what is wrong rejects it. */
export function startMap(host: Host, options: CallOptions, items: unknown, fn: unknown): TaskMap<never> {
  const { engine } = host
  const { using, scope, settle = false } = options
  const label = labelOf(fn, options)
  const workers = engine instanceof InlineEngine ? 1 : host.size
  const environment = { ...(using && { using }), ...(scope && { scope }) }
  const share = <Value>(value: Value): Shared<Value> => shareWith(engine, value, environment)
  const site = takeCallSite(startMap)
  let run: MapRun | undefined
  let refusal: unknown
  try {
    run = createRun({ ...host, workers, site }, options, items, fn, share)
  } catch (error) {
    refusal = error
  }
  const control = { id: host.id, label, workers, settle, run, refusal, share: share as never }
  return new TaskMap<never>(control)
}

function createRun(
  { engine, workers, site }: Host & { workers: number; site: CallSite },
  options: CallOptions,
  items: unknown,
  fn: unknown,
  share: <Value>(value: Value) => Shared<Value>,
): MapRun {
  const { signal, chunk, settle = false, timeout, onProgress, transfer, dependsOn, ...rest } = options
  const label = labelOf(fn, options)
  if (typeof fn !== 'function') invalid('the second argument', 'a function', show(fn))
  if (transfer && transfer.length > 0) {
    invalid(
      "option 'transfer'",
      'empty, as items go to workers that are not known beforehand',
      show(transfer),
    )
  }
  if (dependsOn) invalid("option 'dependsOn'", 'left out, as it is for `offload`', show(dependsOn))
  signal?.throwIfAborted()
  const open = (wake: () => void) =>
    openSource(items, systemClock, wake) ??
    invalid('the first argument', 'an iterable, an async iterable or a count, 0 or more', show(items))
  const settings: CallSettings = {
    ...rest,
    label,
    ...(timeout !== undefined && { timeout }),
  }
  const shared = share(fn) as ChunkRequest['fn']
  const progressed = (value?: unknown): void => {
    const { done, total } = run
    try {
      onProgress?.({ done, ...(total !== undefined && { total }), ...(value !== undefined && { value }) })
    } catch (error) {
      reportError(error)
    }
  }
  const submit = (request: ChunkRequest, observer: CallObserver) => {
    const { items } = request
    // The run keeps the items themselves.
    const moving = items instanceof Float64Array ? { ...settings, transfer: [items.buffer] } : settings
    return engine.submit({
      fn: runChunk,
      args: [request],
      settings: moving,
      label,
      site,
      movesCaptures: false,
      observer,
    })
  }
  const run: MapRun = new MapRun({
    open,
    fn: shared,
    workers,
    chunk,
    settle,
    timeout,
    submit,
    progressed,
    ended: () => signal?.removeEventListener('abort', abort),
  })
  const abort = (): void => void run.cancel(signal!.reason)
  signal?.addEventListener('abort', abort, { once: true })
  return run
}
