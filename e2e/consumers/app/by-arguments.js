// No captured variables: everything that the function needs is an argument, functions included.
import { offload } from 'brine'
import { roundToCents } from './helpers.js'

const prices = [19.99, 5.01]

export function byArguments() {
  return offload(
    (prices, round, shipping) => ({
      total: prices.map(round).reduce((sum, price) => sum + price, shipping),
      onPage: 'document' in globalThis,
    }),
    prices,
    roundToCents,
    3.25,
  )
}
