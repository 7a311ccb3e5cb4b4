// Which functions share a scope, and what the text of a code unit does when it runs.
import { describe, expect, it } from 'vitest'
import type { Environment } from '../realm/registry.ts'
import { joinScopes } from './scopes.ts'
import type { Scope } from './scopes.ts'
import type { Piece } from './types.ts'

/** A piece that uses variables; those with an exclamation mark are assigned. */
function piece(environment: Environment, body: string, variables: string): Piece {
  const names = variables.split(' ').filter(Boolean)
  return {
    maker: `function ($in) { return (${body}) }`,
    variables: new Map(names.map((name, at) => [name.replace('!', ''), at + 1])),
    assigned: new Set(names.filter((name) => name.endsWith('!')).map((name) => name.slice(0, -1))),
    environment,
  }
}

interface Made {
  readonly make: readonly (() => (...args: unknown[]) => unknown)[]
  read(): unknown[]
  write(values: readonly unknown[]): void
}
const run = ({ unit }: Scope): Made => (new Function(unit.text!) as () => Made)()

const groups = (pieces: readonly Piece[]): number[][] =>
  joinScopes(pieces).map((scope) => scope.pieces.map((each) => pieces.indexOf(each)))

describe('joinScopes', () => {
  const [one, two]: Environment[] = [{ using: {} }, { using: {} }]
  const read = (environment: Environment, names: string): Piece => piece(environment, '() => 0', names)

  it.each<[string, Piece[], number[][]]>([
    ['nothing', [], []],
    ['functions that only read', [read(one!, 'n'), read(one!, 'n')], [[0], [1]]],
    ['a reader and a writer of a variable', [read(one!, 'n'), read(one!, 'n!')], [[0, 1]]],
    ['the same in two environments', [read(one!, 'n'), read(two!, 'n!')], [[0], [1]]],
    ['a writer that nobody shares with', [read(one!, 'n!'), read(one!, 'm')], [[0], [1]]],
    [
      'a chain of shared variables',
      [read(one!, 'a!'), read(one!, 'b!'), read(one!, 'x'), read(one!, 'a b')],
      [[0, 1, 3], [2]],
    ],
    [
      'an assigned name that is no variable of the environment',
      [
        { ...read(one!, 'n'), assigned: new Set(['free']) },
        { ...read(one!, 'n'), assigned: new Set(['free']) },
      ],
      [[0], [1]],
    ],
  ])('of %s', (_, pieces, expected) => expect(groups(pieces)).toEqual(expected))

  it('takes environments for one if they read from one place', () => {
    const using = {}
    const scope = (): number => 1
    expect(groups([read({ using }, 'n!'), read({ using }, 'n')])).toEqual([[0, 1]])
    expect(groups([read({ scope }, 'n!'), read({ scope }, 'n')])).toEqual([[0, 1]])
    expect(groups([read({ using, scope }, 'n!'), read({ using }, 'n')])).toEqual([[0, 1]])
    expect(groups([read({}, 'n!'), read({}, 'n')])).toEqual([[0], [1]])
  })

  it('joins thousands without recursion', () => {
    const chain = Array.from({ length: 20_000 }, (_, at) => read(one!, `v${at}! v${at + 1}!`))
    expect(joinScopes(chain)).toHaveLength(1)
  })

  it('lists the variables of all, and their values', () => {
    const [scope] = joinScopes([piece(one!, '0', 'a! b'), piece(one!, '1', 'c a')])
    expect(scope!.unit.names).toEqual(['a', 'b', 'c'])
    expect(scope!.values).toHaveLength(3)
  })
})

describe('the text of a unit', () => {
  const environment = { using: {} }

  it('makes functions that share their variables, which can be read and written', () => {
    const [scope] = joinScopes([
      piece(environment, '() => ++n', 'n!'),
      piece(environment, '() => [n, step]', 'n step'),
    ])
    const { make, read, write } = run(scope!)
    const [increment, show] = make.map((each) => each())
    expect(read()).toEqual([undefined, undefined])
    write([4, 'x'])
    expect(increment!()).toBe(5)
    expect(show!()).toEqual([5, 'x'])
    expect(read()).toEqual([5, 'x'])
    write([1, 'y'])
    expect(show!()).toEqual([1, 'y'])
  })

  it('makes a scope of its own each time it runs', () => {
    const [scope] = joinScopes([piece(environment, '() => ++n', 'n!')])
    const [first, second] = [run(scope!), run(scope!)]
    first.write([10])
    second.write([20])
    expect([first.make[0]!()(), second.make[0]!()(), first.read(), second.read()]).toEqual([
      11,
      21,
      [11],
      [21],
    ])
  })

  it.each([
    '$values',
    '$values_ $values',
    '$brine',
    'read write make',
    'let static yield async of',
    'ünïcode $ _',
  ])('takes variables of any name: %s', (names) => {
    const list = names.split(' ')
    const [scope] = joinScopes([piece(environment, `() => [${list.join()}]`, names)])
    const { make, read, write } = run(scope!)
    const values = list.map((name) => `value of ${name}`)
    write(values)
    expect(read()).toEqual(values)
    expect(make[0]!()()).toEqual(values)
  })

  it('needs no variables', () => {
    const [scope] = joinScopes([piece(environment, '() => 7', '')])
    const { make, read, write } = run(scope!)
    write([])
    expect([read(), make[0]!()()]).toEqual([[], 7])
  })
})

describe('units', () => {
  const unit = (body: string): object => joinScopes([piece({}, body, 'n')])[0]!.unit

  it('of the same text are one, and have one hash', () => {
    expect(unit('() => n')).toBe(unit('() => n'))
    expect(unit('() => n')).not.toEqual(unit('() => -n'))
  })

  it('are forgotten, oldest first, beyond two thousand', () => {
    const first = unit('() => "first"')
    for (let at = 0; at < 1_990; at++) unit(`() => ${at}`)
    expect(unit('() => "first"')).toBe(first)
    for (let at = 2_000; at < 4_001; at++) unit(`() => ${at}`)
    expect(unit('() => "first"')).not.toBe(first)
    expect(unit('() => "first"')).toEqual(first)
  })
})
