// Closures of every shape, created and called. The page has this module twice: as it is, and converted by the plugin.

/** Keeps what was made for a while: what nobody can see, the engine need not make. */
const kept: unknown[] = Array.from({ length: 256 })

function inside(a: number): (v: number) => number {
  return inner
  function inner(v: number): number {
    return v + a
  }
}

const withConstants = (a: number, b: number) => (v: number) => v + a * b

const withShared = (start: number) => {
  let n = start
  return (v: number) => (n += v)
}

const classOf = (side: number) =>
  class {
    count: number
    constructor(count: number) {
      this.count = count
    }
    area(): number {
      return this.count * side
    }
    static of(): number {
      return side
    }
  }

const literalOf = (a: number) => ({
  add(v: number): number {
    return v + a
  },
  get twice(): number {
    return a * 2
  },
})

/** By shape: creates `count` of them. */
export const creations: Readonly<Record<string, (count: number) => void>> = {
  'arrow, no captures': (count) => {
    for (let i = 0; i < count; i++) kept[i & 255] = (v: number) => v + 1
  },
  'arrow, two constants': (count) => {
    for (let i = 0; i < count; i++) kept[i & 255] = withConstants(i, count)
  },
  'arrow, shared variable': (count) => {
    for (let i = 0; i < count; i++) kept[i & 255] = withShared(i)
  },
  'function declaration': (count) => {
    for (let i = 0; i < count; i++) kept[i & 255] = inside(i)
  },
  'class expression': (count) => {
    for (let i = 0; i < count; i++) kept[i & 255] = classOf(i)
  },
  'literal with methods': (count) => {
    for (let i = 0; i < count; i++) kept[i & 255] = literalOf(i)
  },
}

function callRepeatedly(fn: (v: number) => number): (count: number) => void {
  return (count) => {
    let sum = 0
    for (let i = 0; i < count; i++) sum += fn(i & 7)
    kept[0] = sum
  }
}

const Sample = classOf(3)
const sample = new Sample(2)
const literal = literalOf(2)

/** By shape: calls one of them `count` times. */
export const calls: Readonly<Record<string, (count: number) => void>> = {
  'arrow, two constants': callRepeatedly(withConstants(2, 3)),
  'arrow, shared variable': callRepeatedly(withShared(0)),
  'function declaration': callRepeatedly(inside(2)),
  'method of a class': callRepeatedly((v) => sample.area() + v),
  'method of a literal': callRepeatedly((v) => literal.add(v)),
}
