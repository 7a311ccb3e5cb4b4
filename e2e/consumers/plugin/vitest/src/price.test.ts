import { callback, offload } from 'brine'
import { expect, test, vi } from 'vitest'
import { hasWorkers, price, progress, quote, where, Quote } from './price.ts'

test('a closure computes', async () => {
  expect(await price(3.333)).toBe(4.17)
  expect(await quote(2)).toEqual(new Quote(2.5))
  expect(await quote(2)).toBeInstanceOf(Quote)
  expect(await progress()).toEqual([1.25])
})

test('workers run it where there are any', async () => {
  await price(1)
  const inBrowser = typeof Worker === 'function'
  expect(hasWorkers()).toBe(inBrowser)
  expect(await where()).toBe(typeof document === 'object' && !inBrowser ? 'page' : 'elsewhere')
})

test('a spy of the test itself is called where the test runs', async () => {
  const spy = vi.fn((n: number) => n + 1)
  const answer = callback(spy)
  expect(await offload(async () => (await answer(1)) * 2)).toBe(4)
  expect(spy).toHaveBeenCalledWith(1)
})
