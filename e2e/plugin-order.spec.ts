// Code that runs before the module or class that it belongs to is done: as without the plugin, and able to travel.
import { expect, test } from '@playwright/test'
import { build, createServer, preview } from 'vite'
import { createApp, dist, outcomeOf, page as html } from './plugin-app.ts'

const files = {
  'index.html': html,
  'src/main.ts': `'use client'
'use brine'
import { offload } from 'brine'
import tenfold, { make, Own, shared, total } from './cycle.js'
import { early } from './early.js'
import { same, Self, Sent } from './sent.js'
import { chosen } from './chosen.js'
import { count } from './count.js'
import { read } from './left.js'

const run = async (): Promise<unknown> => ({
  early: [...early.values, await offload(early.closure), await offload(early.sharing)],
  later: [await offload(make()), await offload(() => tenfold(2)), tenfold.name, await offload(tenfold, 3)],
  shared: [shared()(), total(), await offload(shared())],
  own: await offload((own: Own) => own.read(), new Own(4)),
  sent: await Promise.all([Sent.value, Self.value, same]),
  chosen: await chosen(2),
  count: await count(),
  left: read(),
})
run().then((value) => (globalThis.outcome = value), (error: Error) => (globalThis.outcome = String(error.stack)))
`,
  // In a cycle, this one runs before what it imports.
  'src/early.js': `import anonymous, { make, makeOwn, shared, total } from './cycle.js'
export const early = {
  values: [make()(), anonymous(5), shared()(), total(), makeOwn(3)],
  closure: make(),
  sharing: shared(),
}
`,
  'src/cycle.js': `'use brine'
import { early } from './early.js'
var count
export function make() {
  const step = 2
  return () => 1 + step
}
export function makeOwn(v) {
  class Inner {
    #v = v
    read() {
      return this.#v
    }
  }
  return new Inner().read()
}
export function shared() {
  return () => (count = (count ?? 0) + 1)
}
export function total() {
  return count
}
export class Own {
  #v
  constructor(v) {
    this.#v = v
  }
  read() {
    return [this.#v, early.values.length]
  }
}
export default function (v) {
  return v * 10
}
`,
  'src/sent.js': `import { offload } from 'brine'
export class Sent {
  static value = offload(() => new Sent().v)
  v = 3
}
export class Self {
  static value = offload((Given) => new Given().v + 1, this)
  v = 3
}
export let same
class Same {
  static {
    same = offload(() => new this()).then((made) => made instanceof Same)
  }
}
`,
  'src/chosen.js': `import { offload } from 'brine'
export function chosen(kind) {
  switch (kind) {
    case 1:
      function f() {
        return 'chosen'
      }
    case 2:
      return offload(f)
  }
}
`,
  // The parser is gone from the page: whoever imports a part of brine needs conversion as well.
  'src/count.js': `#!/usr/bin/env node
import { deserialize, serialize } from 'brine/serialize'
const k = 20
export const count = async () => (await deserialize(serialize(() => k + 1), { code: 'allow' }))()
`,
  'src/left.js': `'use no brine'
export const read = () => 'left'
`,
}
const expected = {
  early: [3, 50, 1, 1, 3, 3, 2],
  later: [3, 20, 'default', 30],
  shared: [2, 2, 3],
  own: [4, 5],
  sent: [3, 4, true],
  chosen: 'chosen',
  count: 21,
  left: 'left',
}

const warnings: string[] = []
const config = {
  resolve: {
    alias: {
      'brine/serialize': dist('serialize.js'),
      'brine/random': dist('random.js'),
      brine: dist('index.js'),
    },
  },
  build: {
    rolldownOptions: {
      onwarn: ({ code, message }: { code?: string; message: string }) => {
        warnings.push(`${code}: ${message}`)
      },
    },
  },
}

test('in development code may run before its module or class is done', { tag: '@once' }, async ({ page }) => {
  const app = createApp(files)
  const server = await createServer(await app.config(config))
  try {
    await server.listen()
    expect(await outcomeOf(page, server.resolvedUrls!.local[0]!)).toEqual(expected)
  } finally {
    await server.close()
    app.remove()
  }
})

test('in a build as well, and of its directives nobody warns', async ({ page }) => {
  const app = createApp(files)
  const options = await app.config(config)
  warnings.length = 0
  await build(options)
  const server = await preview(options)
  try {
    expect(await outcomeOf(page, server.resolvedUrls!.local[0]!)).toEqual(expected)
    expect(warnings.filter((text) => text.includes('MODULE_LEVEL_DIRECTIVE'))).toEqual([
      expect.stringContaining('use client'),
    ])
  } finally {
    await server.close()
    app.remove()
  }
})
