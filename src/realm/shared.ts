// Values that are sent to each worker once and then named by an id: what stands for one here, and how long it is kept.
//
// Invariants
//  1. A worker has a shared value from the first job that needs it until it is told to forget it, or dies.
//  2. It is told so once nobody wants the value any more (`release`, or nobody has the handle) and no job holds it.
//  3. A handle that jobs hold is reachable: a worker may return it.
/// <reference lib="esnext.disposable" preserve="true" />
import { BrineError } from '../errors/brine-error.ts'
import { realm } from './registry.ts'
import type { SharedState, Sharing, Use } from './sharing.ts'

/** A handle on a value that is sent to each worker once. */
export interface Shared<Value> extends Disposable {
  /**
   * The value: on the page the one that was given to `share`, in a worker its copy there, which all jobs of that worker
   * see. A `BrineError` of the code `SHARE_RELEASED` is thrown on the page once it is released.
   */
  readonly value: Value
  /**
   * Lets go of the value on the page and, when the jobs that need it are done, in the workers. In a worker it does
   * nothing. `using` calls it at the end of its block.
   */
  release(): void
}

class Handle implements Shared<unknown> {
  get value(): unknown {
    const state = stateOf(this)!
    if (state.released) {
      throw new BrineError('SHARE_RELEASED', { action: 'read', subject: 'a shared value', where: 'it' })
    }
    return state.value
  }

  release(): void {
    const state = stateOf(this)!
    const { sharing } = state
    // A worker has what the page lends to it.
    if (state.released || (state.id !== undefined && !sharing)) return
    state.released = true
    delete state.sharing
    state.value = undefined
    if (sharing) abandon(sharing)
  }

  declare [Symbol.dispose]: () => void
}
// Not every browser has the symbol. `using`, where it is compiled, looks for one of this name, too.
const dispose = (): typeof Symbol.dispose =>
  Symbol.dispose ?? (Symbol.for('Symbol.dispose') as typeof Symbol.dispose)

/** What is known of a value, if it is a handle. */
export function stateOf(value: object): SharedState | undefined {
  return realm().shared.get(value)
}

/** Makes a handle. */
export function makeShared<Value>(state: Omit<SharedState, 'released'> & { value: Value }): Shared<Value> {
  // Here, as a module has no side effect.
  if (!Object.hasOwn(Handle.prototype, dispose())) {
    Object.defineProperty(Handle.prototype, dispose(), {
      value: Handle.prototype.release,
      configurable: true,
    })
  }
  const shared = new Handle() as Shared<Value>
  realm().shared.set(shared, { ...state, released: false })
  const { sharing } = state
  if (sharing) {
    hold(sharing.uses)
    realm().shares.set(sharing.id, new WeakRef(shared))
    realm().unreachable.register(shared, () => abandon(sharing))
  }
  return shared
}

/** The handle that this page has under an id. */
export function sharedBy(id: string): object {
  const found = realm().shares.get(id)?.deref()
  if (found) return found
  throw new BrineError('SHARE_UNKNOWN', { id })
}

/** Notes that a handle is needed; false if this thread has no value to send, and has what is lent to it alone. */
export function noteUse(uses: Use[], shared: object): boolean {
  const sharing = stateOf(shared)?.sharing
  if (sharing) uses.push({ shared, sharing })
  return sharing !== undefined
}

/** Keeps shared values in the workers that have them, until {@link letGo}. */
export function hold(uses: readonly Use[]): void {
  for (const { sharing } of uses) sharing.holds++
}

export function letGo(uses: readonly Use[]): void {
  for (const { sharing } of uses) {
    sharing.holds--
    dropUnneeded(sharing)
  }
}

function abandon(sharing: Sharing): void {
  if (!sharing.wanted) return
  sharing.wanted = false
  dropUnneeded(sharing)
}

function dropUnneeded(sharing: Sharing): void {
  if (sharing.wanted || sharing.holds > 0) return
  realm().shares.delete(sharing.id)
  for (const place of sharing.places) place.forget(sharing)
  sharing.places.clear()
  letGo(sharing.uses)
}
