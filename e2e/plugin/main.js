// Runs the table of closures and values with nothing named by hand: what a function captured only the plugin knows.
import * as brine from 'brine'
import { cases } from '../fixtures/cases.js'
import { check, isAble } from '../fixtures/check.js'
import { exceptions } from './exceptions.js'

/**
 * What is wrong with a case; undefined if nothing is.
 *
 * @param {any} each
 * @param {brine.Pool} pool
 */
async function wrongWith(each, pool) {
  const minified = import.meta.env.MODE !== 'development'
  const listed = exceptions[each.name]
  const isMeant =
    (listed?.in === undefined || (listed.in === 'build' ? minified : import.meta.env.MODE === listed.in)) &&
    (listed?.engine === undefined || !navigator.userAgent.includes('Firefox'))
  const exception = isMeant ? listed : undefined
  if (exception?.outcome === 'unbuildable') return each.make && 'it is still in the table'
  if (exception?.outcome === 'blocked') {
    try {
      each.make(brine)
    } catch (error) {
      return error instanceof EvalError ? undefined : `it failed otherwise: ${String(error)}`
    }
    return 'the policy let its code pass'
  }
  // What `make` says of `using` only tells the check which classes are those of the page.
  /** @type {(fn: any, args: any[]) => Promise<unknown>} */
  const elsewhere = (fn, args) => pool.offload(fn, ...args)
  return await check({ ...each, minified, ...exception?.change }, 'using', brine, elsewhere)
}

globalThis.runTable = async (only) => {
  const pool = brine.createPool({ size: 2 })
  const failures = []
  const chosen = cases.filter((each) => isAble(each) && (!only || each.name.includes(only)))
  for (const each of chosen) {
    const late = new Promise((resolve) => setTimeout(resolve, 15_000, 'it takes too long'))
    const run = wrongWith(each, pool).catch((error) => `the check failed: ${error.stack}`)
    const wrong = await Promise.race([run, late])
    if (wrong !== undefined) failures.push(`${each.name}: ${wrong}`)
  }
  await pool.close()
  const names = new Set(cases.map(({ name }) => name))
  return {
    ran: chosen.length,
    total: cases.length,
    failures,
    unknown: Object.keys(exceptions).filter((name) => !names.has(name)),
  }
}
