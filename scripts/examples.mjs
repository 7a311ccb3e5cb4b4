// The examples of docstrings and of README.md as programs: found, made to check what they claim, and put in a module each.
import { Visitor, parseSync } from 'rolldown/utils'

/**
 * @typedef {object} Example
 * @property {string} file where it stands, as a path below the root of the repository
 * @property {number} line of its first line of code there
 * @property {string} code
 */
/** @typedef {import('rolldown/utils').ESTree.Program} Program */
/** @typedef {ReturnType<typeof parseSync>['comments'][number]} Comment */
/** @typedef {{ start: number, end: number, text: string }} Edit */

/**
 * The `ts` blocks of all docstrings in a source file.
 *
 * @param {string} file
 * @param {string} text
 * @returns {Example[]}
 */
export function docExamples(file, text) {
  return parse(text)
    .comments.filter(isDoc)
    .flatMap((comment) => {
      const lines = comment.value.split('\n').map((line) => line.replace(/^\s*\* ?/, ''))
      return fences(lines, lineAt(text, comment.start)).map(({ line, code }) => ({ file, line, code }))
    })
}

/**
 * The `ts` blocks of a page. Those below one heading are one program, as readers take them: the second block may use
 * what the first declares, and imports are written once.
 *
 * @param {string} file
 * @param {string} text
 * @returns {Example[]}
 */
export function pageExamples(file, text) {
  let section = 0
  let fenced = false
  const sectionAt = text.split('\n').map((line) => {
    if (line.startsWith('```')) fenced = !fenced
    return !fenced && /^#+ /.test(line) ? ++section : section
  })
  /** @type {Map<number | undefined, Example>} */
  const programs = new Map()
  for (const { line, code } of fences(text.split('\n'), 1)) {
    const key = sectionAt[line - 1]
    const program = programs.get(key)
    if (program) program.code += `\n${code}`
    else programs.set(key, { file, line, code })
  }
  return [...programs.values()]
}

/**
 * The `ts` blocks in lines of text.
 *
 * @param {string[]} lines
 * @param {number} first the number of the first line
 */
function fences(lines, first) {
  const found = []
  /** @type {{ line: number, code: string[] } | undefined} */
  let open
  for (const [index, line] of lines.entries()) {
    if (open && line.startsWith('```')) {
      found.push({ line: open.line, code: open.code.join('\n') })
      open = undefined
    } else if (open) open.code.push(line)
    else if (line.startsWith('```ts')) open = { line: first + index + 1, code: [] }
  }
  return found
}

/**
 * Writes an example as a module that checks its claims: of `expression // value` it calls
 * `check(line, await expression, () => value)`, and of `const name = … // value` the same with the name.
 *
 * @param {Example} example
 * @param {ReadonlyMap<string, readonly string[]>} scope names that the example may use without an import, by module
 * @returns {{ text: string, claims: number }}
 */
export function toProgram({ file, line, code }, scope) {
  const { program, comments } = parse(code)
  /** @type {Edit[]} */
  const edits = []
  /** @type {string[]} */
  const imports = []
  const imported = new Set()
  let claims = 0
  for (const node of program.body) {
    if (node.type !== 'ImportDeclaration') continue
    imports.push(code.slice(node.start, node.end))
    edits.push({ start: node.start, end: node.end, text: '' })
    for (const { local } of node.specifiers) imported.add(local.name)
  }

  visitStatements(program, {
    expression({ expression, start, end }) {
      const comment = commentBehind(code, comments, end)
      if (comment === undefined) return
      if (!isExpression(comment)) {
        const claim = `${code.slice(start, end)} // ${comment}`
        throw new Error(`Cannot check an example in ${file}:${line} as its value is no expression: ${claim}`)
      }
      claims++
      const actual = code.slice(expression.start, expression.end)
      const text = `;check(${lineAt(code, start)}, await (${actual}), () => (${comment}));`
      edits.push({ start, end, text })
    },
    declaration({ declarations, end }) {
      const comment = commentBehind(code, comments, end)
      const id = declarations.at(-1)?.id
      if (comment === undefined || id?.type !== 'Identifier' || !isExpression(comment)) return
      claims++
      edits.push({ start: end, end, text: `;check(${lineAt(code, end)}, ${id.name}, () => (${comment}));` })
    },
  })

  const head = [`import { check } from 'brine-examples'`, ...imports]
  for (const [module, names] of scope) {
    const wanted = names.filter((name) => !imported.has(name))
    for (const name of wanted) imported.add(name)
    head.push(`import { ${wanted.join(', ')} } from ${JSON.stringify(module)}`)
  }
  // In a block, so that an example may declare a name that stands in its scope.
  return { text: `${head.join(';')};{\n${apply(code, edits)}\n}\n`, claims }
}

