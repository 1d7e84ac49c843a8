/**
 * A shell as far as patches need it: one command a line, words in single quotes, $(…) and "$NAME", and assignments. What
 * quoting lets through by mistake becomes a word, a command or an error here, as it would there.
 */
export function runShell(script: string, command: (words: readonly string[]) => string): void {
  const variables = new Map<string, string>()
  for (const line of splitCommands(script)) {
    const [, name, rest] = /^([A-Z]+)=(\$\(.*\))$/s.exec(line) ?? []
    const words = wordsOf(rest ?? line, variables, command)
    if (name !== undefined) variables.set(name, words.join(' '))
    else command(words)
  }
}

/** At line ends and semicolons outside of quotes. */
function splitCommands(script: string): string[] {
  const commands: string[] = []
  let [now, quote, depth] = ['', '', 0]
  for (let i = 0; i < script.length; i++) {
    const char = script[i] ?? ''
    if (quote === '' && char === '\\') {
      now += char + (script[++i] ?? '')
      continue
    }
    if (char === quote) quote = ''
    else if (quote === '' && (char === "'" || char === '"')) quote = char
    if (script.startsWith('$(', i)) depth++
    if (char === ')' && depth > 0 && quote !== "'") depth--
    if (quote === '' && depth === 0 && (char === '\n' || char === ';' || char === '&' || char === '|')) {
      commands.push(now)
      now = ''
    } else now += char
  }
  return [...commands, now].map(one => one.trim()).filter(one => one !== '')
}

function wordsOf(
  text: string,
  variables: ReadonlyMap<string, string>,
  command: (words: readonly string[]) => string,
): string[] {
  const words: string[] = []
  let word: string | undefined
  const add = (more: string) => {
    word = (word ?? '') + more
  }
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? ''
    if (char === "'") {
      const end = text.indexOf("'", i + 1)
      if (end < 0) throw new Error(`a quote is open: ${text}`)
      add(text.slice(i + 1, end))
      i = end
    } else if (char === '\\') add(text[++i] ?? '')
    else if (text.startsWith('$(', i)) {
      const end = closing(text, i + 1)
      add(command(wordsOf(text.slice(i + 2, end), variables, command)))
      i = end
    } else if (char === '$') {
      const [name = ''] = /^[A-Z]+/.exec(text.slice(i + 1)) ?? []
      const value = variables.get(name)
      if (value === undefined) throw new Error(`nothing is in $${name}`)
      add(value)
      i += name.length
    } else if (char === '"') add('')
    else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (/[`<>*?(){}]/.test(char)) throw new Error(`the shell would act on ${char} in ${text}`)
    else add(char)
  }
  return word === undefined ? words : [...words, word]
}

function closing(text: string, open: number): number {
  let [depth, quoted] = [0, false]
  for (let i = open; i < text.length; i++) {
    if (text[i] === "'") quoted = !quoted
    if (quoted) continue
    if (text[i] === '(') depth++
    if (text[i] === ')' && --depth === 0) return i
  }
  throw new Error(`a bracket is open: ${text}`)
}
