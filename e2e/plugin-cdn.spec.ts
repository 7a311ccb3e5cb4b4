// Pages whose scripts lie on another origin, as on a CDN: closures run, and no payload names a place of its own.
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { build } from 'vite'
import type { InlineConfig } from 'vite'
import { createApp, outcomeOf, page as html } from './plugin-app.ts'
import { serve } from './server.ts'

const main = `import { createPool, deserialize, offload, serialize } from 'brine'
import { makeAdder, twice } from './helper.ts'
import { Point } from './point.ts'

const rate: number = 3
const codeOf = (task: Promise<unknown>): Promise<unknown> => task.then((value) => value, (error) => error.code ?? String(error))
const fromElsewhere = (base: string): { data: { code: { module: { url: string } }[] } } => {
  const payload = structuredClone(serialize((v: number) => v * rate).data)
  for (const { module } of payload.code) module!.url = base + /[^/]*$/.exec(module!.url)![0]
  return { data: payload } as never
}

const run = async (): Promise<unknown> => {
  const { cdn, other } = Object.fromEntries(new URLSearchParams(location.search)) as Record<string, string>
  const refused = [other + '/app/assets/', cdn + '/elsewhere/assets/', 'data:text/javascript,//']
  return {
    captured: await offload((v: number) => twice(v) * rate, 7),
    imported: await offload(twice, 4),
    instance: (await offload(() => new Point(1, 2))) instanceof Point,
    back: (await offload(() => makeAdder(rate)))(1),
    lazy: await offload(async () => (await import('./lazy.ts')).lazy()),
    ownWorker: await createPool({ size: 1, workerUrl: '/worker.js' }).offload((v: number) => twice(v) * rate, 7),
    honest: await codeOf(deserialize(fromElsewhere(cdn + '/app/assets/') as never, { code: 'allow' }).then(() => 'read')),
    onPage: await Promise.all(refused.map((base) => codeOf(deserialize(fromElsewhere(base) as never, { code: 'allow' })))),
    inWorker: await Promise.all(refused.map((base) =>
      codeOf(offload((payload: never) => deserialize(payload, { code: 'allow' }), fromElsewhere(base) as never)))),
  }
}
run().then((value) => (globalThis.outcome = value), (error: Error) => (globalThis.outcome = String(error.stack)))
`
const files = {
  'index.html': html,
  'src/main.ts': main,
  'src/helper.ts': `'use brine'
export const twice = (v: number): number => v * 2
export const makeAdder = (by: number) => (v: number) => v + by`,
  'src/point.ts': 'export class Point { constructor(public x: number, public y: number) {} }',
  'src/lazy.ts': `export const lazy = () => 'lazy'`,
}
const refused = ['CODE_NOT_ALLOWED', 'CODE_NOT_ALLOWED', 'CODE_NOT_ALLOWED']
const expected = {
  captured: 42,
  imported: 8,
  instance: true,
  back: 4,
  lazy: 'lazy',
  ownWorker: 42,
  honest: 'read',
  onPage: refused,
  inWorker: refused,
}

const variants: { title: string; config: (base: string) => InlineConfig }[] = [
  { title: 'base', config: (base) => ({ base }) },
  {
    title: 'renderBuiltUrl',
    config: (base) => ({ experimental: { renderBuiltUrl: (file) => base + file } }),
  },
]
for (const { title, config } of variants) {
  test(`scripts on another origin: ${title}`, async ({ page }) => {
    const app = createApp(files)
    // The same files lie on all origins: what is refused could be loaded.
    const options = { headers: { 'Access-Control-Allow-Origin': '*' } }
    const mounts = { '/app/': join(app.root, 'dist'), '/elsewhere/': join(app.root, 'dist') }
    const cdn = await serve(join(app.root, 'nothing'), { ...options, mounts })
    const other = await serve(join(app.root, 'nothing'), { ...options, mounts })
    const policy = `default-src 'none'; script-src 'self' ${cdn.url} ${other.url}; worker-src 'self' blob: ${cdn.url}`
    const site = await serve(join(app.root, 'site'), { headers: { 'Content-Security-Policy': policy } })
    try {
      await build(await app.config(config(`${cdn.url}/app/`)))
      mkdirSync(join(app.root, 'site'))
      copyFileSync(join(app.root, 'dist/index.html'), join(app.root, 'site/index.html'))
      copyFileSync('dist/worker.js', join(app.root, 'site/worker.js'))
      expect(await outcomeOf(page, `${site.url}/?cdn=${cdn.url}&other=${other.url}`)).toEqual(expected)
    } finally {
      for (const server of [cdn, other, site]) await server.close()
      app.remove()
    }
  })
}
