// Captured variables in a function: a minifier changes their names there as it does in the code that ships.
import { pool } from 'brine'
import { roundToCents } from './helpers.js'

const costs = [19.99, 5.01]
const taxes = new Map([['food', 0.07]])
const taxed = (cost) => roundToCents(cost * (1 + taxes.get('food')))

/** Variables, functions and imports as they are: no name is given twice. */
export function byThunk() {
  const shipping = Number('3.25')
  return pool.with({ using: () => ({ costs, taxes, taxed, roundToCents, shipping }) }).offload(() => ({
    total: roundToCents(costs.map(taxed).reduce((sum, cost) => sum + cost, shipping)),
    onPage: 'document' in globalThis,
  }))
}
