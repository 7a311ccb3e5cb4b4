// Captured variables by name: the code that ships must still have the names that are written here.
import { pool } from 'brine'
import { roundToCents } from './helpers.js'

const prices = [19.99, 5.01]
const rates = new Map([['food', 0.07]])
const withTax = (price) => price * (1 + rates.get('food'))

/** Variables and functions of this module. */
export function byUsing() {
  return pool.with({ using: { prices, rates, withTax } }).offload(
    (shipping) => ({
      total: prices.map(withTax).reduce((sum, price) => sum + price, shipping),
      onPage: 'document' in globalThis,
    }),
    3.25,
  )
}

/** An import: some bundlers put an expression of their own in its place, so it needs a variable. */
export function byUsingImport() {
  const round = roundToCents
  return pool.with({ using: { prices, round } }).offload(
    (shipping) => ({
      total: prices.map(round).reduce((sum, price) => sum + price, shipping),
      onPage: 'document' in globalThis,
    }),
    3.25,
  )
}

/** Keys as short as the names that minifiers give: one of them may be what `shipping` is called by then. */
export function byShortKeys() {
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ$_'
  const others = Object.fromEntries(letters.split('').map((letter) => [letter, `another ${letter}`]))
  const shipping = Number('3.25')
  return pool.with({ using: { ...others, shipping } }).offload(() => shipping)
}
