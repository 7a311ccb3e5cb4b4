// The functions of Comlink travel by reference: what `Comlink.transfer` notes down is known to each thread's own copy.
import * as Comlink from 'comlink'
import { realm } from '../realm/registry.ts'

/** Enters them into the record of this realm; the first copy wins, so that names stay unique. */
export function shareComlink(): void {
  const { intrinsics } = realm()
  if (intrinsics.has('Comlink')) return
  intrinsics.set('Comlink', Comlink)
  intrinsics.set('Comlink.transfer', Comlink.transfer)
  intrinsics.set('Comlink.proxy', Comlink.proxy)
  intrinsics.set('Comlink.releaseProxy', Comlink.releaseProxy)
}
