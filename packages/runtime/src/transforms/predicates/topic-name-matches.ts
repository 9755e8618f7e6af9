import { nonEmpty, string } from '@sluice/template'
import { javaRegex, regexIssue } from '../java/regex.ts'
import { builtInPredicate } from './built-in-predicate.ts'

/** True of records whose topic matches as a whole. */
export const topicNameMatches = builtInPredicate({
  name: 'TopicNameMatches',
  doc: 'Is true of records whose topic matches as a whole.',
  config: {
    pattern: string({
      doc: 'Matches the whole topic; a regular expression of Java.',
      importance: 'MEDIUM',
      validate: (text) => nonEmpty(text) ?? regexIssue(text),
    }),
  },
  touches: () => ['topic'],
  open: ({ config: { pattern } }) => {
    const matches = javaRegex(pattern).matcher()
    return { test: (record) => matches(record.topic) }
  },
})
