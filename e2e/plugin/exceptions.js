// The cases of the table whose outcome is another one with the plugin, and why.
//
//   outcome   'blocked': the page itself cannot make the case, as it evaluates text, which the policy forbids;
//             'unbuildable': bundlers refuse the code of the case, so that it is taken out of the table
//   in        'build' for what is so when built alone, 'terser' for what is so when built with that
//   engine    'v8' for what is so there alone
//   change    what is to be expected instead of what the table says
import { cases } from '../fixtures/cases.js'

const blocked = { outcome: 'blocked', why: 'the case itself evaluates text' }
/** @param {string} why */
const travels = (why) => ({ why, change: { error: undefined } })
const madeInside = travels(
  'functions made inside are registered in the worker too: their variables can be read there',
)

const reachesInside = {
  why: 'the plugin gives the names of the class a meaning outside of it, by which the copies are written otherwise',
  change: { error: undefined, minified: true },
}
const readsPrivates = travels('the plugin has put into the class what reads its private state')

/** @type {Record<string, { why: string, in?: 'build' | 'terser', engine?: 'v8', outcome?: string, change?: object }>} */
export const exceptions = {
  'captures: a wide scope': blocked,
  'captures: a chain of 300 functions': blocked,
  'captures: a very long text': blocked,
  'captures: functions of one scope that were given two scope functions': {
    why: 'the plugin knows the one scope of both',
    change: { differs: undefined },
  },
  'functions: sloppy functions: `this` boxed, arguments mapped, octal, with': blocked,
  'functions: a sloppy function with variables that strict code may not name': blocked,
  'functions: an assignment to a captured constant': {
    outcome: 'unbuildable',
    why: 'bundlers see the mistake',
  },
  'throws: a call of a class without new': {
    in: 'build',
    engine: 'v8',
    why: 'the message of the engine names the class as the minifier does, here and there otherwise',
    change: { differs: 'the name of the class' },
  },
  'classes: a heritage of 300 classes': blocked,
  'language: comments in odd places': blocked,
  'language: a text that ends in a line comment': blocked,
  'refused: a function made inside cannot come back': madeInside,
  'refused: an instance of a class made inside cannot come back': {
    ...madeInside,
    change: { error: undefined, newClasses: true },
  },
  'refused: an object with a method made inside cannot come back': madeInside,
  'refused: an instance with private state cannot go': readsPrivates,
  'refused: an instance with private state cannot come back': readsPrivates,
  ...Object.fromEntries(
    cases.filter(({ name }) => name.startsWith('private state: ')).map(({ name }) => [name, readsPrivates]),
  ),
  ...Object.fromEntries(
    cases.filter(({ name }) => name.startsWith('inside a class: ')).map(({ name }) => [name, reachesInside]),
  ),
  'classes: a static private field that changed': { ...readsPrivates, change: { differs: undefined } },
  'refused: a free variable that nobody supplies': {
    why: 'a name that no scope binds is a global, and a ReferenceError where it is read, as on the page',
    change: { error: undefined },
  },
  'refused: a closure of another scope, of which the call sees nothing': travels(
    'the plugin knows its scope',
  ),
  'refused: a method that uses super, taken from its object': travels('the plugin knows its object'),
  'refused: a method that uses super, copied to an object with another prototype': travels(
    'the plugin knows to which it belongs',
  ),
  'refused: a method that uses a private name, taken from its class': travels('its class travels with it'),
  'refused: direct eval': { why: 'the plugin has left it alone', change: { error: 'CAPTURE_LEFT_ALONE' } },
  'refused: a name inside `with` that may be a variable': blocked,
}
