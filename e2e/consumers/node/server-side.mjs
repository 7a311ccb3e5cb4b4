// Server-side rendering: imports every entry of the installed package in plain Node, and tells what that changed.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const { exports } = require('brine/package.json')
const entries = Object.keys(exports).filter((entry) => entry !== './package.json')

const look = () => ({
  globals: Reflect.ownKeys(globalThis).map(String).sort(),
  listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
  resources: process.getActiveResourcesInfo().sort(),
})

const before = look()
for (const entry of entries) await import(`brine${entry.slice(1)}`)
const after = look()

const { pool } = await import('brine')
const rates = new Map([['food', 0.25]])
const withTax = (price) => price * (1 + rates.get('food'))
const total = await pool
  .with({ using: { rates, withTax } })
  .offload((prices) => prices.map(withTax).reduce((sum, price) => sum + price), [60, 40])

process.stdout.write(JSON.stringify({ entries, before, after, total }))
