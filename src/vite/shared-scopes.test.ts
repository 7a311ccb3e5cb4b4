// Which shared variables are apart, and how their scopes lie inside each other.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Binding, ModuleScope } from './bindings.ts'
import { readModule } from './read-module.ts'
import { planShared } from './shared-scopes.ts'
import type { SharedScope } from './shared-scopes.ts'

/** `a b` around `c` is `a b > c`. */
function pathOf({ names, parent }: SharedScope): string {
  return `${parent ? `${pathOf(parent)} > ` : ''}${[...names].sort().join(' ')}`
}

describe('the shared scopes of a module', () => {
  it.each<[string, string, string[]]>([
    ['that reassigns nothing', 'const a = 1; const f = () => a', []],
    ['with variables that nothing uses together', 'let a = 0, b = 0; () => a++; () => b++', ['a', 'b']],
    [
      'where one closure uses two of three',
      'let a = 0, b = 0, c = 0; () => a++; () => b++; () => c++; () => a + b',
      ['a b', 'c'],
    ],
    [
      'where closures join all one by one',
      'let a = 0, b = 0, c = 0, d = 0; () => a++ + b++; () => c++ + d++; () => b + c',
      ['a b c d'],
    ],
    [
      'where a closure calls those that share',
      'let a = 0, b = 0; const f = () => a++; const g = () => b++; () => f() + g()',
      ['a', 'b'],
    ],
    [
      'where a function contains those that share',
      'let a = 0, b = 0; function setUp() { return [() => a++, () => b++] }',
      ['a b'],
    ],
    [
      'of a function',
      'function make() { let a = 0, b = 0; const f = () => a++; return [f, () => b++, () => f()] }',
      ['a', 'b'],
    ],
    [
      'where inner variables are used with one of the outer',
      'let a = 0, b = 0; { let c = 0; () => a++ + c++; () => b++; () => c }',
      ['a', 'a > c', 'b'],
    ],
    [
      'where inner variables are used with several of the outer, by closures apart',
      'let a = 0, b = 0, c = 0; { let d = 0; () => a++ + d++; () => b++ + d++ } () => c++',
      ['a', 'a > b', 'a > b > d', 'c'],
    ],
    [
      'where two inner scopes are used with two outer ones crosswise',
      'let a = 0, b = 0; { let c = 0; () => b++ + c++; () => a++ + c++ } { let d = 0; () => a++ + d++; () => b++ + d++ }',
      ['b', 'b > a', 'b > a > c', 'b > a > d'],
    ],
    [
      'where a closure skips the scope between',
      'let a = 0; { let b = 0; { let c = 0; () => a++ + c++; () => b++ + c++ } }',
      ['a', 'a > b', 'a > b > c'],
    ],
    [
      'with one in the loop and one outside',
      'let a = 0; for (const x of [1, 2]) { let b = 0; () => b++; () => a++ }',
      ['a', 'b'],
    ],
    [
      'with parameters',
      '(p, q = 0) => { let a = 0; return [() => p++, () => q++ + a++] }',
      ['p', 'q', 'q > a'],
    ],
    [
      'where a closure that is left alone uses both',
      'let a = 0, b = 0; () => a++; () => b++; /* brine-skip */ () => a + b',
      ['a', 'b'],
    ],
  ])('%s', (_, code, expected) => {
    expect(readModule(code)!.plan.shared.map(pathOf).sort()).toEqual(expected.sort())
  })

  it('tells each closure the innermost one of its own', () => {
    const code = 'let a = 0, b = 0, c = 0; { let d = 0; () => a++ + d++; () => b++ + d++ } () => b; () => c++'
    const innermost = readModule(code)!.plan.closures.map(({ shared }) => shared && pathOf(shared))
    expect(innermost).toEqual(['a > b > d', 'a > b > d', 'a > b', 'c'])
  })
})

/** A chain or tree of scopes with variables, and closures that each see one scope and those around it. */
const programs = fc
  .record({
    parents: fc.array(fc.nat(), { minLength: 1, maxLength: 7 }),
    owners: fc.array(fc.nat(), { minLength: 1, maxLength: 12 }),
    closures: fc.array(fc.tuple(fc.nat(), fc.array(fc.nat(), { maxLength: 4 })), { maxLength: 12 }),
  })
  .map(({ parents, owners, closures }) => {
    const scopes: ModuleScope[] = []
    for (const at of parents) {
      const parent = scopes.length > 0 ? scopes[at % scopes.length]! : null
      scopes.push({ kind: 'block', node: null as never, parent, bindings: new Map() })
    }
    const bindings = owners.map((owner, at): Binding => ({
      name: `v${at}`,
      scope: scopes[owner % scopes.length]!,
      kind: 'variable',
      value: null,
      reassigned: true,
    }))
    const captures = closures.map(([at, wanted]) => {
      const around = scopesAround(scopes[at % scopes.length]!)
      const visible = bindings.filter(({ scope }) => around.includes(scope))
      return [...new Set(wanted.flatMap((index) => visible[index % visible.length] ?? []))]
    })
    return { bindings, captures }
  })

function scopesAround(scope: ModuleScope): ModuleScope[] {
  return [scope, ...(scope.parent ? scopesAround(scope.parent) : [])]
}

function withParents(shared: SharedScope): SharedScope[] {
  return [shared, ...(shared.parent ? withParents(shared.parent) : [])]
}

describe('planShared', () => {
  it('joins in one lexical scope what closures use together, and nothing else', () => {
    fc.assert(
      fc.property(programs, ({ bindings, captures }) => {
        const planned = planShared(captures)
        const steps = (one: Binding): Binding[] =>
          captures.filter((each) => each.includes(one)).flatMap((each) => each)
        /** What is reached from a variable by closures, within its scope. */
        const reached = (one: Binding): Set<Binding> => {
          const found = new Set([one])
          for (const at of found) for (const next of steps(at)) if (next.scope === one.scope) found.add(next)
          return found
        }
        for (const binding of bindings) {
          const isCaptured = captures.some((each) => each.includes(binding))
          expect(planned.has(binding)).toBe(isCaptured)
          if (!isCaptured) continue
          const names = [...reached(binding)].map(({ name }) => name)
          expect(new Set(planned.get(binding)!.names)).toEqual(new Set(names))
          expect(planned.get(binding)!.scope).toBe(binding.scope)
        }
      }),
    )
  })

  it('leads from the innermost scope of a closure to all that it uses, outwards', () => {
    fc.assert(
      fc.property(programs, ({ captures }) => {
        const planned = planShared(captures)
        const all = [...new Set(planned.values())]
        expect(all.map(({ number }) => number)).toEqual(all.map((_, at) => at))
        for (const { scope, parent, number } of all) {
          if (!parent) continue
          expect(parent.number).toBeLessThan(number)
          expect(scopesAround(scope)).toContain(parent.scope)
        }
        for (const bindings of captures) {
          const used = [...new Set(bindings.map((binding) => planned.get(binding)!))]
          const innermost = used.find(({ number }) => used.every((other) => other.number <= number))
          if (innermost) expect(withParents(innermost)).toEqual(expect.arrayContaining(used))
        }
      }),
    )
  })
})
