// Code that comes as an export of a module: scopes within scopes, and functions that are exports themselves.
import { describe, expect, it } from 'vitest'
import { rebuiltCarrier } from '../capture/rebuilt.ts'
import type { HeapNode, PayloadData } from '../payload/types.ts'
import { realm } from '../realm/registry.ts'
import { writePayload } from '../serialize/write.ts'
import { readPayload } from './read.ts'

type Loose = any // oxlint-disable-line typescript/no-explicit-any -- rebuilt values are looked into at will

const read = async (data: PayloadData): Promise<Loose> => (await readPayload(data, { code: 'allow' })).value
const urlOf = (text: string): string => `data:text/javascript,${encodeURIComponent(text)}`

const url = urlOf(`
  export const value = (n) => n * 10
  export class Shape { static sides = 0; area() { return 1 } }
  export const t0 = () => { var n; return {
    make: [() => () => n], read: () => [n], write: (v) => { n = v[0] },
    scopes: [
      () => { var by; return {
        make: [() => () => (n += by)], read: () => [by], write: (v) => { by = v[0] },
        scopes: [() => ({ make: [() => () => [n, by]], read: () => [], write() {} })]
      } }
    ]
  } }`)
const exported = (name: string, names: string[] = []) => ({
  hash: `${url}#${name}`,
  module: { url, export: name },
  names,
})
const imports = (...names: string[]): PayloadData => ({
  brine: 1,
  code: names.map((name) => exported(name)),
  heap: [
    { kind: 'array', length: names.length, items: names.map((_, at) => [at + 1] as const) },
    ...names.map((_, code): HeapNode => ({ kind: 'imported', code })),
  ],
  root: [0],
})
const closure = (scope: number): HeapNode => ({ kind: 'closure', scope: [scope], index: 0, name: '' })
/** Three scopes, each in the one before, with a function each. */
const nested = (): PayloadData => ({
  brine: 1,
  code: [
    exported('t0', ['n']),
    { hash: `${url}#t0/0`, child: 0, names: ['by'] },
    { hash: `${url}#t0/0/0`, child: 0, names: [] },
  ],
  heap: [
    { kind: 'array', length: 3, items: [[1], [2], [3]] },
    closure(4),
    closure(5),
    closure(6),
    { kind: 'scope', code: 0, env: [1] },
    { kind: 'scope', code: 1, parent: [4], env: [5] },
    { kind: 'scope', code: 2, parent: [5], env: [] },
  ],
  root: [0],
})

describe('an import', () => {
  it('is the export itself, for every payload', async () => {
    const [fn, Shape] = await read(imports('value', 'Shape'))
    expect([fn(2), new Shape().area()]).toEqual([20, 1])
    expect(await read(imports('Shape', 'value'))).toEqual([Shape, fn])
  })

  it('is left as it is', async () => {
    const [Shape] = await read(imports('Shape'))
    Shape.sides = 4
    await read(imports('Shape'))
    expect(Shape.sides).toBe(4)
    Shape.sides = 0
  })

  it('travels on as an import from there', async () => {
    const [fn] = await read(imports('value'))
    expect(realm().imported.get(fn)).toBe(url)
    const { data } = writePayload(fn, { carriers: [rebuiltCarrier], action: 'serialize' })
    expect(data.code).toEqual([exported('value')])
    expect(await read(structuredClone(data))).toBe(fn)
  })

  it('may be what others are made of', async () => {
    const data = imports('value', 'Shape')
    const heap: HeapNode[] = [
      ...data.heap,
      { kind: 'bound', target: [1], self: null, args: [4] },
      { kind: 'prototype', of: [2] },
      { kind: 'object', proto: [4] },
    ]
    const [bound, shape] = await read({
      ...data,
      heap: [...heap, { kind: 'array', length: 2, items: [[3], [5]] }],
      root: [heap.length],
    })
    const [, Shape] = await read(imports('value', 'Shape'))
    expect([bound(), shape.area(), shape instanceof Shape]).toEqual([40, 1, true])
  })

  it.each(['missing', 'toString', '__proto__', ''])(
    'named %j is refused where there is none',
    async (name) => {
      await expect(read(imports(name))).rejects.toMatchObject({
        code: 'CODE_FAILED',
        message: expect.stringContaining(`it has no export '${name}'`) as string,
      })
    },
  )
})

describe('scopes of a module', () => {
  it('share the variables of those around them', async () => {
    const [n, add, both] = await read(nested())
    expect([n(), add(), n(), both()]).toEqual([1, 6, 6, [6, 5]])
  })

  it('are made anew for each payload', async () => {
    const [[, add], [n]] = [await read(nested()), await read(nested())]
    expect([add(), n()]).toEqual([6, 1])
  })

  it('travel on, with what their functions changed', async () => {
    const first = await read(nested())
    first[1]()
    const { data } = writePayload(first, { carriers: [rebuiltCarrier], action: 'serialize' })
    const [n, add, both] = await read(structuredClone(data))
    expect([n(), add(), both(), first[0]()]).toEqual([6, 11, [11, 5], 6])
  })

  it('come whole when only the innermost function does', async () => {
    const { data } = writePayload((await read(nested()))[2], {
      carriers: [rebuiltCarrier],
      action: 'serialize',
    })
    expect(data.heap.filter(({ kind }) => kind === 'scope')).toHaveLength(3)
    expect((await read(structuredClone(data)))()).toEqual([1, 5])
  })

  it('are refused where the scope around makes fewer', async () => {
    const data = nested()
    const code = data.code.map((unit) => (unit.child === undefined ? unit : { ...unit, child: 1 }))
    await expect(read({ ...data, code })).rejects.toMatchObject({
      code: 'CODE_FAILED',
      message: expect.stringContaining('no scope makes it') as string,
    })
  })
})
