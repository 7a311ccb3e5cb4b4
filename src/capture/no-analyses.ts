// Stands in for the analyses of texts where the Vite plugin is, as there is no parser.
import type * as analyses from './analyses.ts'

/** Refuses every text. */
export const analysisOf: typeof analyses.analysisOf = () => {
  throw new SyntaxError('an app with the Vite plugin has no parser')
}

/** Refuses every function `using`. */
export const thunkOf: typeof analyses.thunkOf = (text) => ({
  fault: 'is a function, which an app with the Vite plugin neither reads nor needs',
  at: { start: 0, end: text.length },
})
