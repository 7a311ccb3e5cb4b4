// Bad input of every kind, and what brine says to it: the code, the path to the culprit, the whole text.
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as minification from '../capture/minified.ts'
import { sourceCarrier as noSourceCarrier } from '../capture/no-source.ts'
import { rebuiltCarrier } from '../capture/rebuilt.ts'
import { siteCarrier } from '../capture/site.ts'
import { BrineError, isBrineError, WorkerCrashError } from '../errors/brine-error.ts'
import { catalog } from '../errors/catalog.ts'
import type { ErrorCode } from '../errors/catalog.ts'
import { bind } from '../realm/bind.ts'
import { register, sites } from '../realm/sites.ts'
import { moduleFailure } from '../rehydrate/module-failure.ts'
import { registerType } from '../serialize/register-type.ts'
import { fromBytes, toBytes } from '../serialize/bytes.ts'
import { writeCall, writePayload } from '../serialize/write.ts'
import { deserialize, serialize } from './serialize.ts'
import type { SerializeOptions } from './serialize.ts'

const seen = new Set<string>()

/** What an error tells its reader. */
function tell(error: unknown): string {
  if (!isBrineError(error)) return expect.unreachable(`not of brine: ${String(error)}`)
  seen.add(error.code)
  expect(error.hint).toBe(catalog[error.code].hint)
  expect(error.docs).toBe(`brine/README.md#${error.code.toLowerCase()}`)
  expect(error.message).toContain(error.hint)
  return `${error.code} at ${error.path || 'the root'}\n${error.message}`
}

function attempt(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    return tell(error)
  }
  return expect.unreachable('it was not refused')
}

const refusal = (value: unknown, options: SerializeOptions = {}): string =>
  attempt(() => serialize(value, options))

async function rejection(promise: Promise<unknown>): Promise<string> {
  return await promise.then(() => expect.unreachable('it was not rejected'), tell)
}

/** A function whose text is as it stands here: the test runner rewrites that of the file. */
const fn = (text: string): ((...args: never[]) => unknown) => (0, eval)(`(${text})`) as never

