import { RecordError, string } from '@sluice/template'
import { datePatternIssue, javaDateFormat } from '../java/date-format.ts'
import { wholeRecord } from '../sides.ts'

/** Puts the record's time into its topic. */
export const timestampRouter = wholeRecord({
  name: 'TimestampRouter',
  doc: "Puts the record's time, in UTC, into its topic.",
  config: {
    topicFormat: string({
      doc: 'Is the new topic; ${topic} stands for the old one, ${timestamp} for the time.',
      importance: 'HIGH',
      default: '${topic}-${timestamp}',
    }),
    timestampFormat: string({
      doc: "Is the form of the time, a pattern of Java's SimpleDateFormat.",
      importance: 'HIGH',
      default: 'yyyyMMdd',
      validate: datePatternIssue,
    }),
  },
  touches: () => ['topic', 'timestamp'],
  changes: () => ['topic'],
  open: ({ config: { topicFormat, timestampFormat } }) => {
    const { format } = javaDateFormat(timestampFormat)
    return {
      apply: (record) => {
        if (record.timestamp === undefined) {
          throw new RecordError(`A record of topic ${record.topic} has no timestamp for its topic's name.`)
        }
        const time = format(record.timestamp)
        const topic = topicFormat
          .replaceAll('${topic}', () => record.topic)
          .replaceAll('${timestamp}', () => time)
        return { ...record, topic }
      },
    }
  },
})
