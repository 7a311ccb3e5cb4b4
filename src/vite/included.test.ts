// Which packages `include` names, by what they call their entries.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { includedPackages, isCommonJs } from './included.ts'

const root = mkdtempSync(join(tmpdir(), 'brine-included-'))
afterAll(() => rmSync(root, { recursive: true }))

const write = (folder: string, manifest: object): void => {
  mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, folder, 'package.json'), JSON.stringify(manifest))
}

it('a package is included by any of its entries', () => {
  write('app', {
    dependencies: { one: '*', two: '*', other: '*', missing: '*' },
    devDependencies: { three: '*' },
  })
  write('app/node_modules/one', { exports: { '.': { import: './lib/one.js' } } })
  // As in a workspace, where packages lie further up.
  write('node_modules/two', { main: 'lib/two.js' })
  write('app/node_modules/three', { module: './lib/three.js' })
  write('app/node_modules/other', { main: './dist/other.js' })
  expect(includedPackages(join(root, 'app'), /\/lib\//)).toEqual(['one', 'two', 'three'])
  expect(includedPackages(join(root, 'app'), /node_modules\/other\//)).toEqual(['other'])
  expect(includedPackages(join(root, 'none'), /./)).toEqual([])
})

it('CommonJS is told by what it uses', () => {
  for (const code of ['module.exports = 1', 'exports.a = 1', `const a = require('a')`])
    expect(isCommonJs(code)).toBe(true)
  for (const code of ['export const a = 1', `import a from 'a'\nmodule.exports`, 'globalThis.a = 1'])
    expect(isCommonJs(code)).toBe(false)
})
