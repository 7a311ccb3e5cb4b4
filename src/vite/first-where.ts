// Binary search.

/** The first of `count` numbers from 0 on that a test holds for, which then holds for all that follow; `count` for none. */
export function firstWhere(count: number, test: (index: number) => boolean): number {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >> 1
    if (test(middle)) high = middle
    else low = middle + 1
  }
  return low
}
