import { useEffect, useRef, useState } from 'react'
import type { DependencyList } from 'react'
import { pool } from 'brine'

/** What `compute` gives in a worker; it is asked again when `dependencies` change, and left when the component goes. */
export function useOffloaded<T>(compute: () => T, dependencies: DependencyList): T | undefined {
  const [value, setValue] = useState<T>()
  const latest = useRef(compute)
  latest.current = compute
  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    pool
      .with({ signal })
      .offload(latest.current)
      .then(
        (result) => setValue(() => result as T),
        (error: unknown) => {
          // Aborted as the component went away, or as newer values came.
          if (!signal.aborted) console.error(error)
        },
      )
    return () => controller.abort()
  }, dependencies)
  return value
}
