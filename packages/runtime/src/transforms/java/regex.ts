import { ConfigError } from '../../task/config-error.ts'
import { guardedExec } from './regex/guarded.ts'
import { PatternError } from './regex/pattern-text.ts'
import { compileReplacement } from './regex/replacement.ts'
import { translate } from './regex/translate.ts'

/** A regular expression of Java, safe to run whoever wrote it. Outcomes are kept: topics are few. */
export interface JavaRegex {
  /** Does it match a text as a whole? */
  matcher(): (text: string) => boolean
  /** The text with the first match replaced; undefined where it doesn't match as a whole. Throws a ConfigError for a wrong template. */
  replacer(template: string, how: { readonly setting: string }): (text: string) => string | undefined
}

/** Throws a PatternError for what isn't understood. */
export function javaRegex(pattern: string): JavaRegex {
  const { source, flags, cost, ...groups } = translate(pattern)
  const whole = compile(`(?:${source})(?![\\s\\S])`, { pattern, flags: `${flags}vy` })
  const first = compile(source, { pattern, flags: `${flags}v` })
  const exec = (expression: RegExp, text: string): RegExpExecArray | null => {
    expression.lastIndex = 0
    return guardedExec(expression, text, { cost, pattern })
  }
  return {
    matcher: () => keepingOutcomes((text) => exec(whole, text) !== null),
    replacer: (template, { setting }) => {
      const replacement = configured(setting, () => compileReplacement(template, groups))
      return keepingOutcomes((text) => {
        if (exec(whole, text) === null) return undefined
        // the first match may be shorter than the whole: of a|ab it is the a
        const match = exec(first, text)!
        return text.slice(0, match.index) + replacement(match) + text.slice(match.index + match[0].length)
      })
    },
  }
}

/** For `validate`: what is wrong with a pattern. */
export function regexIssue(pattern: string): string | undefined {
  try {
    javaRegex(pattern)
    return undefined
  } catch (error) {
    if (error instanceof PatternError) return error.message
    throw error
  }
}

function configured<T>(field: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof PatternError) throw new ConfigError([{ field, message: error.message }])
    throw error
  }
}

function compile(source: string, { pattern, flags }: { pattern: string; flags: string }): RegExp {
  try {
    return new RegExp(source, flags)
  } catch (cause) {
    throw new PatternError(`has "${pattern}", which is no regular expression that is understood here`, {
      cause,
    })
  }
}

const keptOutcomes = 1000

type Outcome<T> = { readonly value: T } | { readonly error: unknown }

/** Errors are kept too: what took too long isn't tried again for each record. */
function keepingOutcomes<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, Outcome<T>>()
  return (text) => {
    const outcome = known.get(text) ?? keep(text)
    if ('error' in outcome) throw outcome.error
    return outcome.value
  }

  function keep(text: string): Outcome<T> {
    const outcome = outcomeOf(() => compute(text))
    if (known.size >= keptOutcomes) known.clear()
    known.set(text, outcome)
    return outcome
  }
}

function outcomeOf<T>(compute: () => T): Outcome<T> {
  try {
    return { value: compute() }
  } catch (error) {
    return { error }
  }
}