describe('a free variable', () => {
  it('that nobody supplies', () => {
    const f = fn('function price(x) {\n  const tax = x * 0.2\n  return tax + rate * x\n}')
    expect(refusal(f)).toMatchInlineSnapshot(`
      "CAPTURE_UNRESOLVED at the root
      Cannot serialize 'price': it uses the free variable 'rate', which nobody supplies. Name it in \`using: { … }\`, or hand over the scope with \`scope: (name) => eval(name)\`.

        1 | function price(x) {
        2 |   const tax = x * 0.2
      > 3 |   return tax + rate * x
          |                ^^^^
        4 | }
      "
    `)
  })
  it('of a helper', () => {
    const helper = fn('(x) => x + offset')
    const onTick = fn('(x) => helper(x)')
    expect(refusal({ handlers: [onTick] }, { using: { helper } })).toMatchInlineSnapshot(`
      "CAPTURE_UNRESOLVED at .handlers[0].helper
      Cannot serialize a value: variable 'helper' (captured at .handlers[0].helper) uses the free variable 'offset', which nobody supplies. Name it in \`using: { … }\`, or hand over the scope with \`scope: (name) => eval(name)\`.

      > 1 | (x) => x + offset
          |            ^^^^^^
      "
    `)
  })
  it('that the scope does not see', () => {
    expect(refusal(fn('() => hidden'), { scope: ($) => eval($) })).toMatchInlineSnapshot(`
      "CAPTURE_UNRESOLVED at the root
      Cannot serialize a function: it uses the free variable 'hidden', which nobody supplies. Name it in \`using: { … }\`, or hand over the scope with \`scope: (name) => eval(name)\`.

      > 1 | () => hidden
          |       ^^^^^^
      "
    `)
  })
  it('in its dead zone', () => {
    const f = fn('() => late + 1')
    expect(refusal(f, { scope: ($) => eval($) })).toMatchInlineSnapshot(`
      "CAPTURE_DEAD_ZONE at the root
      Cannot serialize a function: it uses 'late', which is not initialized yet. Call brine after the declaration has run.

      > 1 | () => late + 1
          |       ^^^^
      "
    `)
    const late = 1
    expect(late).toBe(1)
  })
  it("that the scope's own parameter hides", () => {
    const name = 'Ada'
    expect(refusal(fn('() => name.length'), { scope: (name) => eval(name) })).toMatchInlineSnapshot(`
      "CAPTURE_SCOPE_NAME at the root
      Cannot serialize a function: it uses 'name', which the parameter of \`scope\` hides. Give the parameter of \`scope\` another name, for example \`scope: ($) => eval($)\`.

      > 1 | () => name.length
          |       ^^^^
      "
    `)
    expect(name).toBe('Ada')
  })
  it('on which the scope throws', () => {
    const scope = () => {
      throw new TypeError('no scope today')
    }
    expect(refusal(fn('() => x'), { scope })).toMatchInlineSnapshot(`
      "CAPTURE_SCOPE_THREW at the root
      Cannot serialize a function: it uses 'x', and reading it threw: TypeError: no scope today. Write \`scope: (name) => eval(name)\` in the place where the function is written, or use \`using\`.

      > 1 | () => x
          |       ^
      "
    `)
  })
  it('whose getter in `using` throws', () => {
    const using = {
      get x(): unknown {
        throw new RangeError('not now')
      },
    }
    expect(refusal(fn('() => x'), { using })).toMatchInlineSnapshot(`
      "CAPTURE_SCOPE_THREW at the root
      Cannot serialize a function: it uses 'x', and reading it threw: RangeError: not now. Write \`scope: (name) => eval(name)\` in the place where the function is written, or use \`using\`.

      > 1 | () => x
          |       ^
      "
    `)
  })
  it('that a minifier has renamed, as it seems', () => {
    const price = fn('e=>e*n')
    expect(refusal(price, { using: { rate: 2 } })).toMatchInlineSnapshot(`
      "CAPTURE_UNRESOLVED at the root
      Cannot serialize a function: it uses the free variable 'n', which nobody supplies, while \`using\` names 'rate', which the code does not mention: a minifier may have renamed it. Write \`using: () => ({ rate })\`. Name it in \`using: { … }\`, or hand over the scope with \`scope: (name) => eval(name)\`.

      > 1 | e=>e*n
          |      ^
      "
    `)
    expect(refusal(price, { using: { a: 1, b: 1, c: 1, 'no name': 1, d: 1, e: price } }))
      .toMatchInlineSnapshot(`
      "CAPTURE_UNRESOLVED at the root
      Cannot serialize a function: it uses the free variable 'n', which nobody supplies, while \`using\` names 'a', 'b', 'c', which the code does not mention: a minifier may have renamed them. Write \`using: () => ({ a, b, c, … })\`. Name it in \`using: { … }\`, or hand over the scope with \`scope: (name) => eval(name)\`.

      > 1 | e=>e*n
          |      ^
      "
    `)
    // Mentioned by a helper: there is no sign of renaming.
    expect(refusal(fn('(x) => help(x) + n'), { using: { help: fn('(x) => x * k'), k: 1 } }))
      .toMatchInlineSnapshot(`
      "CAPTURE_UNRESOLVED at the root
      Cannot serialize a function: it uses the free variable 'n', which nobody supplies. Name it in \`using: { … }\`, or hand over the scope with \`scope: (name) => eval(name)\`.

      > 1 | (x) => help(x) + n
          |                  ^
      "
    `)
  })
  it('that may be another one, as a minifier has renamed it', () => {
    const minified = vi.spyOn(minification, 'isMinified').mockReturnValue(true)
    expect(refusal(fn('e=>n.get(e)'), { using: { n: 1, rates: 2 } })).toMatchInlineSnapshot(`
      "CAPTURE_RENAMED at the root
      Cannot serialize a function: it uses 'n', which may be another variable than \`using\` means: minified code does not mention 'rates'. Write \`using: () => ({ a, b })\`, in which a minifier changes the names as well."
    `)
    minified.mockRestore()
  })
  it('that is the key of another one in a function `using`', () => {
    const using = fn('() => ({ rate: 0.05 })') as () => Record<string, unknown>
    expect(refusal(fn('(x) => x * rate'), { using })).toMatchInlineSnapshot(`
      "CAPTURE_UNRESOLVED at the root
      Cannot serialize a function: it uses the free variable 'rate', which nobody supplies, though a key is called so: of a function \`using\` the variables count, and not the keys. Name it in \`using: { … }\`, or hand over the scope with \`scope: (name) => eval(name)\`.

      > 1 | (x) => x * rate
          |            ^^^^
      "
    `)
  })
  it('of a function `using` that does not name variables', () => {
    const f = fn('function f() { return a }')
    const using = fn('() => ({ a, ...b })') as () => Record<string, unknown>
    expect(refusal(f, { using })).toMatchInlineSnapshot(`
      "CAPTURE_USING at the root
      Cannot serialize 'f': it needs variables of a function \`using\`, which spreads an object, whose variables cannot be known. Write \`using: () => ({ a, b })\`, with nothing but variables in it: assign anything else to a variable first.

      > 1 | () => ({ a, ...b })
          |             ^^^^
      "
    `)
  })
  it('of a function `using` that gives something else', () => {
    const using = fn('() => ({\n  a: String(b),\n})') as () => Record<string, unknown>
    expect(refusal([fn('() => a')], { using })).toMatchInlineSnapshot(`
      "CAPTURE_USING at [0]
      Cannot serialize a value: property '0' (at [0]) needs variables of a function \`using\`, which gives 'a' something that is no variable. Write \`using: () => ({ a, b })\`, with nothing but variables in it: assign anything else to a variable first.

        1 | () => ({
      > 2 |   a: String(b),
          |   ^^^^^^^^^^^^
        3 | })
      "
    `)
  })
  it('of a function `using` that throws', () => {
    const using = fn('() => ({ late })') as () => Record<string, unknown>
    expect(refusal(fn('() => a'), { using })).toMatchInlineSnapshot(`
      "CAPTURE_USING at the root
      Cannot serialize a function: it needs variables of a function \`using\`, which threw: ReferenceError: late is not defined. Write \`using: () => ({ a, b })\`, with nothing but variables in it: assign anything else to a variable first.

      > 1 | () => ({ late })
          | ^^^^^^^^^^^^^^^^
      "
    `)
  })
  it('that is `this`, `arguments` or `new.target` of the place around', () => {
    const arrows = fn(
      'function () { return [() => this.x, () => arguments[0], () => new.target] }',
    ) as () => never[]
    const [self, args, target] = arrows.call({ x: 1 } as never)
    expect(refusal(self)).toMatchInlineSnapshot(`
      "CAPTURE_UNRESOLVED at the root
      Cannot serialize a function: it uses the free variable 'this', which nobody supplies. Name it in \`using: { … }\`, or hand over the scope with \`scope: (name) => eval(name)\`.

      > 1 | () => this.x
          |       ^^^^
      "
    `)
    expect(refusal(args)).toMatchInlineSnapshot(`
      "CAPTURE_UNRESOLVED at the root
      Cannot serialize a function: it uses the free variable 'arguments', which nobody supplies. Name it in \`using: { … }\`, or hand over the scope with \`scope: (name) => eval(name)\`.

      > 1 | () => arguments[0]
          |       ^^^^^^^^^
      "
    `)
    expect(refusal(target)).toMatchInlineSnapshot(`
      "CAPTURE_UNRESOLVED at the root
      Cannot serialize a function: it uses the free variable 'new.target', which nobody supplies. Name it in \`using: { … }\`, or hand over the scope with \`scope: (name) => eval(name)\`.

      > 1 | () => new.target
          |       ^^^^^^^^^^
      "
    `)
  })
})

