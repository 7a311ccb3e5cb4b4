// What came of each way to hand over a closure: its result, or the error. On the page for people, and for tests.

async function outcomeOf(way) {
  try {
    return await way()
  } catch (error) {
    return { code: error.code ?? error.name, message: error.message }
  }
}

async function run(ways) {
  const outcomes = {}
  for (const [name, way] of Object.entries(ways)) outcomes[name] = await outcomeOf(way)
  document.querySelector('#outcomes').textContent = JSON.stringify(outcomes, null, 2)
  return outcomes
}

export function showOutcomes(ways) {
  globalThis.outcomes = run(ways)
}
