// A component as the default export of its module, which Fast Refresh takes over alone.
import { useState } from 'react'
import { offload } from 'brine'

const weight = 2

export default function Unused() {
  return null
}

export const Total = ({ count }: { count: number }) => {
  const [total, setTotal] = useState(0)
  const [clicks, setClicks] = useState(0)
  const sum = (n: number): number => n * weight + count
  const add = async (): Promise<void> => {
    setClicks((n) => n + 1)
    setTotal(await offload(sum, 10))
  }
  return (
    <button id="total" onClick={() => void add()}>
      {`${total} after ${clicks}`}
    </button>
  )
}
