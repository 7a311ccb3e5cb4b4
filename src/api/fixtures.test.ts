// Whatever a function gives in place it gives after serialize -> structuredClone -> deserialize, and in another thread.
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cases } from '../../e2e/fixtures/cases.js'
import { check, isAble, isReturnRefusal } from '../../e2e/fixtures/check.js'
import { capture } from '../capture/environment.ts'
import { rebuiltCarrier } from '../capture/rebuilt.ts'
import { sourceCarrier } from '../capture/source.ts'
import { bind } from '../realm/bind.ts'
import { readPayload } from '../rehydrate/read.ts'
import { registerType } from '../serialize/register-type.ts'
import { writeCall } from '../serialize/write.ts'
import { deserialize, serialize } from './serialize.ts'
import { toModule } from './to-module.ts'

const brine = { bind, capture, registerType }
const able = cases.filter(isAble)

describe('the table', () => {
  it('is as long as promised, and names every case once', () => {
    expect(cases.length).toBeGreaterThanOrEqual(160)
    expect(new Set(cases.map((each) => each.name)).size).toBe(cases.length)
  })
})

describe.each(['using', 'scope'] as const)('in the same realm, with %s', (variant) => {
  const chosen = able.filter(
    (each) => each.variants.includes(variant) && !each.apart && !isReturnRefusal(each),
  )
  it.each(chosen)('$name', async (each) => {
    const wrong = await check(each, variant, brine, async (fn, args, environment) => {
      const payload = structuredClone({ ...serialize({ fn, args }, environment) })
      const copy = (await deserialize(payload, { code: 'allow' })) as {
        fn: (...args: unknown[]) => unknown
        args: unknown[]
      }
      return copy.fn(...copy.args)
    })
    expect(wrong).toBeUndefined()
  })
})

describe('as the text of a module', () => {
  const chosen = able.filter(
    (each) => each.variants.includes('using') && !isReturnRefusal(each) && each.differs === undefined,
  )
  it.each(chosen)('$name', async (each) => {
    const wrong = await check(
      each,
      'using',
      brine,
      async (fn, args, environment) => {
        const text = await toModule({ fn, args }, environment)
        const module = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as {
          default: { fn: (...args: unknown[]) => unknown; args: unknown[] }
        }
        return module.default.fn(...module.default.args)
      },
      true,
    )
    expect(wrong).toBeUndefined()
  })
})

describe.each(['using', 'scope'] as const)('in another thread, with %s', (variant) => {
  let thread: Worker
  let nextId = 0
  const chosen = able.filter((each) => each.variants.includes(variant))

  beforeAll(async () => {
    const input = fileURLToPath(new URL('../../e2e/fixtures/thread.ts', import.meta.url))
    const bundle = await rolldown({ input, platform: 'node' })
    const { output } = await bundle.generate({ format: 'cjs' })
    await bundle.close()
    thread = new Worker(output[0].code, { eval: true })
    thread.setMaxListeners(0)
  })
  afterAll(() => thread.terminate())

  it.each(chosen)('$name', async (each) => {
    const wrong = await check(each, variant, brine, async (fn, args, environment) => {
      const options = { carriers: [rebuiltCarrier, sourceCarrier], action: 'offload', environment }
      const id = nextId++
      thread.postMessage({ id, data: writeCall(fn, args, options).data })
      const [answer] = (await once(thread, 'message')) as [{ id: number; ok: boolean; data: unknown }]
      expect(answer.id).toBe(id)
      const { value } = await readPayload(answer.data, { code: 'allow' })
      if (!answer.ok) throw value
      return value
    })
    expect(wrong).toBeUndefined()
  })
})
