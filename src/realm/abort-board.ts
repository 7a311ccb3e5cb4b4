// Aborts in shared memory: they show to a function that blocks its thread, which no message reaches.
//
// A board has a place for a job by its number, so that a few jobs of one message can be aborted one after the other. Two
// that meet in a place hide each other; the first is then told by its message alone, as without a board.
const PLACES = 64

/** How a job was aborted. */
export type AbortKind = 'AbortError' | 'TimeoutError'

const CODES: readonly (AbortKind | undefined)[] = [undefined, 'AbortError', 'TimeoutError']

/** Makes a board to be shared with one worker; nothing where memory cannot be shared. */
export function createAbortBoard(): Int32Array | undefined {
  const isolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated
  if (isolated !== true) return undefined
  return new Int32Array(new SharedArrayBuffer(PLACES * 2 * Int32Array.BYTES_PER_ELEMENT))
}

export function showAbort(board: Int32Array, job: number, kind: AbortKind): void {
  const place = (job % PLACES) * 2
  Atomics.store(board, place + 1, CODES.indexOf(kind))
  Atomics.store(board, place, job | 0)
}

/** How the job was aborted, if it was. */
export function readAbort(board: Int32Array, job: number): AbortKind | undefined {
  const place = (job % PLACES) * 2
  return Atomics.load(board, place) === (job | 0) ? CODES[Atomics.load(board, place + 1)] : undefined
}
