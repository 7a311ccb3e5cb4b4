// Values that stay on their thread and are called from another: `callback(fn)`, `Comlink.proxy(value)`.
//
// The port is an ordinary Comlink port. Calls of a function, though, carry payloads both ways instead of plain clones,
// so that arguments, results and errors keep what brine's own calls keep. Calls of methods (`remote.add(1)`) are
// Comlink's as they are.
import { expose, proxyMarker, transfer, wrap } from 'comlink'
import type { Payload, PayloadData } from '../payload/types.ts'
import { realm } from '../realm/registry.ts'
import type { AnyFunction } from '../realm/registry.ts'
import { writeThrown } from './thrown.ts'

/** Serializer and its counterpart, handed in by the layers that have them. */
export interface Marshal {
  write(value: unknown, action: string): Payload
  /** In a box, as a promise would run the `then` of a value that has one. */
  read(data: PayloadData): Promise<{ readonly value: unknown }>
}

/** A value that is open to calls from another thread. */
export interface RemoteLink {
  readonly value: object
  /** The end to be transferred. */
  readonly port: MessagePort
  /** Ends it: the other side's calls are never answered. */
  close(): void
}

interface Call {
  readonly brineCall: PayloadData
}
interface Answer {
  readonly ok: boolean
  readonly data: PayloadData
}

/** The thing that stays behind, if the value stands for one. */
export function remoteTarget(value: object): object | undefined {
  const callback = typeof value === 'function' && realm().callbacks.get(value as AnyFunction)
  if (callback) return callback
  return isComlinkProxy(value) ? value : undefined
}

function isComlinkProxy(value: object): boolean {
  // Comlink's own remotes answer to every key, this one too, and travel on as proxies of proxies.
  if ((value as { [proxyMarker]?: unknown })[proxyMarker]) return true
  // Another copy of Comlink has a marker of its own, as the symbol is not registered.
  return Object.getOwnPropertySymbols(value).some(
    (key) => key.description === 'Comlink.proxy' && (value as Record<symbol, unknown>)[key] === true,
  )
}

/** Opens a value to calls through a new port. */
export function openRemote(value: object, marshal: Marshal, released: () => void = () => {}): RemoteLink {
  const { port1, port2 } = new MessageChannel()
  const exposed =
    typeof value === 'function'
      ? new Proxy(value as AnyFunction, {
          apply: (target, self, args: unknown[]) =>
            isCall(args[0]) ? answer(target, args[0], marshal) : Reflect.apply(target, self, args as never[]),
        })
      : value
  // The other side's proxy was collected: Comlink closes the port and tells nobody.
  port1.addEventListener('message', ({ data }: MessageEvent<{ type?: unknown } | null>) => {
    if (data?.type === 'RELEASE') released()
  })
  expose(exposed, port1)
  return { value, port: port2, close: () => port1.close() }
}

async function answer(target: AnyFunction, { brineCall }: Call, marshal: Marshal): Promise<Answer> {
  let payload: Payload
  let ok = true
  try {
    const { value: args } = await marshal.read(brineCall)
    payload = marshal.write(await target(...(args as never[])), 'return')
  } catch (error) {
    ok = false
    payload = writeThrown(error, marshal)
  }
  return transfer({ ok, data: payload.data }, [...payload.transfer] as Transferable[])
}

function isCall(value: unknown): value is Call {
  return typeof value === 'object' && value !== null && 'brineCall' in value
}

// Comlink hangs up when the last proxy of a port is collected, even while a call waits for its answer.
const inCall = new Map<object, number>()

/** The counterpart of `openRemote` on the thread that received the port. */
export function wrapRemote(port: unknown, marshal: Marshal): unknown {
  const remote = wrap<(call: Call) => Answer>(port as MessagePort) as unknown as AnyFunction
  const call = async (args: readonly unknown[]): Promise<unknown> => {
    const payload = marshal.write(args, 'call')
    const message = transfer({ brineCall: payload.data }, [...payload.transfer] as Transferable[])
    inCall.set(remote, (inCall.get(remote) ?? 0) + 1)
    try {
      const reply = (await remote(...([message] as never[]))) as Answer
      const { value } = await marshal.read(reply.data)
      if (!reply.ok) throw value
      return value
    } finally {
      const open = inCall.get(remote)! - 1
      if (open === 0) inCall.delete(remote)
      else inCall.set(remote, open)
    }
  }
  return new Proxy(remote, {
    apply: (_remote, _self, args: unknown[]) => call(args),
    // `remote.call(…)` and its kin would otherwise be methods of the thing on the other thread.
    get: (target, key) =>
      key === 'call' || key === 'apply' || key === 'bind'
        ? Function.prototype[key]
        : (target as unknown as Record<PropertyKey, unknown>)[key],
  })
}
