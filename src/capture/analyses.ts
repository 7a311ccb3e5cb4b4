// Analyses of texts, kept: the same function travels many times.
import { analyseFunction } from '../syntax/analyse.ts'
import type { FunctionSyntax } from '../syntax/function-syntax.ts'
import { analyseThunk } from '../syntax/thunk.ts'

/** How many texts are kept; the oldest give way. */
const KEPT = 2_000

function kept<Analysis>(analyse: (text: string) => Analysis): (text: string) => Analysis {
  const analyses = new Map<string, Analysis>()
  return (text) => {
    const known = analyses.get(text)
    if (known) return known
    const made = analyse(text)
    if (analyses.size >= KEPT) analyses.delete(analyses.keys().next().value!)
    analyses.set(text, made)
    return made
  }
}

/**
 * The analysis of a function's text.
 *
 * @throws {SyntaxError} when it is not the text of exactly one function
 */
export const analysisOf: (text: string) => FunctionSyntax = /* @__PURE__ */ kept((text) =>
  analyseFunction(text),
)

/** The analysis of the text of a function `using`. */
export const thunkOf: typeof analyseThunk = /* @__PURE__ */ kept(analyseThunk)
