import { createContext, Script } from 'node:vm'
import { RecordError } from '@sluice/template'
import { type Cost, waysThrough } from './cost.ts'

/** Fewer ways are gone through in some milliseconds. */
const harmlessWays = 2_000_000
const limitMs = 250

const script = new Script('expression.exec(text)')
let context: { expression?: RegExp; text?: string } | undefined

/**
 * Runs an expression that a stranger wrote: some take for ever with some texts. Throws a RecordError where it took too long twice,
 * for once may be the machine's fault.
 */
export function guardedExec(
  expression: RegExp,
  text: string,
  how: { readonly cost: Cost; readonly pattern: string },
): RegExpExecArray | null {
  if (waysThrough(text, how.cost) <= harmlessWays) return expression.exec(text)
  const first = execWithin(expression, text)
  const outcome = first === 'late' ? execWithin(expression, text) : first
  if (outcome !== 'late') return outcome
  throw new RecordError(
    `The regular expression ${how.pattern} took longer than ${limitMs} ms with a text of ${text.length} characters: repeat nothing that has a repetition within.`,
  )
}

/** Only another context can be told to stop. */
function execWithin(expression: RegExp, text: string): RegExpExecArray | null | 'late' {
  context ??= createContext({}) as { expression?: RegExp; text?: string }
  expression.lastIndex = 0
  context.expression = expression
  context.text = text
  try {
    return script.runInContext(context, { timeout: limitMs }) as RegExpExecArray | null
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return 'late'
    throw error
  }
}
