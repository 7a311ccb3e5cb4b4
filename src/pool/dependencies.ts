// A call that starts when others are done.

/** Tells the results when all are there, or the first error; always later, never inside the call. */
export function resultsOf(
  tasks: readonly PromiseLike<unknown>[],
  done: (results: readonly unknown[]) => void,
  failed: (error: unknown) => void,
): void {
  void Promise.all(tasks).then(done, failed)
}
