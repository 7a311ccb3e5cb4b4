// A helper of another module. What is imported travels like what is written in place.
export function roundToCents(amount) {
  return Math.round(amount * 100) / 100
}
