import { rowsWith, string } from '@sluice/template'
import { javaRegex, regexIssue } from '../java/regex.ts'
import { wholeRecord } from '../sides.ts'

/** Renames the topic of records whose topic matches as a whole. */
export const regexRouter = wholeRecord({
  name: 'RegexRouter',
  doc: 'Renames the topic of records whose topic matches as a whole.',
  config: {
    regex: string({
      doc: 'Matches the whole topic; a regular expression of Java.',
      importance: 'HIGH',
      validate: regexIssue,
    }),
    replacement: string({
      doc: 'Takes the place of what matched; $1 or ${name} stand for a group, a backslash takes the meaning of what follows it.',
      importance: 'HIGH',
    }),
  },
  touches: () => ['topic'],
  open: ({ config: { regex, replacement } }) => {
    const rename = javaRegex(regex).replacer(replacement, { setting: 'replacement' })
    return {
      apply: (record) => {
        const topic = rename(record.topic)
        return topic === undefined || topic === record.topic ? record : { ...record, topic }
      },
      applyRows: (rows) => {
        const topic = rename(rows.topic)
        return topic === undefined || topic === rows.topic ? rows : rowsWith(rows, { topic })
      },
    }
  },
})
