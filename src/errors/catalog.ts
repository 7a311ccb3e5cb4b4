// Every error brine can raise: its code, its message as a function of the facts, and what to do about it.
import { opening } from './entry.ts'
import type { Entry } from './entry.ts'
import type { FactsByCode } from './facts.ts'

/** The catalog: `README.md` and the tests are written from it. */
export const catalog: { readonly [Code in keyof FactsByCode]: Entry<FactsByCode[Code]> } = {
  CAPTURE_UNRESOLVED: {
    summary: 'A function uses a free variable that nobody supplies.',
    message: (at) =>
      `${opening(at)} uses the free variable '${at.name}', which nobody supplies${at.advice ?? ''}`,
    hint: 'Name it in `using: { … }`, or hand over the scope with `scope: (name) => eval(name)`.',
  },
  CAPTURE_DEAD_ZONE: {
    summary: 'A captured variable has no value yet: it is in its temporal dead zone.',
    message: (at) => `${opening(at)} uses '${at.name}', which is not initialized yet`,
    hint: 'Call brine after the declaration has run.',
  },
  CAPTURE_SCOPE_NAME: {
    summary: "The `scope` function's own parameter hides a captured variable.",
    message: (at) => `${opening(at)} uses '${at.name}', which the parameter of \`scope\` hides`,
    hint: 'Give the parameter of `scope` another name, for example `scope: ($) => eval($)`.',
  },
  CAPTURE_SCOPE_THREW: {
    summary: 'The `scope` function threw while brine read a variable through it.',
    message: (at) => `${opening(at)} uses '${at.name}', and reading it threw: ${at.reason}`,
    hint: 'Write `scope: (name) => eval(name)` in the place where the function is written, or use `using`.',
  },
  CAPTURE_USING: {
    summary: 'A function given as `using` does not tell which variables it names.',
    message: (at) => `${opening(at)} needs variables of a function \`using\`, which ${at.reason}`,
    hint: 'Write `using: () => ({ a, b })`, with nothing but variables in it: assign anything else to a variable first.',
  },
  CAPTURE_RENAMED: {
    summary:
      'A minifier seems to have renamed what `using: { … }` names, so that a variable may be mistaken for another.',
    message: (at) =>
      `${opening(at)} uses '${at.name}', which may be another variable than \`using\` means: ` +
      `minified code does not mention ${at.keys}`,
    hint: 'Write `using: () => ({ a, b })`, in which a minifier changes the names as well.',
  },
  CAPTURE_PAGE_ONLY: {
    summary: 'A function uses an object that exists on the page alone (`document`, `window`, …).',
    message: (at) => `${opening(at)} uses '${at.name}', which exists on the page alone`,
    hint: 'Read what is needed on the page and pass it as an argument, or wrap the access in `callback(…)`.',
  },
  CAPTURE_EVAL: {
    summary: 'A function carried by its source calls `eval` directly, so its variables cannot be known.',
    message: (at) => `${opening(at)} calls eval directly, so the variables that it needs cannot be known`,
    hint: 'Use indirect eval, `(0, eval)(text)`, which sees global variables only.',
  },
  CAPTURE_IMPORT: {
    summary: 'A function carried by its source uses `import.meta` or a relative dynamic import.',
    message: (at) => `${opening(at)} uses ${at.what}, which has no meaning away from its module`,
    hint: 'Read it outside the function and capture the value.',
  },
  CAPTURE_SUPER: {
    summary: 'A method that uses `super` was captured without the object or class it belongs to.',
    message: (at) => `${opening(at)} uses super, and the object it belongs to is not known`,
    hint: 'Capture the object or the class, and call the method on it.',
  },
  CAPTURE_PRIVATE: {
    summary: 'A method that uses a private member was captured without its class.',
    message: (at) => `${opening(at)} uses the private member '${at.name}' outside its class`,
    hint: 'Capture the class and call the method on it, or pass what the method needs as arguments.',
  },
  CAPTURE_NATIVE: {
    summary: 'A native function is not reachable from any known global.',
    message: (at) => `${opening(at)} is the native function '${at.name}', which is no known global`,
    hint: 'Write a function that calls it: `(x) => theNative(x)`.',
  },
  CAPTURE_BOUND: {
    summary: 'A bound function hides its target from JavaScript.',
    message: (at) => `${opening(at)} is the bound function '${at.name}', whose target cannot be read`,
    hint: 'Bind with `bind(fn, self, …args)` from brine, or write an arrow function.',
  },
  CAPTURE_UNKNOWN: {
    summary: 'A function was created inside a worker by code that carries no capture information.',
    message: (at) =>
      `${opening(at)} is the function '${at.name}', created where its variables cannot be read`,
    hint: 'Return data and build the function on the page, or capture the function before you offload.',
  },
  CAPTURE_UNINSTRUMENTED: {
    summary: 'A function comes from a module that the Vite plugin did not convert.',
    message: (at) =>
      `${opening(at)} is the function '${at.name}' of a module that the plugin did not convert`,
    hint: "Import brine in it, open it with 'use brine', or name it in `include`; take `use no brine` or `brine-skip` out.",
  },
  CAPTURE_LEFT_ALONE: {
    summary: 'A function stands where the Vite plugin cannot convert it.',
    message: (at) => `${opening(at)} ${at.reason}`,
    hint: 'Write it as a function of its own, outside of what it shares, and pass what it needs as arguments.',
  },
  CAPTURE_SYNTAX: {
    summary: "A function's text cannot be parsed.",
    message: (at) => `${opening(at)} has a text that cannot be parsed: ${at.reason}`,
    hint: 'Check for a replaced `toString`, or syntax newer than the parser.',
  },
  VALUE_UNSUPPORTED: {
    summary:
      'A value belongs to this thread and cannot travel (DOM nodes, sockets, promises, weak collections, …).',
    message: (at) => `${opening(at)} is ${at.what}`,
    hint: 'Leave it on the page: pass the data it holds, wrap its use in `callback(…)`, or teach brine with `registerType`.',
  },
  VALUE_NOT_TRANSFERRED: {
    summary: 'A port, stream or similar can move but not be copied, and is not in the transfer list.',
    message: (at) => `${opening(at)} is ${at.what} which is not in the transfer list`,
    hint: 'Add it to `transfer: […]`.',
  },
  VALUE_DETACHED: {
    summary: 'An ArrayBuffer was transferred away before.',
    message: (at) => `${opening(at)} is a detached ArrayBuffer`,
    hint: 'Transfer a buffer once, or copy it first with `slice()`.',
  },
  VALUE_PRIVATE_STATE: {
    summary: 'An instance holds private fields, which JavaScript cannot read from outside.',
    message: (at) => `${opening(at)} is an instance of '${at.className}' with the private state ${at.names}`,
    hint: 'Teach brine its state with `registerType(Class, { name, encode, decode })`.',
  },
  VALUE_THREW: {
    summary: 'Reading a value threw (a proxy trap, or a revoked proxy).',
    message: (at) => `${opening(at)} threw while it was read: ${at.reason}`,
    hint: 'Pass a plain copy of what the proxy shows.',
  },
  VALUE_ENCODE: {
    summary: "A registered type's `encode` or `decode` threw.",
    message: (at) => `${opening(at)} is of the registered type '${at.name}', whose codec threw: ${at.reason}`,
    hint: 'Mend the `encode` or `decode` given to `registerType`.',
  },
  VALUE_NO_BYTES: {
    summary: 'A payload holds something that has no byte form.',
    message: ({ what }) => `Cannot write bytes as the payload holds ${what}`,
    hint: 'Bytes hold data and code: read blobs and bitmaps into ArrayBuffers first.',
  },
  CAPTURE_TOO_LARGE: {
    summary: 'A function captured more than the option `captureLimits` lets it.',
    message: ({ action, subject, limit, found, largest }) =>
      `Cannot ${action} ${subject} as it captures more than ${limit}: ${found}, most of it in ${largest}`,
    hint: 'Wrap what is large in `share(…)`, transfer it, or raise `captureLimits: { fail }`.',
  },
  LIMIT_EXCEEDED: {
    summary: 'A payload is larger than the limits of its receiver.',
    message: ({ what, limit, found }) =>
      `Cannot read the payload as it exceeds the limit of ${limit} ${what}: ${found}`,
    hint: 'Raise the limit with `limits: { … }` where the payload is trusted.',
  },
  PAYLOAD_MALFORMED: {
    summary: 'A payload does not have the shape that the format demands.',
    message: ({ at, expected, found }) => `Cannot read the payload as ${at} is not ${expected}: ${found}`,
    hint: 'The payload was damaged, cut off, or not made by brine.',
  },
  PAYLOAD_VERSION: {
    summary: 'A payload was written by another version of the format.',
    message: ({ expected, found }) =>
      `Cannot read the payload as its format is not version ${expected}: ${found}`,
    hint: 'Read it with the version of brine that wrote it.',
  },
  CODE_NOT_ALLOWED: {
    summary: 'A payload holds code, and the receiver did not allow any.',
    message: ({ what }) => `Cannot deserialize as the payload holds ${what}, and code is not allowed`,
    hint: "Pass `{ code: 'allow' }` if, and only if, you trust where the payload comes from.",
  },
  CODE_BLOCKED: {
    summary: "The receiver's Content Security Policy forbids evaluating text.",
    message: ({ reason }) =>
      `Cannot evaluate the code of a payload as the security policy forbids it: ${reason}`,
    hint: "Allow 'unsafe-eval' or blob: for scripts, or use the Vite plugin, which needs neither.",
  },
  CODE_FAILED: {
    summary: 'Evaluating the code of a payload threw.',
    message: ({ name, reason }) => `Cannot rebuild '${name}' as its code threw: ${reason}`,
    hint: 'Look for work done while a class or function is defined: static blocks, computed keys.',
  },
  MODULE_FAILED: {
    summary:
      'A module that a closure imports threw while a worker loaded it: it may use `document`, for one.',
    message: ({ module, reason }) => `Cannot load the module '${module}' in a worker as it threw: ${reason}`,
    hint: 'Keep what touches the page out of it, guard that with `typeof document`, or import it where it is used.',
  },
  MODULE_MISSING: {
    summary: 'The module of a closure, or one that it imports, could not be fetched.',
    message: ({ url, reason }) =>
      `Cannot load the code of a closure as a module is missing at or below ${url}: ${reason}`,
    hint: 'Reload the page: after a deployment the old modules may be gone. In development, see what the server says.',
  },
  GLOBAL_MISSING: {
    summary: 'A payload refers to a global that the receiving thread does not have.',
    message: ({ path }) => `Cannot rebuild a reference as this thread has no global '${path}'`,
    hint: 'Workers lack the DOM and some other globals: capture data instead.',
  },
  TYPE_UNKNOWN: {
    summary: 'A payload holds a registered type that the receiver does not know.',
    message: ({ name }) => `Cannot rebuild a value as the type '${name}' is not registered here`,
    hint: 'Call `registerType` with the same name in the receiving thread, or give it `using` so that it travels.',
  },
  TYPE_CONFLICT: {
    summary: 'Two classes were registered under one name.',
    message: ({ name }) => `Cannot register the type '${name}' as another class has that name`,
    hint: 'Choose names that are unique in your app, for example `shop/Money`.',
  },
  ARGUMENT_INVALID: {
    summary: 'An argument or option has the wrong type or lies outside its range.',
    message: ({ action, argument, expected, found }) =>
      `Cannot ${action} as ${argument} is not ${expected}: ${found}`,
    hint: 'See the docstring of the function.',
  },
  SHARE_RELEASED: {
    summary: 'A shared value is used after it was released.',
    message: ({ action, subject, where }) => `Cannot ${action} ${subject} as ${where} was released`,
    hint: 'Call `release()` after the last call that needs the value; those under way keep it.',
  },
  SHARE_UNKNOWN: {
    summary: 'A payload names a shared value that its receiver does not have.',
    message: ({ id }) => `Cannot rebuild the shared value '${id}' as this thread does not have it`,
    hint: 'Use a shared value with the pools of the page that shares it; `serialize` writes it in place.',
  },
  WORKER_CRASHED: {
    summary: 'The worker that ran a task ended before the task did.',
    message: ({ task, reason }) => `Cannot finish the task ${task} as its worker died: ${reason}`,
    hint: 'The pool has replaced the worker. Pass `retries` for tasks that may run more than once.',
  },
  WORKER_UNAVAILABLE: {
    summary: 'No worker could be started.',
    message: ({ reason }) => `Cannot start a worker as every way failed: ${reason}`,
    hint: 'Check `worker-src` of the security policy, or pass `worker: () => new Worker(…)` to `createPool`.',
  },
  TASK_STALLED: {
    summary: 'A task that another depends on failed or was cancelled.',
    message: ({ task }) => `Cannot start the task ${task} as one that it depends on did not succeed`,
    hint: 'See the cause of the error.',
  },
  POOL_CLOSED: {
    summary: 'The pool was closed or terminated.',
    message: ({ action, pool }) => `Cannot ${action} as the pool '${pool}' is closed`,
    hint: 'Make another pool with `createPool()`.',
  },
  QUEUE_FULL: {
    summary: 'The queue of the pool holds `maxQueue` tasks already.',
    message: ({ limit }) => `Cannot queue another task as the queue is full: ${limit} tasks wait`,
    hint: 'Await `pool.ready()` before each call, or raise `maxQueue`.',
  },
  STREAM_AHEAD: {
    summary: 'A value was passed to a generator that runs ahead of its reader.',
    message: ({ task }) =>
      `Cannot pass a value to the generator ${task} as it runs ahead of its reader, past the yield that would take it`,
    hint: 'Pass a value with the second `next(value)` and with each one after it.',
  },
}

/** A code of the catalog. */
export type ErrorCode = keyof FactsByCode

/** The facts that the message of `Code` is written from. */
export type ErrorFacts<Code extends ErrorCode> = FactsByCode[Code]
