// Ways to start a worker that need none: what a factory of the app's own may give.
import { describe, expect, it } from 'vitest'
import { waysToSpawn } from './spawn.ts'

describe('a factory of the app', () => {
  it('is the only way', () => {
    const made = { postMessage() {}, terminate() {} } as unknown as Worker
    const [way, ...others] = waysToSpawn({ worker: () => made, workerUrl: '/worker.js' })
    expect(way?.open()).toBe(made)
    expect(others).toEqual([])
  })

  it.each([
    ['a promise', Promise.resolve(), '[object Promise]'],
    ['nothing', undefined, '[object Undefined]'],
    ['a shared worker', { port: {} }, '[object Object]'],
  ])('fails when it gives %s', (_, made, name) => {
    const [way] = waysToSpawn({ worker: () => made as never })
    expect(() => way?.open()).toThrow(new TypeError(`it gave no Worker: ${name}`))
  })
})