describe('what exists on the page alone', () => {
  const page = { nodeName: '#document' }
  beforeEach(() => {
    class Document {}
    vi.stubGlobal('Document', Document)
    Object.defineProperty(globalThis, 'document', { get: () => page, configurable: true })
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    Reflect.deleteProperty(globalThis, 'document')
  })
  it('by name', () => {
    expect(refusal(fn('() => document.title'))).toMatchInlineSnapshot(`
      "CAPTURE_PAGE_ONLY at the root
      Cannot serialize a function: it uses 'document', which exists on the page alone. Read what is needed on the page and pass it as an argument, or wrap the access in \`callback(…)\`.

      > 1 | () => document.title
          |       ^^^^^^^^
      "
    `)
  })
  it('by name, seen through the scope', () => {
    expect(refusal(fn('() => document.title'), { scope: ($) => eval($) })).toMatchInlineSnapshot(`
      "CAPTURE_PAGE_ONLY at the root
      Cannot serialize a function: it uses 'document', which exists on the page alone. Read what is needed on the page and pass it as an argument, or wrap the access in \`callback(…)\`.

      > 1 | () => document.title
          |       ^^^^^^^^
      "
    `)
  })
})

describe('a text that cannot be carried', () => {
  it('with direct eval', () => {
    expect(refusal(fn('(text) => eval(text)'))).toMatchInlineSnapshot(`
      "CAPTURE_EVAL at the root
      Cannot serialize a function: it calls eval directly, so the variables that it needs cannot be known. Use indirect eval, \`(0, eval)(text)\`, which sees global variables only.

      > 1 | (text) => eval(text)
          |           ^^^^^^^^^^
      "
    `)
  })
  it('with import.meta', () => {
    const meta = () => import.meta.url
    const text = vi.spyOn(Function.prototype, 'toString').mockReturnValue('() => import.meta.url')
    try {
      expect(refusal(meta)).toMatchInlineSnapshot(`
        "CAPTURE_IMPORT at the root
        Cannot serialize 'meta': it uses import.meta, which has no meaning away from its module. Read it outside the function and capture the value.

        > 1 | () => import.meta.url
            |       ^^^^^^^^^^^
        "
      `)
    } finally {
      text.mockRestore()
    }
  })
  it('with a relative import', () => {
    expect(refusal(fn("async () => (await import('./helper.js')).help()"))).toMatchInlineSnapshot(`
      "CAPTURE_IMPORT at the root
      Cannot serialize a function: it uses import('./helper.js'), which has no meaning away from its module. Read it outside the function and capture the value.

      > 1 | async () => (await import('./helper.js')).help()
          |                    ^^^^^^^^^^^^^^^^^^^^^
      "
    `)
  })
  it('with super in an arrow of a method', () => {
    const object = (0, eval)('({ m() { return () => super.toString() } })') as { m(): unknown }
    expect(refusal({ callback: object.m() })).toMatchInlineSnapshot(`
      "CAPTURE_SUPER at .callback
      Cannot serialize a value: property 'callback' (at .callback) uses super, and the object it belongs to is not known. Capture the object or the class, and call the method on it.

      > 1 | () => super.toString()
          |       ^^^^^^^^^^^^^^
      "
    `)
  })
  it('with super in a method without its object', () => {
    const { greet } = (0, eval)('({ greet() { return super.greet() } })') as { greet: unknown }
    expect(refusal(fn('() => greet()'), { using: { greet } })).toMatchInlineSnapshot(`
      "CAPTURE_SUPER at .greet
      Cannot serialize a function: variable 'greet' (captured at .greet) uses super, and the object it belongs to is not known. Capture the object or the class, and call the method on it.

      > 1 | greet() { return super.greet() }
          |                  ^^^^^^^^^^^
      "
    `)
  })
  it('with a private member outside its class', () => {
    const Vault = fn('class Vault { #gold = 1; count() { return this.#gold } }')
    const { count } = Vault.prototype as { count: unknown }
    expect(refusal(fn('() => count'), { using: { count } })).toMatchInlineSnapshot(`
      "CAPTURE_PRIVATE at .count
      Cannot serialize a function: variable 'count' (captured at .count) uses the private member '#gold' outside its class. Capture the class and call the method on it, or pass what the method needs as arguments.

      > 1 | count() { return this.#gold }
          |                       ^^^^^
      "
    `)
  })
  it('that is a private method itself', () => {
    const Vault = fn('class Vault { #open() {} static give() { return new Vault().#open } }') as never as {
      give(): unknown
    }
    expect(refusal(Vault.give())).toMatchInlineSnapshot(`
      "CAPTURE_PRIVATE at the root
      Cannot serialize '#open': it uses the private member '#open' outside its class. Capture the class and call the method on it, or pass what the method needs as arguments."
    `)
  })
  it('of a native function that is no global', () => {
    const { revoke } = Proxy.revocable({}, {})
    expect(refusal({ done: revoke })).toMatchInlineSnapshot(`
      "CAPTURE_NATIVE at .done
      Cannot serialize a value: property 'done' (at .done) is the native function '', which is no known global. Write a function that calls it: \`(x) => theNative(x)\`."
    `)
  })
  it('of a bound function', () => {
    const bound = fn('function add(a, b) { return a + b }').bind(null, 1 as never)
    expect(refusal({ add: bound })).toMatchInlineSnapshot(`
      "CAPTURE_BOUND at .add
      Cannot serialize a value: property 'add' (at .add) is the bound function 'bound add', whose target cannot be read. Bind with \`bind(fn, self, …args)\` from brine, or write an arrow function."
    `)
  })
  it('that does not parse', () => {
    const f = () => 1
    const text = vi.spyOn(Function.prototype, 'toString').mockReturnValue('() => {')
    try {
      expect(refusal(f)).toMatchInlineSnapshot(`
        "CAPTURE_SYNTAX at the root
        Cannot serialize 'f': it has a text that cannot be parsed: SyntaxError: Unexpected token. Check for a replaced \`toString\`, or syntax newer than the parser."
      `)
    } finally {
      text.mockRestore()
    }
  })
  it('of a function made inside a worker', () => {
    const options = { carriers: [rebuiltCarrier], action: 'return' }
    const told = attempt(() => writePayload({ list: [fn('function made() {}')] }, options))
    expect(told).toMatchInlineSnapshot(`
      "CAPTURE_UNKNOWN at .list[0]
      Cannot return a value: property '0' (at .list[0]) is the function 'made', created where its variables cannot be read. Return data and build the function on the page, or capture the function before you offload."
    `)
  })
})

