// Captured variables through the scope itself: minifiers leave the names alone that an `eval` can see.
import { pool } from 'brine'
import { roundToCents } from './helpers.js'

const prices = [19.99, 5.01]
const rates = new Map([['food', 0.07]])
// Bundlers may put an expression in the place of an import, but not in the place of a variable.
const round = roundToCents
const withTax = (price) => round(price * (1 + rates.get('food')))

export function byScope() {
  return pool.with({ scope: (name) => eval(name) }).offload(
    (shipping) => ({
      total: prices.map(withTax).reduce((sum, price) => sum + price, shipping),
      onPage: 'document' in globalThis,
    }),
    3.25,
  )
}
