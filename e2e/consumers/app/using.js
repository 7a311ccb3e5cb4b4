// The way that needs names: in a bundle of its own, as an `eval` in the same bundle would keep some of them alive.
import { byUsing, byUsingImport } from './by-using.js'
import { showOutcomes } from './outcomes.js'

showOutcomes({ byUsing, byUsingImport })
