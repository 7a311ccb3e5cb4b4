// Without a build step every way works, and names are as they were written.
import { byArguments } from '../app/by-arguments.js'
import { byScope } from '../app/by-scope.js'
import { byThunk } from '../app/by-thunk.js'
import { byShortKeys, byUsing, byUsingImport } from '../app/by-using.js'
import { showOutcomes } from '../app/outcomes.js'

showOutcomes({ byUsing, byUsingImport, byShortKeys, byThunk, byScope, byArguments })
