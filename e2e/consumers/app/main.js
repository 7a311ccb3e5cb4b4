// The ways that work in every bundle, whatever a minifier does to names.
import { byArguments } from './by-arguments.js'
import { byOwnWorker } from './by-own-worker.js'
import { byScope } from './by-scope.js'
import { showOutcomes } from './outcomes.js'

showOutcomes({ byScope, byArguments, byOwnWorker })
