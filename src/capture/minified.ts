// Whether a minifier went over this app, as far as brine can tell: by what became of its own code.

const probe = (parameterThatMinifiersRename: unknown): unknown => parameterThatMinifiersRename

/** Whether brine's own variables were renamed: then those of the app may have been, too. */
export function isMinified(): boolean {
  return !Function.prototype.toString.call(probe).includes('MinifiersRename')
}

/** Whether a text has no space but between words, as minifiers write and few people do. Strings count as code here. */
export function isCompact(text: string): boolean {
  return !/\s[^\w$'"`\s]|[^\w$'"`\s]\s/.test(text)
}
