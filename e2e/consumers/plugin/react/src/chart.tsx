// A child component that does not run without a page.
import { flushSync } from 'react-dom'

const dark = document.documentElement.classList.contains('dark')

export function Chart({ values, onPick }: { values: readonly number[]; onPick: (at: number) => void }) {
  const pick = (at: number): void => flushSync(() => onPick(at))
  return (
    <p id="chart" className={dark ? 'dark' : ''}>
      {values.map((value, at) => (
        <b key={value} onClick={() => pick(at)}>
          {value}
        </b>
      ))}
    </p>
  )
}
