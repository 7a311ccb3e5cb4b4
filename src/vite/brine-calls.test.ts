// Which modules count as importing brine.
import { expect, it } from 'vitest'
import { importsBrine } from './brine-calls.ts'

it.each([
  `import { offload } from 'brine'`,
  `import { serialize } from "brine/serialize"`,
  `import { stream } from 'brine/random'`,
  `export { merge } from 'brine/random'`,
  `import 'brine'`,
  `const b = await import('brine/serialize')`,
  `import { brine } from 'brine/vite'\nimport { offload } from 'brine'`,
])('counts: %s', (code) => {
  expect(importsBrine(code)).toBe(true)
})

it.each([
  `import { brine } from 'brine/vite'`,
  `import 'brine/worker'`,
  `import { x } from 'brine-x'`,
  `import { x } from './brine'`,
  `const brine = 'brine'`,
])('does not count: %s', (code) => {
  expect(importsBrine(code)).toBe(false)
})
