// Shows a part of a source file, with just enough colour to read it.

const tokens =
  /(?<comment>\/\/.*|\/\*[^]*?\*\/)|(?<string>'[^'\n]*'|`[^`]*`)|(?<keyword>\b(?:async|await|class|const|constructor|export|for|function|if|interface|let|new|of|return|this|type)\b)|(?<number>\b0x[\da-f]+\b|\b\d[\d_.]*\b)/g

/** Cuts out what stands between `// #region name` and `// #endregion`, moved to the left margin. */
export function region(source: string, name: string): string {
  const [before = '', after = ''] = source.split(`// #region ${name}\n`)
  const margin = before.slice(before.lastIndexOf('\n') + 1)
  return after.split('// #endregion')[0]!.replaceAll(`\n${margin}`, '\n').trim()
}

/** Puts a text into an element, comments, strings, keywords and numbers in spans of that class. */
export function show(element: HTMLElement, source: string): void {
  let end = 0
  for (const match of source.matchAll(tokens)) {
    const [kind] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined)!
    const span = document.createElement('span')
    span.className = kind
    span.textContent = match[0]
    element.append(source.slice(end, match.index), span)
    end = match.index + match[0].length
  }
  element.append(source.slice(end))
}