describe('a value that belongs to its thread', () => {
  class Socket {
    readonly weak = new WeakMap()
  }
  const generator = (function* () {
    yield 1
  })()
  const asyncGenerator = (async function* () {
    yield 1
  })()
  const table: Record<string, unknown> = {
    WeakMap: new WeakMap(),
    WeakSet: new WeakSet(),
    WeakRef: new WeakRef({}),
    FinalizationRegistry: new FinalizationRegistry(() => {}),
    Promise: Promise.resolve(1),
    'a subclass of Promise': new (class Later extends Promise<number> {})((resolve) => resolve(1)),
    'a running generator': generator,
    'a running async generator': asyncGenerator,
    'an iterator of an array': [1][Symbol.iterator](),
    'an iterator of a map': new Map([[1, 2]]).entries(),
    'an iterator of a set': new Set([1]).values(),
    'an iterator of a string': 'a'[Symbol.iterator](),
    'an iterator of matches': 'a'.matchAll(/a/g),
    AbortController: new AbortController(),
    AbortSignal: new AbortController().signal,
    EventTarget: new EventTarget(),
    'a URL': new URL('https://host.example/'),
    Headers: new Headers(),
    Response: new Response('body'),
    'an instance that holds a WeakMap': new Socket(),
  }
  it('is named', () => {
    const told = Object.entries(table).map(([name, value]) => {
      const [text = ''] = /: (?:it|property).*? is .*?(?=\.)/.exec(refusal(value)) ?? ['?']
      return `${name}${text}`
    })
    expect(told.join('\n')).toMatchInlineSnapshot(`
      "WeakMap: it is a WeakMap
      WeakSet: it is a WeakSet
      WeakRef: it is a WeakRef
      FinalizationRegistry: it is a FinalizationRegistry
      Promise: it is a Promise
      a subclass of Promise: it is a Promise
      a running generator: it is a running generator
      a running async generator: it is a running async generator
      an iterator of an array: it is an array iterator
      an iterator of a map: it is a map iterator
      an iterator of a set: it is a set iterator
      an iterator of a string: it is a string iterator
      an iterator of matches: it is an iterator over matches
      AbortController: it is an AbortController
      AbortSignal: it is an AbortSignal
      EventTarget: it is an EventTarget
      a URL: it is a URL
      Headers: it is a Headers
      Response: it is a Response
      an instance that holds a WeakMap: property 'weak' (at .weak) is a WeakMap"
    `)
  })
  it('is told whole', () => {
    expect(refusal(new WeakMap())).toMatchInlineSnapshot(`
      "VALUE_UNSUPPORTED at the root
      Cannot serialize a value: it is a WeakMap. Leave it on the page: pass the data it holds, wrap its use in \`callback(…)\`, or teach brine with \`registerType\`."
    `)
  })
  it('that moves, but is not in the transfer list', () => {
    const { port1 } = new MessageChannel()
    expect(refusal({ port: port1 })).toMatchInlineSnapshot(`
      "VALUE_NOT_TRANSFERRED at .port
      Cannot serialize a value: property 'port' (at .port) is a MessagePort which is not in the transfer list. Add it to \`transfer: […]\`."
    `)
    expect(refusal(new ReadableStream())).toMatchInlineSnapshot(`
      "VALUE_NOT_TRANSFERRED at the root
      Cannot serialize a value: it is a ReadableStream which is not in the transfer list. Add it to \`transfer: […]\`."
    `)
    port1.close()
  })
  it('that moved before', () => {
    const buffer = new ArrayBuffer(8)
    structuredClone(buffer, { transfer: [buffer] })
    expect(refusal({ frames: [buffer] })).toMatchInlineSnapshot(`
      "VALUE_DETACHED at .frames[0]
      Cannot serialize a value: property '0' (at .frames[0]) is a detached ArrayBuffer. Transfer a buffer once, or copy it first with \`slice()\`."
    `)
  })
  it('with private state', () => {
    class Account {
      #balance = 1
      #log: string[] = []
      read() {
        return [this.#balance, this.#log]
      }
    }
    class Savings extends Account {}
    expect(refusal({ account: new Account() })).toMatchInlineSnapshot(`
      "VALUE_PRIVATE_STATE at .account
      Cannot serialize a value: property 'account' (at .account) is an instance of 'Account' with the private state #balance, #log. Teach brine its state with \`registerType(Class, { name, encode, decode })\`."
    `)
    expect(refusal([new Savings()])).toMatchInlineSnapshot(`
      "VALUE_PRIVATE_STATE at [0]
      Cannot serialize a value: property '0' (at [0]) is an instance of 'Account' with the private state #balance, #log. Teach brine its state with \`registerType(Class, { name, encode, decode })\`."
    `)
  })
  it('a proxy that throws, a revoked proxy', () => {
    const throws = new Proxy(
      {},
      {
        ownKeys() {
          throw new Error('look away')
        },
      },
    )
    const revoked = Proxy.revocable({}, {})
    revoked.revoke()
    expect(refusal({ state: throws })).toMatchInlineSnapshot(`
      "VALUE_THREW at .state
      Cannot serialize a value: property 'state' (at .state) threw while it was read: Error: look away. Pass a plain copy of what the proxy shows."
    `)
    expect(refusal([revoked.proxy])).toMatchInlineSnapshot(`
      "VALUE_THREW at [0]
      Cannot serialize a value: property '0' (at [0]) threw while it was read: TypeError: Cannot perform 'getOwnPropertyDescriptor' on a proxy that has been revoked. Pass a plain copy of what the proxy shows."
    `)
  })
})

describe('the path to the culprit', () => {
  const socket = new WeakMap()
  const key = Symbol('key')
  class Holder {
    static shared = socket
  }
  const getter = Object.defineProperty({}, 'read', {
    get: (0, eval)('(() => () => unknownInGetter)()') as () => unknown,
    enumerable: true,
  })
  const table: Record<string, () => [unknown, SerializeOptions?]> = {
    'a property': () => [{ opts: { socket } }],
    'an element': () => [{ list: [0, [socket]] }],
    'a key that is no identifier': () => [{ 'two words': { 7: socket } }],
    'a symbol key': () => [{ [key]: { socket } }],
    'a map value': () => [
      {
        map: new Map<unknown, unknown>([
          ['a', 1],
          ['b', { socket }],
        ]),
      },
    ],
    'a map key': () => [new Map([[{ socket }, 1]])],
    'a set value': () => [new Set([1, socket])],
    'an own property of a map': () => [Object.assign(new Map(), { socket })],
    'an error cause': () => [new Error('e', { cause: { socket } })],
    'an AggregateError': () => [new AggregateError([1, socket])],
    'a frozen object': () => [Object.freeze({ deep: Object.freeze([socket]) })],
    'a prototype': () => [Object.create({ socket })],
    'a captured variable': () => [fn('function onTick() { return opts }'), { using: { opts: { socket } } }],
    'a captured variable of a captured function': () => [
      fn('() => helper()'),
      { using: { helper: fn('() => opts'), opts: [{ socket }] } },
    ],
    'a static of a class': () => [Holder],
    'a field of an instance': () => [[Object.assign(new (class {})(), { inner: { socket } })]],
    'a superclass': () => [
      fn('class Sub extends Base {}'.replace('Base', '(class Base { static open = globalThis.$socket })')),
    ],
    'a bound argument': () => [bind(fn('(a) => a'), undefined, { socket } as never)],
    'an own property of a function': () => [Object.assign(fn('() => 1'), { meta: { socket } })],
    'the this of an arrow': () => [
      fn('function () { return () => this }').call({ socket } as never),
      { using: { this: { socket } } },
    ],
    'a getter': () => [getter],
  }
  beforeEach(() => vi.stubGlobal('$socket', socket))
  afterEach(() => vi.unstubAllGlobals())
  it('leads through every container', () => {
    const told = Object.entries(table).map(([name, make]) => {
      const [opening = ''] = refusal(...make())
        .split('\n')
        .slice(1)
      return `${name}: ${opening.slice(0, opening.indexOf('. '))}`
    })
    expect(told.join('\n')).toMatchInlineSnapshot(`
      "a property: Cannot serialize a value: property 'socket' (at .opts.socket) is a WeakMap
      an element: Cannot serialize a value: property '0' (at .list[1][0]) is a WeakMap
      a key that is no identifier: Cannot serialize a value: property '7' (at ["two words"][7]) is a WeakMap
      a symbol key: Cannot serialize a value: property 'socket' (at [Symbol(key)].socket) is a WeakMap
      a map value: Cannot serialize a value: property 'socket' (at .map.<value 1>.socket) is a WeakMap
      a map key: Cannot serialize a value: property 'socket' (at .<key 0>.socket) is a WeakMap
      a set value: Cannot serialize a value: part 'value 1' (at .<value 1>) is a WeakMap
      an own property of a map: Cannot serialize a value: property 'socket' (at .socket) is a WeakMap
      an error cause: Cannot serialize a value: property 'socket' (at .cause.socket) is a WeakMap
      an AggregateError: Cannot serialize a value: property '1' (at .errors[1]) is a WeakMap
      a frozen object: Cannot serialize a value: property '0' (at .deep[0]) is a WeakMap
      a prototype: Cannot serialize a value: property 'socket' (at .<prototype>.socket) is a WeakMap
      a captured variable: Cannot serialize 'onTick': property 'socket' (captured at .opts.socket) is a WeakMap
      a captured variable of a captured function: Cannot serialize a function: property 'socket' (captured at .helper.opts[0].socket) is a WeakMap
      a static of a class: Cannot serialize 'Holder': property 'shared' (at .shared) is a WeakMap
      a field of an instance: Cannot serialize a value: property 'socket' (at [0].inner.socket) is a WeakMap
      a superclass: Cannot serialize 'Sub': property 'open' (at .<superclass>.open) is a WeakMap
      a bound argument: Cannot serialize 'bound ': property 'socket' (at .<bound argument 0>.socket) is a WeakMap
      an own property of a function: Cannot serialize a function: property 'socket' (at .meta.socket) is a WeakMap
      the this of an arrow: Cannot serialize a function: property 'socket' (captured at .this.socket) is a WeakMap
      a getter: Cannot serialize a value: property 'read' (at .read) uses the free variable 'unknownInGetter', which nobody supplies"
    `)
  })
  it('of a call names arguments by index', () => {
    const options = { carriers: [], action: 'offload' }
    const told = [[socket], [1, { opts: [{ socket }] }]].map((args) =>
      attempt(() => writeCall(Math.max, args, options)),
    )
    expect(told.join('\n\n')).toMatchInlineSnapshot(`
      "VALUE_UNSUPPORTED at [0]
      Cannot offload 'max': argument 0 (at [0]) is a WeakMap. Leave it on the page: pass the data it holds, wrap its use in \`callback(…)\`, or teach brine with \`registerType\`.

      VALUE_UNSUPPORTED at [1].opts[0].socket
      Cannot offload 'max': property 'socket' (at [1].opts[0].socket) is a WeakMap. Leave it on the page: pass the data it holds, wrap its use in \`callback(…)\`, or teach brine with \`registerType\`."
    `)
  })
})

describe('a registered type', () => {
  class Money {
    cents: number
    constructor(cents: number) {
      this.cents = cents
    }
  }
  it('whose encode throws', () => {
    class Broken {}
    const encode = () => {
      throw new RangeError('no state')
    }
    registerType(Broken, { name: 'messages/Broken', encode, decode: () => new Broken() })
    expect(refusal({ broken: new Broken() })).toMatchInlineSnapshot(`
      "VALUE_ENCODE at .broken
      Cannot serialize a value: property 'broken' (at .broken) is of the registered type 'messages/Broken', whose codec threw: RangeError: no state. Mend the \`encode\` or \`decode\` given to \`registerType\`."
    `)
  })
  it('whose decode throws', async () => {
    class Half {}
    const decode = (): Half => {
      throw new RangeError('no instance')
    }
    registerType(Half, { name: 'messages/Half', encode: () => 1, decode })
    expect(await rejection(deserialize(serialize([new Half()]), { code: 'allow' }))).toMatchInlineSnapshot(`
      "VALUE_ENCODE at the root
      Cannot rebuild a value: it is of the registered type 'messages/Half', whose codec threw: RangeError: no instance. Mend the \`encode\` or \`decode\` given to \`registerType\`."
    `)
  })
  it('whose state cannot travel', () => {
    class Open {}
    const encode = () => ({ handle: new WeakMap() })
    registerType(Open, { name: 'messages/Open', encode, decode: () => new Open() })
    expect(refusal([new Open()])).toMatchInlineSnapshot(`
      "VALUE_UNSUPPORTED at [0].<state>.handle
      Cannot serialize a value: property 'handle' (at [0].<state>.handle) is a WeakMap. Leave it on the page: pass the data it holds, wrap its use in \`callback(…)\`, or teach brine with \`registerType\`."
    `)
  })
  it('that the receiver does not know', async () => {
    registerType(Money, {
      name: 'messages/Money',
      encode: ({ cents }) => cents,
      decode: (cents) => new Money(cents),
    })
    const { data, transfer } = serialize([new Money(1)])
    const heap = data.heap.map((node) => (node.kind === 'typed' ? { ...node, name: 'messages/Gone' } : node))
    expect(await rejection(deserialize({ data: { ...data, heap }, transfer }))).toMatchInlineSnapshot(`
      "TYPE_UNKNOWN at the root
      Cannot rebuild a value as the type 'messages/Gone' is not registered here. Call \`registerType\` with the same name in the receiving thread, or give it \`using\` so that it travels."
    `)
  })
  it('that was registered wrongly', () => {
    const options = { name: 'messages/Other', encode: () => 1, decode: () => new Money(1) }
    const attempts = [
      () => registerType('Money' as never, options),
      () => registerType(Money, undefined as never),
      () => registerType(Money, { ...options, name: '' }),
      () => registerType(Money, { ...options, encode: 5 as never }),
      () => registerType(Money, { ...options, decode: undefined as never }),
      () => registerType(class Another {}, { ...options, name: 'messages/Money', decode: () => ({}) }),
    ]
    const told = attempts.map((act) => attempt(act).split('\n')[1])
    expect(told.join('\n')).toMatchInlineSnapshot(`
      "Cannot register the type as the class is not a class: Money. See the docstring of the function.
      Cannot register the type as options is not an object: undefined. See the docstring of the function.
      Cannot register the type as name is not a non-empty string: . See the docstring of the function.
      Cannot register the type as encode is not a function: 5. See the docstring of the function.
      Cannot register the type as decode is not a function: undefined. See the docstring of the function.
      Cannot register the type 'messages/Money' as another class has that name. Choose names that are unique in your app, for example \`shop/Money\`."
    `)
  })
})

describe('a payload that cannot be read', () => {
  it('is none, or not of this version', async () => {
    const told = [
      undefined,
      {},
      { data: null },
      { data: { brine: 2 } },
      { data: { ...serialize(1).data, root: [3] } },
    ]
    const texts = await Promise.all(told.map((payload) => rejection(deserialize(payload as never))))
    expect(texts.join('\n')).toMatchInlineSnapshot(`
      "PAYLOAD_MALFORMED at the root
      Cannot read the payload as it is not a record: undefined. The payload was damaged, cut off, or not made by brine.
      PAYLOAD_MALFORMED at the root
      Cannot read the payload as it is not a record: undefined. The payload was damaged, cut off, or not made by brine.
      PAYLOAD_MALFORMED at the root
      Cannot read the payload as it is not a record: null. The payload was damaged, cut off, or not made by brine.
      PAYLOAD_VERSION at the root
      Cannot read the payload as its format is not version 1: 2. Read it with the version of brine that wrote it.
      PAYLOAD_MALFORMED at the root
      Cannot read the payload as root is not a reference to one of 0 nodes: [3]. The payload was damaged, cut off, or not made by brine."
    `)
  })
  it('holds code, and code is not allowed', async () => {
    const held = [fn('() => 1'), Math.max, new (fn('class A {}') as never as new () => object)()]
    const texts = await Promise.all(held.map((value) => rejection(deserialize(serialize({ value })))))
    expect(texts.join('\n')).toMatchInlineSnapshot(`
      "CODE_NOT_ALLOWED at the root
      Cannot deserialize as the payload holds code, and code is not allowed. Pass \`{ code: 'allow' }\` if, and only if, you trust where the payload comes from.
      CODE_NOT_ALLOWED at the root
      Cannot deserialize as the payload holds the global Math.max, and code is not allowed. Pass \`{ code: 'allow' }\` if, and only if, you trust where the payload comes from.
      CODE_NOT_ALLOWED at the root
      Cannot deserialize as the payload holds code, and code is not allowed. Pass \`{ code: 'allow' }\` if, and only if, you trust where the payload comes from."
    `)
  })
  it('holds code that fails', async () => {
    const Late = (0, eval)(
      '(() => { let n = 0; return class Late { [n++ === 0 ? "a" : globalThis.$boom()] = 1 } })()',
    ) as unknown
    const payload = serialize(Late, { using: { n: 1 } })
    // The class of the page would be found by its id.
    const heap = payload.data.heap.map((node) =>
      node.kind === 'closure' ? { ...node, id: 'elsewhere:1' } : node,
    )
    const data = { ...payload.data, heap }
    expect(await rejection(deserialize({ data, transfer: [] }, { code: 'allow' }))).toMatchInlineSnapshot(`
      "CODE_FAILED at the root
      Cannot rebuild 'Late' as its code threw: TypeError: undefined is not a function. Look for work done while a class or function is defined: static blocks, computed keys."
    `)
  })
  it('refers to a global that is not here', async () => {
    const { data } = serialize({ max: Math.max })
    const heap = data.heap.map((node) =>
      node.kind === 'global' ? { ...node, path: 'HTMLElement.prototype' } : node,
    )
    const payload = { data: { ...data, heap }, transfer: [] }
    expect(await rejection(deserialize(payload, { code: 'allow' }))).toMatchInlineSnapshot(`
      "GLOBAL_MISSING at the root
      Cannot rebuild a reference as this thread has no global 'HTMLElement.prototype'. Workers lack the DOM and some other globals: capture data instead."
    `)
  })
  it('is larger than the limits', async () => {
    const list = serialize(Array.from({ length: 20 }, () => Object.freeze({})))
    expect(await rejection(deserialize(list, { limits: { nodes: 10 } }))).toMatchInlineSnapshot(`
      "LIMIT_EXCEEDED at the root
      Cannot read the payload as it exceeds the limit of 10 nodes: 21. Raise the limit with \`limits: { … }\` where the payload is trusted."
    `)
  })
  it('comes where the security policy forbids code', async () => {
    const blocked = new EvalError('Refused to evaluate a string as JavaScript')
    vi.stubGlobal('eval', () => {
      throw blocked
    })
    vi.spyOn(URL, 'createObjectURL').mockImplementation(() => {
      throw new TypeError('Refused to load blob:')
    })
    try {
      const payload = serialize(new Function('return 1'))
      expect(await rejection(deserialize(payload, { code: 'allow' }))).toMatchInlineSnapshot(`
        "CODE_BLOCKED at the root
        Cannot evaluate the code of a payload as the security policy forbids it: EvalError: Refused to evaluate a string as JavaScript; TypeError: Refused to load blob:. Allow 'unsafe-eval' or blob: for scripts, or use the Vite plugin, which needs neither."
      `)
    } finally {
      vi.unstubAllGlobals()
      vi.restoreAllMocks()
    }
  })
  it('has no byte form, or is no bytes', () => {
    const attempts = [
      () => toBytes(serialize(new Blob(['x']))),
      () => fromBytes(new Uint8Array([1, 2, 3])),
      () => fromBytes('text' as never),
    ]
    const told = attempts.map(attempt)
    expect(told.join('\n')).toMatchInlineSnapshot(`
      "VALUE_NO_BYTES at the root
      Cannot write bytes as the payload holds a Blob. Bytes hold data and code: read blobs and bitmaps into ArrayBuffers first.
      PAYLOAD_MALFORMED at the root
      Cannot read the payload as byte 0 is not the "b" of "brine": 1. The payload was damaged, cut off, or not made by brine.
      ARGUMENT_INVALID at the root
      Cannot read bytes as bytes is not a Uint8Array or an ArrayBuffer: "text". See the docstring of the function."
    `)
  })
})

describe('errors of workers and pools', () => {
  it('have their texts', () => {
    const errors = [
      new WorkerCrashError({ task: '7', reason: 'it closed itself' }),
      new BrineError('WORKER_UNAVAILABLE', { reason: 'the script was not found' }),
      new BrineError('TASK_STALLED', { task: "'sum'" }),
      new BrineError('POOL_CLOSED', { action: 'offload a function', pool: 'default' }),
      new BrineError('QUEUE_FULL', { limit: 10 }),
      new BrineError('STREAM_AHEAD', { task: "'adder'" }),
      new BrineError('CAPTURE_TOO_LARGE', {
        action: 'offload',
        subject: "'sum'",
        limit: '256.0 MiB',
        found: '300.0 MiB',
        largest: '.table (299.0 MiB)',
      }),
      new BrineError('SHARE_RELEASED', { action: 'read', subject: 'a shared value', where: 'it' }),
      new BrineError('SHARE_UNKNOWN', { id: 'a:1' }),
    ]
    expect(errors.map(tell).join('\n')).toMatchInlineSnapshot(`
      "WORKER_CRASHED at the root
      Cannot finish the task 7 as its worker died: it closed itself. The pool has replaced the worker. Pass \`retries\` for tasks that may run more than once.
      WORKER_UNAVAILABLE at the root
      Cannot start a worker as every way failed: the script was not found. Check \`worker-src\` of the security policy, or pass \`worker: () => new Worker(…)\` to \`createPool\`.
      TASK_STALLED at the root
      Cannot start the task 'sum' as one that it depends on did not succeed. See the cause of the error.
      POOL_CLOSED at the root
      Cannot offload a function as the pool 'default' is closed. Make another pool with \`createPool()\`.
      QUEUE_FULL at the root
      Cannot queue another task as the queue is full: 10 tasks wait. Await \`pool.ready()\` before each call, or raise \`maxQueue\`.
      STREAM_AHEAD at the root
      Cannot pass a value to the generator 'adder' as it runs ahead of its reader, past the yield that would take it. Pass a value with the second \`next(value)\` and with each one after it.
      CAPTURE_TOO_LARGE at the root
      Cannot offload 'sum' as it captures more than 256.0 MiB: 300.0 MiB, most of it in .table (299.0 MiB). Wrap what is large in \`share(…)\`, transfer it, or raise \`captureLimits: { fail }\`.
      SHARE_RELEASED at the root
      Cannot read a shared value as it was released. Call \`release()\` after the last call that needs the value; those under way keep it.
      SHARE_UNKNOWN at the root
      Cannot rebuild the shared value 'a:1' as this thread does not have it. Use a shared value with the pools of the page that shares it; \`serialize\` writes it in place."
    `)
  })
})

describe('a function that the Vite plugin did not convert', () => {
  it('in a build, which has no parser', () => {
    const options = { carriers: [rebuiltCarrier, noSourceCarrier], action: 'offload' }
    expect(attempt(() => writeCall(fn('function far() {}'), [], options))).toMatchInlineSnapshot(`
      "CAPTURE_UNINSTRUMENTED at the root
      Cannot offload 'far': it is the function 'far' of a module that the plugin did not convert. Import brine in it, open it with 'use brine', or name it in \`include\`; take \`use no brine\` or \`brine-skip\` out."
    `)
  })
})

describe('a function that the Vite plugin could not convert', () => {
  it('tells why', () => {
    const refused = 'uses super of the method around it'
    const [site] = sites(['closures.js'], [{ at: -1, name: '', length: 0, names: [], refused }], [])
    const start = register(fn('function start() {}'), site!, 0)
    const options = { carriers: [siteCarrier], action: 'offload' }
    expect(attempt(() => writeCall(start, [], options))).toMatchInlineSnapshot(`
      "CAPTURE_LEFT_ALONE at the root
      Cannot offload 'start': it uses super of the method around it. Write it as a function of its own, outside of what it shares, and pass what it needs as arguments."
    `)
    expect(attempt(() => writePayload({ job: { start } }, options))).toMatchInlineSnapshot(`
      "CAPTURE_LEFT_ALONE at .job.start
      Cannot offload a value: property 'start' (at .job.start) uses super of the method around it. Write it as a function of its own, outside of what it shares, and pass what it needs as arguments."
    `)
  })
})

describe('a module of closures that does not load', () => {
  it('as a module that it imports touches the page', () => {
    const error = new ReferenceError('document is not defined')
    error.stack = 'ReferenceError: document is not defined\n    at https://app.example/src/dom.js:3:14'
    expect(tell(moduleFailure('https://app.example/a.js', error))).toMatchInlineSnapshot(`
      "MODULE_FAILED at the root
      Cannot load the module '/src/dom.js' in a worker as it threw: ReferenceError: document is not defined. Keep what touches the page out of it, guard that with \`typeof document\`, or import it where it is used."
    `)
  })
  it('as it is missing', () => {
    const error = new TypeError('Failed to fetch dynamically imported module: https://app.example/a.js')
    expect(tell(moduleFailure('https://app.example/a.js', error))).toMatchInlineSnapshot(`
      "MODULE_MISSING at the root
      Cannot load the code of a closure as a module is missing at or below https://app.example/a.js: TypeError: Failed to fetch dynamically imported module: https://app.example/a.js. Reload the page: after a deployment the old modules may be gone. In development, see what the server says."
    `)
  })
})

afterAll(() => {
  const untold = (Object.keys(catalog) as ErrorCode[]).filter((code) => !seen.has(code))
  expect(untold, 'every code of the catalog has its text in this file').toEqual([])
})
