// Brine itself comes late here, and the closure is none the worse for it.
const offset = 40

export async function later(n: number): Promise<number> {
  const { offload } = await import('brine')
  return offload((v: number) => v + offset, n)
}
