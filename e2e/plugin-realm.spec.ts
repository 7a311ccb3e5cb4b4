// One realm: the worker script is a bundle of its own, and closure modules bring the app's copy of brine with what they
// import. The two act as one, and a class that both threads have is one class.
import { expect, test } from '@playwright/test'
import { build, createServer, preview } from 'vite'
import { createApp, outcomeOf, page as html } from './plugin-app.ts'

const files = {
  'index.html': html,
  'src/main.ts': `import { createPool, isBrineError, pool, registerType, task } from 'brine'
import { count, Plain } from './plain.ts'
import { Money, Point, report } from './shapes.ts'

const run = async (): Promise<unknown> => {
  const seen: unknown[] = []
  const point = new Point(3, 4)
  const made = await pool.offload(() => new Point(1, 2))
  const here = pool.with({ onProgress: (value) => seen.push(value) })
  return {
    // The helper's \`task\` is of the app's copy, the running task of the worker's.
    id: typeof (await here.offload(() => report('from the helper'))),
    attempt: await here.offload(() => task.attempt),
    seen,
    made: [made instanceof Point, made.length],
    captured: await pool.offload(() => point instanceof Point && point.length),
    both: await pool.offload((p: Point) => [p instanceof Point, p.plus(new Point(1, 1)) instanceof Point], made),
    again: (await pool.offload((p: Point) => p.plus(p), made)) instanceof Point,
    plain: [(await pool.offload(() => new Plain())) instanceof Plain, await pool.offload(() => new Plain() instanceof Plain)],
    // Registered by the helper with the app's copy, in both threads.
    money: String(await pool.offload((m: Money) => m.twice(), new Money(21))),
    // A page's copy recognises what the worker's copy threw.
    error: isBrineError(await pool.offload(() => new WeakMap()).catch((error: unknown) => error), 'VALUE_UNSUPPORTED'),
    count: [await pool.offload(() => count()), count()],
    pool: typeof createPool,
    type: typeof registerType,
  }
}
run().then((value) => (globalThis.outcome = value), (error: Error) => (globalThis.outcome = String(error.stack)))
`,
  'src/shapes.ts': `'use brine'
import { registerType, task } from 'brine'
export class Point {
  constructor(readonly x: number, readonly y: number) {}
  get length(): number {
    return Math.hypot(this.x, this.y)
  }
  plus(other: Point): Point {
    return new Point(this.x + other.x, this.y + other.y)
  }
}
export class Money {
  readonly #cents: number
  constructor(cents: number) {
    this.#cents = cents
  }
  twice(): Money {
    return new Money(this.#cents * 2)
  }
  static cents(money: Money): number {
    return money.#cents
  }
  toString(): string {
    return this.#cents + ' cents'
  }
}
registerType(Money, { name: 'app/Money', encode: (money) => Money.cents(money), decode: (cents: number) => new Money(cents) })
export const report = (value: unknown) => {
  task.progress(value)
  return task.id
}`,
  'src/plain.ts': `let counted = 0
export const count = () => ++counted
export class Plain {}`,
}
const expected = {
  id: 'string',
  attempt: 1,
  seen: ['from the helper'],
  made: [true, Math.hypot(1, 2)],
  captured: 5,
  both: [true, true],
  again: true,
  plain: [true, true],
  money: '42 cents',
  error: true,
  count: [1, 1],
  pool: 'function',
  type: 'function',
}

test('in development two copies of brine act as one', { tag: '@once' }, async ({ page }) => {
  const app = createApp(files)
  const server = await createServer(await app.config())
  try {
    await server.listen()
    expect(await outcomeOf(page, server.resolvedUrls!.local[0]!)).toEqual(expected)
  } finally {
    await server.close()
    app.remove()
  }
})

test('in a build two copies of brine act as one', async ({ page }) => {
  const app = createApp(files)
  const config = await app.config()
  await build(config)
  const server = await preview(config)
  try {
    expect(await outcomeOf(page, server.resolvedUrls!.local[0]!)).toEqual(expected)
  } finally {
    await server.close()
    app.remove()
  }
})
