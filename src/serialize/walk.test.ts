// The walk over a graph: what is visited, in which order, what is plain in the end, and who needs a node.
import { describe, expect, it } from 'vitest'
import type { NodeOf } from '../payload/types.ts'
import { pathText } from './capture-path.ts'
import { PLAIN_DEPTH } from './plain.ts'
import { walk } from './walk.ts'
import type { Child, Description, Identity, Visit, Walked } from './walk.ts'

const node = (): NodeOf<'object'> => ({ kind: 'object' })

/** A graph of marked objects: `plain` decides what a family would say, `to` is what it reaches. */
class Thing {
  readonly name: string
  readonly plain: boolean
  to: readonly unknown[]
  constructor(name: string, plain = true, to: readonly unknown[] = []) {
    this.name = name
    this.plain = plain
    this.to = to
  }
}
const rebuilt = (name: string, ...to: unknown[]): Thing => new Thing(name, false, to)
const plain = (name: string, ...to: unknown[]): Thing => new Thing(name, true, to)

function describeThing(value: Identity): Description {
  if (!(value instanceof Thing)) return { plain: false, children: [], node }
  const children = value.to.map((each, at): Child => ({
    value: each,
    step: { kind: 'property', key: String(at) },
  }))
  return { plain: value.plain, children, node }
}

const name = (value: Identity): unknown => (value instanceof Thing ? value.name : value)
const visited = ({ entries }: Walked): unknown[] => entries.map((entry) => name(entry.value))
const found = ({ entries }: Walked, what: 'plain' | 'referenced'): unknown[] =>
  entries.filter((entry) => entry[what]).map((entry) => name(entry.value))

describe('the order', () => {
  it('is depth first, each thing once, primitives never', () => {
    const shared = plain('shared')
    const root = plain(
      'root',
      plain('a', plain('a1', shared), 1, 'x'),
      shared,
      plain('b', shared),
      null,
      undefined,
    )
    const walked = walk(root, {}, describeThing)
    expect(visited(walked)).toEqual(['root', 'a', 'a1', 'shared', 'b'])
    expect(walked.entries.map((entry) => walked.indexOf.get(entry.value))).toEqual([0, 1, 2, 3, 4])
  })

  it('of cycles ends', () => {
    const one = plain('one')
    const two = plain('two', one)
    one.to = [two, one]
    expect(visited(walk(one, {}, describeThing))).toEqual(['one', 'two'])
  })

  it('of a primitive is nothing', () => {
    for (const root of [1, 'x', null, undefined, 1n])
      expect(walk(root, {}, describeThing).entries).toEqual([])
  })

  it('leaves for the end what cannot be told yet, and asks once more', () => {
    const late = plain('late', plain('below'))
    const root = rebuilt('root', late, plain('other'))
    const asked: string[] = []
    const walked = walk(root, {}, (value, { last }) => {
      asked.push(`${String(name(value))}${last ? ' at last' : ''}`)
      return value === late && !last ? undefined : describeThing(value)
    })
    expect(asked).toEqual(['root', 'late', 'other', 'late at last', 'below'])
    // Its place stays that of the first meeting.
    expect(visited(walked)).toEqual(['root', 'late', 'other', 'below'])
  })
})

describe('a visit', () => {
  it('knows the first path, the environment above, and the holder', () => {
    const using = { using: {} }
    const inner = { using: {} }
    const holder = {}
    const [root, a, b, c] = ['root', 'a', 'b', 'c'].map((each) => rebuilt(each)) as [
      Thing,
      Thing,
      Thing,
      Thing,
    ]
    const edges = new Map<Identity, Child[]>([
      [
        root,
        [
          { value: a, step: { kind: 'variable', name: 'a' }, environment: inner },
          { value: c, step: { kind: 'property', key: 'c' }, holder },
        ],
      ],
      [
        a,
        [
          { value: b, step: { kind: 'property', key: 0 } },
          { value: c, step: { kind: 'property', key: 1 } },
        ],
      ],
    ])
    const visits = new Map<unknown, Visit>()
    walk(root, { environment: using }, (value, visit) => {
      visits.set(name(value), visit)
      return { plain: false, children: edges.get(value) ?? [], node }
    })
    const seen = [...visits].map(([key, visit]) => [
      key,
      pathText(visit.path),
      visit.environment === inner,
      visit.holders[0],
    ])
    expect(seen).toEqual([
      ['root', '', false, undefined],
      ['a', '.a', true, undefined],
      ['b', '.a[0]', true, undefined],
      ['c', '.a[1]', true, undefined],
    ])
    expect(visits.get('root')!.environment).toBe(using)
  })
})

describe('what is plain in the end', () => {
  it('reaches nothing that is not', () => {
    const root = plain('root', plain('a', plain('a1'), rebuilt('x', plain('below x'))), plain('b'))
    const walked = walk(root, {}, describeThing)
    expect(found(walked, 'plain')).toEqual(['a1', 'below x', 'b'])
  })

  it('is nothing on a cycle with something that is not', () => {
    const one = plain('one')
    const two = plain('two', one, rebuilt('x'))
    one.to = [two]
    expect(found(walk(plain('root', one), {}, describeThing), 'plain')).toEqual([])
  })

  it('is nothing at all where data is not handed over', () => {
    const root = plain('root', plain('a'))
    expect(found(walk(root, { byReference: false }, describeThing), 'plain')).toEqual([])
    expect(found(walk({ a: { b: 1 } }, { byReference: false }, describeThing), 'plain')).toEqual([])
    expect(found(walk({ a: { b: 1 } }, {}, describeThing), 'plain')).toHaveLength(1)
  })

  it('is nothing that lies too deep for structured clone, nor what leads there', () => {
    let chain = plain('last')
    for (let depth = 0; depth < PLAIN_DEPTH; depth++) chain = plain('link', chain)
    expect(found(walk(chain, {}, describeThing), 'plain')).toEqual([])
    expect(found(walk(chain.to[0], {}, describeThing), 'plain')).toHaveLength(PLAIN_DEPTH)
  })

  it('is data below any depth of other things', () => {
    let chain = rebuilt('last', { value: 0 })
    for (let depth = 0; depth < 3 * PLAIN_DEPTH; depth++) chain = rebuilt('link', chain, { depth })
    const walked = walk(chain, {}, describeThing)
    expect(found(walked, 'plain')).toHaveLength(3 * PLAIN_DEPTH + 1)
  })

  it('is found without recursion', () => {
    let chain = rebuilt('last')
    for (let depth = 0; depth < 200_000; depth++) chain = plain('link', chain)
    const walked = walk(chain, {}, describeThing)
    expect(walked.entries).toHaveLength(200_001)
    expect(found(walked, 'plain')).toEqual([])
    expect(found(walked, 'referenced')).toHaveLength(200_001)
  })
})

describe('a node of its own', () => {
  it('has the root, and what something rebuilt refers to', () => {
    const inPlain = plain('in plain')
    const shared = plain('shared')
    const root = rebuilt('root', plain('data', inPlain, shared), rebuilt('fn', shared))
    expect(found(walk(root, {}, describeThing), 'referenced')).toEqual(['root', 'data', 'shared', 'fn'])
    expect(found(walk(plain('alone', inPlain), {}, describeThing), 'referenced')).toEqual(['alone'])
  })
})
