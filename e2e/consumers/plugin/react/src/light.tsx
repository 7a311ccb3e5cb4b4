// A component that needs far more than its closures do.
import { useState } from 'react'
import { createPool } from 'brine'
import { Chart } from './chart.tsx'

/** What the thread has loaded, besides the worker itself. */
const loaded = (): string[] => performance.getEntriesByType('resource').map(({ name }) => name)

export function Light({ values }: { values: readonly number[] }) {
  const [outcome, setOutcome] = useState<unknown>()
  const run = async (): Promise<void> => {
    await using pool = createPool({ size: 1 })
    const light = await pool.offload(() => ({ sum: values.reduce((a, b) => a + b), loaded: loaded() }))
    const heavy = await pool
      .offload(() => typeof Chart)
      .catch((error: Error & { code?: string }) => error.code)
    const after = await pool.offload(() => loaded().length)
    setOutcome({ ...light, heavy, more: after - light.loaded.length })
  }
  return (
    <>
      <Chart values={values} onPick={() => {}} />
      <button id="light" onClick={() => void run()}>
        Light
      </button>
      <pre id="light-outcome">{JSON.stringify(outcome)}</pre>
    </>
  )
}
