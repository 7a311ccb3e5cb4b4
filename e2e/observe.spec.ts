// What can be seen of a pool in a browser: events, tracks in the performance panel, explanations, the debug pool.
import { expect } from '@playwright/test'
import { test } from './pool-page.ts'

test('events tell of tasks, workers and counts', async ({ brinePage }) => {
  const seen = await brinePage.evaluate(async () => {
    const pool = brine.createPool({ size: 1 })
    const tasks: string[] = []
    const workers: string[] = []
    pool.on('task', ({ type, label, info }) => tasks.push(`${label} ${type} ${info.worker}`))
    pool.on('worker', ({ type, worker }) => workers.push(`${worker} ${type}`))
    const stats = new Promise<{ done: number; workers: number }>((resolve) => {
      const off = pool.on('stats', (counts) => {
        if (counts.failed === 0) return
        off()
        resolve(counts)
      })
    })
    const run = pool.with({ retries: 0 })
    await run.with({ label: 'sum' }).offload((a: number, b: number) => a + b, 1, 2)
    const dies = run.with({ label: 'dies' }).offload(() => {
      self.close()
      return new Promise(() => {})
    })
    await dies.catch(() => {})
    const { done, workers: live } = await stats
    await pool.close()
    await new Promise((resolve) => void setTimeout(resolve))
    return { tasks, workers, done, live }
  })
  expect(seen).toEqual({
    tasks: [
      'sum queued 0',
      'sum started 1',
      'sum done 1',
      'dies queued 0',
      'dies started 1',
      'dies failed 1',
    ],
    workers: ['1 starting', '1 ready', '1 died'],
    done: 1,
    live: 0,
  })
})

// Once: the protocol of DevTools is that of Chromium.
test('tasks are bars on the tracks of their workers @once', async ({ brinePage }) => {
  const session = await brinePage.context().newCDPSession(brinePage)
  const events: { name: string; args: { data?: Record<string, unknown> } }[] = []
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as typeof events)))
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve))
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['devtools.timeline', 'blink.console'] },
  })
  await brinePage.evaluate(async () => {
    const pool = brine.createPool({ name: 'traced', size: 1 })
    await pool.with({ label: 'first bar' }).offload(() => 1)
    await pool
      .with({ label: 'second bar' })
      .offload(() => Promise.reject(new Error('no')))
      .catch(() => {})
    await pool.close()
  })
  await session.send('Tracing.end')
  await complete
  const bars = events.map(({ args }) => args?.data).filter((data) => data?.['trackGroup'] === 'brine')
  expect(bars).toMatchObject([
    { name: 'first bar', track: 'traced 1', color: 'primary' },
    { name: 'second bar', track: 'traced 1', color: 'error' },
  ])
  for (const bar of bars) expect(Number(bar!['end'])).toBeGreaterThanOrEqual(Number(bar!['start']))
})

test('measures carry properties where they are wanted', async ({ brinePage }) => {
  const found = await brinePage.evaluate(async () => {
    const pool = brine.createPool({ name: 'measured', size: 1, trace: 'measure' })
    const task = pool.with({ label: 'sum' }).offload(() => 1)
    await task
    await pool.close()
    const [entry] = performance.getEntriesByName(`sum (${task.id})`) as PerformanceMeasure[]
    return (entry!.detail as { devtools: Record<string, unknown> }).devtools
  })
  expect(found).toMatchObject({ dataType: 'track-entry', track: 'measured 1', trackGroup: 'brine' })
})

test('explain tells what would travel, and what cannot', async ({ brinePage }) => {
  const { text, problems, bytes } = await brinePage.evaluate(() => {
    const rates = new Float64Array(1_000)
    const button = document.createElement('button')
    const socket = new EventTarget()
    const price = (i: number) => [rates[i], button, socket]
    const seen = brine.explain(price, { using: { rates, button, socket } })
    return {
      text: seen.toString(),
      problems: seen.problems.map(({ code, path }) => `${code} at ${path}`),
      bytes: seen.bytes,
    }
  })
  expect(problems).toEqual(['VALUE_UNSUPPORTED at .button', 'VALUE_UNSUPPORTED at .socket'])
  expect(bytes).toBeGreaterThan(8_000)
  expect(text).toContain('button: HTMLButtonElement')
  expect(text).toContain('rates: Float64Array')
})

test('a debug pool runs on the page, with all that a worker would refuse refused', async ({ brinePage }) => {
  const seen = await brinePage.evaluate(async () => {
    const pool = brine.createDebugPool()
    const list = [1]
    const where = await pool.with({ using: { list } }).offload(() => {
      list.push(2)
      return [typeof document, list.length] as const
    })
    const refused = await pool
      .offload((node: object) => node, document.body)
      .catch((error: { code: string }) => error.code)
    await pool.close()
    return { where, list, refused }
  })
  expect(seen).toEqual({ where: ['object', 2], list: [1], refused: 'VALUE_UNSUPPORTED' })
})
