// The page: reads the settings, runs the comparison, shows what comes out, and tells it to scripts as `__brineDemo`.
import { region, show } from './highlight.ts'
import type { Heartbeat } from './heartbeat.ts'
import { createStrip, startLane } from './lane.ts'
import { option } from './price.ts'
// oxlint-disable-next-line import/default -- Vite makes the export.
import priceSource from './price.ts?raw'
import { compare } from './runner.ts'
import type { Outcome, Run, Settings, Watcher, Where } from './runner.ts'
import { BLOCKS } from './simulation.ts'
// oxlint-disable-next-line import/default -- Vite makes the export.
import simulationSource from './simulation.ts?raw'

/** What tests and `npm run demo` read. */
export interface DemoState {
  status: 'idle' | 'running' | 'done' | 'failed'
  /** The run that goes on now. */
  where?: Where
  /** Share of both runs together, from 0 to 1. */
  progress: number
  settings: Settings
  outcome?: Outcome
  error?: string
}

declare global {
  interface Window {
    __brineDemo: DemoState
  }
}

const cores = navigator.hardwareConcurrency || 1
const parameters = new URLSearchParams(location.search)
const form = find('form') as HTMLFormElement
const button = find('run') as HTMLButtonElement
const verdict = find('verdict')
const fields = (['paths', 'size', 'seed'] as const).map((name) => find(name) as HTMLInputElement)
const defaults: Settings = { paths: 4_000_000, size: cores, seed: 1 }

const cards = { page: createCard('page'), pool: createCard('pool') }

let stop: AbortController | undefined

for (const field of fields) {
  const given = Number(parameters.get(field.id) || Number.NaN)
  const value = Number.isNaN(given) ? defaults[field.id as keyof Settings] : given
  field.value = field.id === 'paths' ? value.toLocaleString('en') : String(value)
}
find('cores').textContent =
  `This machine has ${plural(cores, 'core')}; the demo takes ${cores === 1 ? 'it' : 'all of them'} unless told otherwise. ` +
  'Left to itself, a pool of brine leaves one core to the page.'
for (const place of document.querySelectorAll('[data-blocks]')) place.textContent = String(BLOCKS)
find('weeks').textContent = String(option.weeks)
show(find('helpers'), region(simulationSource, 'simulate'))
showSize(settings().size)
startLane(find('lane') as HTMLCanvasElement)

window.__brineDemo = { status: 'idle', progress: 0, settings: settings() }
form.addEventListener('submit', (event) => {
  event.preventDefault()
  if (stop) stop.abort()
  else void run()
})
if (parameters.has('auto')) form.requestSubmit()

async function run(): Promise<void> {
  const state: DemoState = { status: 'running', progress: 0, settings: settings() }
  window.__brineDemo = state
  const watcher: Watcher = {
    onStart(where, heartbeat) {
      verdict.textContent = `Running on ${where === 'page' ? 'this page’s thread' : 'the pool'}…`
      state.where = where
      cards[where].start(heartbeat)
    },
    onProgress(where, done) {
      state.progress = (where === 'page' ? done : 1 + done) / 2
      cards[where].progress(done)
    },
    onEnd: (where, run) => cards[where].end(run),
  }
  cards.page.clear()
  cards.pool.clear()
  showSize(state.settings.size)
  find('results').hidden = true
  verdict.classList.remove('failed')
  stop = new AbortController()
  setRunning(true)
  try {
    state.outcome = await compare(state.settings, stop.signal, watcher)
    showOutcome(state.outcome)
    state.status = 'done'
  } catch (error) {
    state.error = error instanceof Error ? (error.stack ?? error.message) : String(error)
    state.status = 'failed'
    verdict.classList.add('failed')
    verdict.textContent = stop.signal.aborted ? 'Stopped.' : `Failed: ${String(error)}`
  } finally {
    stop = undefined
    setRunning(false)
  }
}

/** The card of one run. */
function createCard(where: Where) {
  const card = find(where)
  const part = (name: string): HTMLElement => card.querySelector(`[data-part=${name}]`)!
  const [time, note] = [part('time'), part('note')]
  const bar = part('progress') as HTMLProgressElement
  const strip = createStrip(part('strip') as HTMLCanvasElement)
  const hint = note.textContent
  show(part('code'), region(priceSource, where))
  let started = 0
  let pulse: Heartbeat | undefined

  return {
    clear(): void {
      bar.value = 0
      time.textContent = '–'
      note.textContent = hint
      strip([], 1)
    },
    start(heartbeat: Heartbeat): void {
      started = performance.now()
      pulse = heartbeat
    },
    // Only with each block: whatever the page draws takes time from the workers when they have all the cores.
    progress(done: number): void {
      const elapsed = performance.now() - started
      bar.value = done
      time.textContent = seconds(elapsed)
      strip(pulse!.read().frames, elapsed / done)
    },
    end(run: Run): void {
      time.textContent = seconds(run.time)
      note.textContent = `${framesOf(run)} frames a second, longest stall ${milliseconds(run.stall)}`
      strip(run.frames, run.time)
    },
  }
}

function showOutcome({ page, pool, speedup, identical }: Outcome): void {
  const rows: [string, (run: Run) => string][] = [
    ['Estimate', (run) => run.estimate.toFixed(6)],
    ['Standard error', (run) => run.standardError.toFixed(6)],
    ['95% interval', interval],
    ['Time', (run) => seconds(run.time)],
    ['Longest stall', (run) => milliseconds(run.stall)],
    ['Frames a second', framesOf],
  ]
  const body = document.querySelector('#results tbody')!
  body.replaceChildren(
    ...rows.map(([title, cell]) => {
      const row = document.createElement('tr')
      const head = document.createElement('th')
      head.scope = 'row'
      head.textContent = title
      row.append(head)
      for (const run of [page, pool]) row.insertCell().textContent = cell(run)
      return row
    }),
  )
  find('results').hidden = false
  const same = identical ? 'The same numbers to the last bit' : 'The numbers differ'
  const hidden =
    page.hidden || pool.hidden ? ' The page was hidden for a while: stalls and frames mean little.' : ''
  const frames = `The page drew ${framesOf(page)} frames a second at first, ${framesOf(pool)} with the pool.`
  verdict.textContent = `${same}, ${speedup.toFixed(2)} times as fast. ${frames}${hidden}`
}

function setRunning(running: boolean): void {
  for (const field of fields) field.disabled = running
  button.textContent = running ? 'Stop' : 'Run both'
  button.classList.toggle('stop', running)
  form.ariaBusy = String(running)
}

function showSize(size: number): void {
  find('pool').querySelector('[data-part=size]')!.textContent = plural(size, 'worker')
}

function settings(): Settings {
  const [paths, size, seed] = fields.map((field) => Math.round(Number(field.value.replaceAll(',', ''))))
  // Two pairs of paths for each block, or there would be blocks without any.
  return { paths: Math.max(paths!, 4 * BLOCKS), size: size!, seed: seed! }
}

function interval({ estimate, standardError }: Run): string {
  const half = 1.96 * standardError
  return `${(estimate - half).toFixed(4)} to ${(estimate + half).toFixed(4)}`
}

function framesOf({ frames, time }: Run): string {
  return ((1000 * frames.length) / time).toFixed(0)
}

function seconds(time: number): string {
  return `${(time / 1000).toFixed(2)} s`
}

function milliseconds(time: number): string {
  return `${time.toFixed(time < 10 ? 1 : 0)} ms`
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function find(id: string): HTMLElement {
  return document.getElementById(id)!
}
