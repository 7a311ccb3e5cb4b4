// A pool whose workers the app makes itself. Instances of a registered type arrive as instances, both ways.
import { createPool } from 'brine'
import { Money } from './money.js'

export async function byOwnWorker() {
  const pool = createPool({
    size: 1,
    worker: () => new Worker(new URL('./own-worker.js', import.meta.url), { type: 'module' }),
  })
  const sum = await pool.offload((left, right) => left.plus(right), new Money(19_99), new Money(5_01))
  await pool.close()
  return { total: sum.cents / 100, sameClass: sum instanceof Money }
}
