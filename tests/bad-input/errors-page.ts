import { readFileSync } from 'node:fs'

/** One bad input of docs/ERRORS.md, and what the page says it gets for an answer. */
export interface Example {
  readonly title: string
  /** What follows `sluice`. */
  readonly command: readonly string[]
  /** Contents by file name; `worker.properties` is the page's first one unless the section has its own. */
  readonly files: Readonly<Record<string, string>>
  /** Values of records by topic, which are there before. */
  readonly topics: Readonly<Record<string, readonly string[]>>
  /** Consecutive lines of what is printed, without the times of log lines. */
  readonly said: string
  /** Absent where the worker goes on. */
  readonly exitCode?: number
}

interface Block {
  readonly language: string
  readonly name: string
  readonly text: string
}

/** Every section of the page that shows a command. */
export function errorsPage(): readonly Example[] {
  const page = readFileSync(new URL('../../docs/ERRORS.md', import.meta.url), 'utf8')
  const [head = '', ...sections] = page.split(/^(?=#{2,3} )/m)
  const common = filesOf(blocksOf(head))
  return sections.flatMap((section) => {
    const blocks = blocksOf(section)
    const command = blocks.find(({ language }) => language === 'sh')
    if (command === undefined) return []
    const exitCode = /ends with exit code (\d+)/.exec(section)?.[1]
    return [
      {
        title: /^#+ (.*)/.exec(section)![1]!,
        command: command.text.trim().split(/\s+/).slice(1),
        files: { ...common, ...filesOf(blocks) },
        topics: topicsOf(blocks),
        said: blocks.findLast(({ language, name }) => language === 'text' && name === '')!.text,
        ...(exitCode !== undefined && { exitCode: Number(exitCode) }),
      },
    ]
  })
}

function blocksOf(text: string): readonly Block[] {
  const fences = text.matchAll(/^```(\w+) ?(.*)\n([^]*?)^```$/gm)
  return [...fences].map(([, language = '', name = '', content = '']) => ({ language, name, text: content }))
}

function filesOf(blocks: readonly Block[]): Record<string, string> {
  const files = blocks.filter(({ language, name }) => language !== 'text' && name !== '')
  return Object.fromEntries(files.map(({ name, text }) => [name, text]))
}

function topicsOf(blocks: readonly Block[]): Record<string, readonly string[]> {
  const topics = blocks.filter(({ name }) => name.startsWith('topic '))
  return Object.fromEntries(
    topics.map(({ name, text }) => [name.slice('topic '.length), text.trimEnd().split('\n')]),
  )
}
