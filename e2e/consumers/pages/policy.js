// Offloads under whatever policy the page has: `using` needs no eval on the page.
import { showOutcomes } from '../app/outcomes.js'
import { pool } from '../node_modules/brine/dist/brine.min.js'

const rate = 0.25
const withTax = (price) => price * (1 + rate)

showOutcomes({
  byUsing: () => pool.with({ using: { rate, withTax } }).offload((price) => withTax(price), 100),
})
