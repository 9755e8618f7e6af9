import { createInterface } from 'node:readline/promises'

/** Where a command writes, whom it asks, and how it ends: the process, or a test. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
  /** Whether what is written to `err` is seen at once, on a screen. */
  readonly isScreen: boolean
  /** Undefined where nobody is there to answer. */
  readonly ask: ((question: string) => Promise<string>) | undefined
  end(code: number): void
  readonly signal: AbortSignal | undefined
}

export const processTerminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  get isScreen() {
    return process.stderr.isTTY
  },
  get ask() {
    return process.stdin.isTTY ? askPerson : undefined
  },
  end: (code) => void (process.exitCode = code),
  signal: undefined,
}

async function askPerson(question: string): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await prompt.question(question)
  } finally {
    prompt.close()
  }
}
