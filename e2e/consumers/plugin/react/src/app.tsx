// Closures made while a component renders: what they capture is what that rendering saw.
import { memo, useCallback, useMemo, useReducer, useState } from 'react'
import { offload, pool } from 'brine'
import styles from './app.module.css'
import { Label, shout } from './label.tsx'
import { Light } from './light.tsx'
import { Total } from './total.tsx'
import { useOffloaded } from './use-offloaded.ts'

const version = 'first'
const lightValues = [1, 2, 3]

function useScaled(factor: number, count: number) {
  const scale = useMemo(() => ({ by: factor * count }), [factor, count])
  return useCallback((n: number): number => n * scale.by, [scale])
}

const Named = memo(function Named({ name }: { name: string }) {
  const text = useOffloaded(() => `named ${name}`, [name])
  return <output id="named">{text}</output>
})

/** Of a higher order: a component that is made in a function. */
const withFactor = (factor: number) => {
  const Inner = ({ count }: { count: number }) => {
    const product = useOffloaded(() => factor * count, [count])
    return <output id="product">{product}</output>
  }
  return Inner
}
const Sevenfold = withFactor(7)

function Endless() {
  useOffloaded(() => {
    for (;;);
  }, [])
  return <output id="endless">running</output>
}

export function App({ factor }: { factor: number }) {
  const [count, increase] = useReducer((n: number) => n + 1, 1)
  const [isEndless, setEndless] = useState(false)
  const [results, setResults] = useState<Record<string, unknown>>({})
  const scaled = useScaled(factor, count)
  const label = { text: `count ${count}`, tags: new Set(['a']) }

  const ways: Record<string, () => unknown> = {
    version: () => offload(() => version),
    state: () => offload((n: number) => n + count, 100),
    props: () => offload(() => factor),
    callback: () => offload(scaled, 3),
    helpers: () => offload(() => shout(label.text) + label.tags.size),
    // Of no use, and no harm: an element is made where the closure runs.
    element: () =>
      offload(() => {
        const { type, props } = <b title={label.text}>{count}</b>
        return { type, props: props as unknown }
      }),
    component: () => offload(() => (<Label text="a" />).props as unknown),
    setter: () => offload(() => increase()).catch((error: Error & { code?: string }) => error.code),
  }
  const run = async (): Promise<void> => {
    const entries = Object.entries(ways).map(async ([name, way]) => [
      name,
      await Promise.resolve(way()).catch(String),
    ])
    setResults(Object.fromEntries(await Promise.all(entries)) as Record<string, unknown>)
  }

  return (
    <>
      <h1 id="version" className={styles['title']}>
        {version}
      </h1>
      <button id="increase" onClick={increase}>
        {count}
      </button>
      <button id="run" onClick={() => void run()}>
        Run
      </button>
      <button id="endless-toggle" onClick={() => setEndless(!isEndless)}>
        Endless
      </button>
      <button id="stats" onClick={() => setResults({ ...pool.stats() })}>
        Stats
      </button>
      <pre id="outcomes">{JSON.stringify(results, null, 2)}</pre>
      <Label text={label.text} />
      <Named name={label.text} />
      <Sevenfold count={count} />
      <Total count={count} />
      <Light values={lightValues} />
      {isEndless && <Endless />}
    </>
  )
}