/**
 * Visits the statements that run with the module, and none within a function.
 *
 * @param {Program} program
 * @param {{
 *   expression(node: import('rolldown/utils').ESTree.ExpressionStatement): void,
 *   declaration(node: import('rolldown/utils').ESTree.VariableDeclaration): void,
 * }} visit
 */
function visitStatements(program, visit) {
  let depth = 0
  const enter = () => void depth++
  const leave = () => void depth--
  new Visitor({
    FunctionDeclaration: enter,
    'FunctionDeclaration:exit': leave,
    FunctionExpression: enter,
    'FunctionExpression:exit': leave,
    ArrowFunctionExpression: enter,
    'ArrowFunctionExpression:exit': leave,
    ExpressionStatement(node) {
      if (depth === 0) visit.expression(node)
    },
    VariableDeclaration(node) {
      if (depth === 0) visit.declaration(node)
    },
  }).visit(program)
}

/**
 * @typedef {object} Documented
 * @property {string} name
 * @property {boolean} isType
 * @property {boolean} isCallable a function or a class
 * @property {string | undefined} doc its docstring
 * @property {string[]} members
 * @property {string[]} bare members without a docstring
 */

/**
 * What a file exports under its own names, with docstrings.
 *
 * @param {string} text
 * @returns {Documented[]}
 */
export function documented(text) {
  const { program, comments } = parse(text)
  const docs = comments.filter(isDoc)
  const docOf = (/** @type {number} */ start) =>
    docs.find((comment) => comment.end <= start && text.slice(comment.end, start).trim() === '')?.value

  return program.body.flatMap((node) => {
    if (node.type !== 'ExportNamedDeclaration' || !node.declaration) return []
    const { declaration } = node
    const ids = 'declarations' in declaration ? declaration.declarations : [declaration]
    const members = membersOf(declaration)
    const bare = members.filter(({ start }) => docOf(start) === undefined)
    return ids.flatMap(({ id }) => {
      if (id?.type !== 'Identifier') return []
      return {
        name: id.name,
        isType: /^TS(?:Interface|TypeAlias)Declaration$/.test(declaration.type),
        isCallable: /^(?:FunctionDeclaration|ClassDeclaration)$/.test(declaration.type),
        doc: docOf(node.start),
        members: members.map(({ name }) => name),
        bare: bare.map(({ name }) => name),
      }
    })
  })
}

/**
 * The members that users see: not those that are private or that override what the language documents.
 *
 * @param {import('rolldown/utils').ESTree.Declaration} declaration
 */
function membersOf(declaration) {
  if (declaration.type !== 'TSInterfaceDeclaration' && declaration.type !== 'ClassDeclaration') return []
  return declaration.body.body.flatMap((member) => {
    if (!('key' in member) || member.key.type !== 'Identifier') return []
    if (member.computed || ('override' in member && member.override)) return []
    return { name: member.key.name, start: member.start }
  })
}

/**
 * What an entry exports, and from where.
 *
 * @param {string} text
 * @returns {{ name: string, from: string, isType: boolean }[]}
 */
export function exportsOf(text) {
  return parse(text).program.body.flatMap((node) => {
    if (node.type !== 'ExportNamedDeclaration' || !node.source) return []
    const from = node.source.value
    const isType = node.exportKind === 'type'
    return node.specifiers.map(({ exported }) => ({
      name: text.slice(exported.start, exported.end),
      from,
      isType,
    }))
  })
}

/** @param {string} text */
function parse(text) {
  const { program, comments, errors } = parseSync('example.ts', text, { sourceType: 'module' })
  if (errors[0]) throw new Error(`${errors[0].message} in:\n${text}`)
  return { program, comments }
}

/** @param {string} text */
function isExpression(text) {
  return parseSync('value.js', `(${text}\n)`).errors.length === 0
}

/** @param {Comment} comment */
function isDoc({ type, value }) {
  return type === 'Block' && value.startsWith('*')
}

/**
 * The comment on the line on which a statement ends.
 *
 * @param {string} code
 * @param {Comment[]} comments
 * @param {number} end
 */
function commentBehind(code, comments, end) {
  const next = comments.find(({ type, start }) => type === 'Line' && start >= end)
  if (!next || /[^;\t ]/.test(code.slice(end, next.start))) return undefined
  return next.value.trim()
}

/**
 * @param {string} text
 * @param {number} position
 */
function lineAt(text, position) {
  return text.slice(0, position).split('\n').length
}

/**
 * @param {string} code
 * @param {Edit[]} edits
 */
function apply(code, edits) {
  let result = code
  for (const { start, end, text } of edits.toSorted((a, b) => b.start - a.start)) {
    result = result.slice(0, start) + text + result.slice(end)
  }
  return result
}
