// Tasks as bars in the performance panel of DevTools, each on the track of its worker.
//
// `console.timeStamp` with times and a track costs a tenth of a microsecond and keeps nothing (Chrome 136; others put a
// mark, or nothing). `performance.measure` costs some twenty times as much, and can carry properties.
import type { TaskInfo, Failure } from '../pool/call.ts'

/** A task that ran. */
export interface Ran {
  readonly id: string
  readonly label: string
  readonly state: 'done' | Failure
  readonly info: TaskInfo
  /** When it was given to its worker, and when it was answered, as `performance.now()` has it. */
  readonly started: number
  readonly ended: number
}

export type Trace = (ran: Ran) => void

type TimeStamp = (
  label: string,
  start: number,
  end: number,
  track: string,
  group: string,
  color: string,
) => void

const GROUP = 'brine'

const colorOf = (state: Ran['state']): string =>
  state === 'done' ? 'primary' : state === 'cancelled' ? 'secondary' : 'error'

/** Draws the tasks of a pool; undefined where there is nothing to draw with. */
export function createTrace(pool: string, how: boolean | 'measure'): Trace | undefined {
  const { timeStamp } = console as unknown as { timeStamp?: TimeStamp }
  if (how === false || (how === true && typeof timeStamp !== 'function')) return undefined
  /** Until when the track of a worker is drawn. */
  const drawn = new Map<number, number>()
  return ({ id, label, state, info, started, ended }) => {
    const { worker } = info
    // Tasks that go together are given, and answered, at one time: they ran one after the other.
    const start = Math.max(started, drawn.get(worker) ?? 0)
    const end = state === 'cancelled' ? ended : Math.min(ended, start + info.runMs)
    if (worker > 0) drawn.set(worker, end)
    const track = worker > 0 ? `${pool} ${worker}` : `${pool} (page)`
    const color = colorOf(state)
    // Looked up now: a tool or a test may have put its own there.
    if (how === true)
      return (console as unknown as { timeStamp: TimeStamp }).timeStamp(
        label,
        start,
        end,
        track,
        GROUP,
        color,
      )
    const properties = [
      ['id', id],
      ['state', state],
      ['attempt', String(info.attempt)],
      ['queued', `${info.queueMs} ms`],
      ['sent', `${info.bytes.sent} B`],
      ['received', `${info.bytes.received} B`],
    ]
    const devtools = {
      dataType: 'track-entry',
      track,
      trackGroup: GROUP,
      color,
      properties,
      tooltipText: label,
    }
    performance.measure(`${label} (${id})`, { start, end, detail: { devtools } })
  }
}
