// A worker of the app's own: brine's script, and the types that tasks need.
import 'brine/worker'
import './money.js'
