// Globs become imports where closures may need them, and stay where Vite alone has to do with them.
import { expect, it } from 'vitest'
import { moveGlobs } from './globs.ts'

const moved = (code: string) => {
  const result = moveGlobs(code, '/app/main.ts?v=1')
  return result && { code: result.text.toString(), modules: Object.fromEntries(result.modules) }
}

it('a variable that is a glob becomes an import', () => {
  expect(moved(`'use brine'\nconst pages = import.meta.glob('./*.ts', { eager: true })`)).toEqual({
    code: `'use brine'\n;\nimport pages from "/app/main.ts.glob0.js"`,
    modules: { '/app/main.ts.glob0.js': `export default import.meta.glob('./*.ts', { eager: true })` },
  })
  expect(moved(`export const pages = import.meta.glob('./*.ts')`)!.code).toBe(
    `export { pages }\nimport pages from "/app/main.ts.glob0.js"`,
  )
})

it('a glob inside a function or class is made by a function, anew each time', () => {
  const code = `const f = () => import.meta.glob('./*.ts')\nclass A { keys = Object.keys(import.meta.glob('./*.js')) }`
  expect(moved(code)).toEqual({
    code:
      `const f = () => $brine_glob0()\nclass A { keys = $brine_glob1() }` +
      `\nimport $brine_glob0 from "/app/main.ts.glob0.js"\nimport $brine_glob1 from "/app/main.ts.glob1.js"`,
    modules: {
      '/app/main.ts.glob0.js': `export default () => import.meta.glob('./*.ts')`,
      '/app/main.ts.glob1.js': `export default () => Object.keys(import.meta.glob('./*.js'))`,
    },
  })
})

it('other globs stay', () => {
  for (const code of [
    `export const keys = Object.keys(import.meta.glob('./*.ts'))`,
    `let pages = import.meta.glob('./*.ts')`,
    `const { a } = import.meta.glob('./*.ts')`,
    `const f = () => import.meta.url`,
  ])
    expect(moved(code), code).toBeUndefined()
})
