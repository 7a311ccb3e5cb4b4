// A worker that is none: it runs what it is sent on this thread, behind a message channel that copies as any other does.
import { rebuiltCarrier } from '../capture/rebuilt.ts'
import { siteCarrier } from '../capture/site.ts'
import type { Carrier } from '../capture/types.ts'
import { functionName } from '../realm/globals.ts'
import { realm } from '../realm/registry.ts'
import type { AnyFunction, ImpliedProperties, ScopeInstance } from '../realm/registry.ts'
import { systemClock } from '../realm/clock.ts'
import { startWorker } from './runner.ts'

const ownProperties = (value: object): ImpliedProperties =>
  new Map(Reflect.ownKeys(value).map((key) => [key, Object.getOwnPropertyDescriptor(value, key)!]))

const nowhere: ScopeInstance = {
  hash: 'known',
  text: '',
  names: [],
  make: [],
  read: () => [],
  write: () => {},
}

/**
 * The carrier of classes that came from the page. In a worker they are copies, whose code came along; here each is found
 * by its id, there and back, and stays what it is, so its code is not needed.
 */
const knownClassCarrier: Carrier = (fn) => {
  if (!realm().classIds.has(fn)) return undefined
  const parent = Object.getPrototypeOf(fn) as AnyFunction
  const { prototype } = fn as unknown as { prototype: object }
  return {
    name: functionName(fn),
    code: { kind: 'instance', scope: nowhere, index: 0 },
    inputs: { ...(parent !== Function.prototype && { parent }) },
    isClass: true,
    implied: ownProperties(fn),
    impliedPrototype: ownProperties(prototype),
    privateState: [],
  }
}

/** Opens one. It has no lock: nothing but the page itself ends it. */
export function openPageWorker(): Worker {
  const { port1: page, port2: inside } = new MessageChannel()
  startWorker(
    {
      postMessage: (message, transfer) => inside.postMessage(message, transfer),
      addEventListener: (type, listener) => inside.addEventListener(type, listener as EventListener),
      removeEventListener: (type, listener) => inside.removeEventListener(type, listener as EventListener),
      close: () => {},
    },
    () => Promise.resolve(undefined),
    systemClock,
    [rebuiltCarrier, siteCarrier, knownClassCarrier],
  )
  const worker: Pick<Worker, 'postMessage' | 'addEventListener' | 'removeEventListener' | 'terminate'> = {
    postMessage: page.postMessage.bind(page) as Worker['postMessage'],
    addEventListener: page.addEventListener.bind(page) as Worker['addEventListener'],
    removeEventListener: page.removeEventListener.bind(page) as Worker['removeEventListener'],
    terminate: () => {
      page.close()
      inside.close()
    },
  }
  inside.start()
  page.start()
  return worker as Worker
}
