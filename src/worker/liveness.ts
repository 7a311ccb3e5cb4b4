// A sign of life: the worker holds a Web Lock for as long as it lives. When it is granted to the page, the worker is dead.

/** Takes a lock that no one else has; fulfils with its name once it is held, or with nothing where locks are missing. */
export async function holdLock(): Promise<string | undefined> {
  const locks = globalThis.navigator?.locks
  if (!locks) return undefined
  const random = (): string => Math.random().toString(36).slice(2)
  const name = `brine:worker:${random()}${random()}`
  try {
    await new Promise<void>((held, refused) => {
      const forever = new Promise<never>(() => {})
      locks
        .request(name, () => {
          held()
          return forever
        })
        .catch(refused)
    })
    return name
  } catch {
    // An opaque origin (a sandboxed frame) has the interface and may not use it.
    return undefined
  }
}
