// The options that say where workers come from: right ones work, wrong ones are told and do not hang.
import { showOutcomes } from '../app/outcomes.js'
import { createPool } from '../node_modules/brine/dist/brine.min.js'

const script = '../node_modules/brine/dist/worker.js'

const sumWith = (options) => async () => {
  const pool = createPool({ size: 1, ...options })
  try {
    return await pool.offload((left, right) => left + right, 19, 23)
  } finally {
    await pool.close()
  }
}

showOutcomes({
  worker: sumWith({ worker: () => new Worker(script, { type: 'module' }) }),
  workerUrl: sumWith({ workerUrl: script }),
  workerUrlObject: sumWith({ workerUrl: new URL(script, location.href) }),
  wrongWorker: sumWith({ worker: () => new Worker('./missing.js', { type: 'module' }) }),
  wrongWorkerUrl: sumWith({ workerUrl: './missing.js' }),
  throwingWorker: sumWith({
    worker: () => {
      throw new Error('no worker today')
    },
  }),
})
