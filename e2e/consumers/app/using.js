// The ways that name variables: in a bundle of their own, as an `eval` in the same bundle would keep some names alive.
import { byThunk } from './by-thunk.js'
import { byShortKeys, byUsing, byUsingImport } from './by-using.js'
import { showOutcomes } from './outcomes.js'

showOutcomes({ byUsing, byUsingImport, byShortKeys, byThunk })
