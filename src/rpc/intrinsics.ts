// The functions of Comlink travel by reference: what `Comlink.transfer` notes down is known to each thread's own copy.
import * as Comlink from 'comlink'
import { realm, shareIntrinsics } from '../realm/registry.ts'

/** Enters this copy's Comlink into the record of this realm. */
export function shareComlink(): void {
  if (realm().intrinsicNames.has(Comlink.transfer)) return
  const { transfer, proxy, releaseProxy } = Comlink
  shareIntrinsics({
    Comlink,
    'Comlink.transfer': transfer,
    'Comlink.proxy': proxy,
    'Comlink.releaseProxy': releaseProxy,
  })
}
