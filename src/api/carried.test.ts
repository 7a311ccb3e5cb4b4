// The table of closures and values once more: carried as bytes, and as the text of a module that knows no library.
import { describe, expect, it } from 'vitest'
import { cases } from '../../e2e/fixtures/cases.js'
import { check, isAble, isReturnRefusal } from '../../e2e/fixtures/check.js'
import { capture } from '../capture/environment.ts'
import { bind } from '../realm/bind.ts'
import { fromBytes, toBytes } from '../serialize/bytes.ts'
import { moduleText } from '../serialize/module-text.ts'
import { registerType } from '../serialize/register-type.ts'
import { deserialize, serialize } from './serialize.ts'

const brine = { bind, capture, registerType }
const able = cases.filter(
  (each) => isAble(each) && !each.apart && !isReturnRefusal(each) && each.variants.includes('using'),
)

/** A module knows no classes of the page: those that it hands back are its own, with the text that was written. */
const OWN_CLASS = /^classes came back as copies|: function: "/

interface Call {
  fn: (...args: unknown[]) => unknown
  args: unknown[]
}

async function importText(text: string): Promise<Call> {
  const url = `data:text/javascript;charset=utf-8,${encodeURIComponent(text)}`
  return ((await import(/* @vite-ignore */ url)) as { default: Call }).default
}

describe('as bytes', () => {
  it.each(able)('$name', async (each) => {
    const wrong = await check(each, 'using', brine, async (fn, args, environment) => {
      const bytes = toBytes(serialize({ fn, args }, environment))
      const copy = (await deserialize(fromBytes(bytes), { code: 'allow' })) as Call
      return copy.fn(...copy.args)
    })
    expect(wrong).toBeUndefined()
  })
})

describe('as a module', () => {
  it.each(able)('$name', async (each) => {
    const wrong = await check(each, 'using', brine, async (fn, args, environment) => {
      const { fn: copy, args: rest } = await importText(moduleText(serialize({ fn, args }, environment).data))
      return copy(...rest)
    })
    expect(wrong ?? '').toMatch(wrong ? OWN_CLASS : /^$/)
  })
})
