import { defineTransform, nonEmpty, string, type TransformDefinition } from '@sluice/template'

const config = {
  regex: string({ doc: 'Matches the whole topic.', importance: 'HIGH', validate: regularExpression }),
  replacement: string({ doc: 'Takes its place; $1 is the first group.', importance: 'HIGH' }),
}

/** Renames the topic of records whose topic matches as a whole. */
export const regexRouter: TransformDefinition<typeof config> = defineTransform({
  name: 'org.apache.kafka.connect.transforms.RegexRouter',
  aliases: ['RegexRouter'],
  version: '0.1.0',
  doc: 'Renames the topic of records whose topic matches as a whole.',
  config,
  touches: () => ['topic'],
  open: ({ config: { regex, replacement } }) => {
    const expression = new RegExp(`^(?:${regex})$`)
    const renamed = new Map<string, string>()
    return {
      apply: (record) => {
        const topic = renamed.get(record.topic) ?? rename(record.topic)
        return topic === record.topic ? record : { ...record, topic }
      },
    }

    function rename(topic: string): string {
      const name = topic.replace(expression, replacement)
      renamed.set(topic, name)
      return name
    }
  },
})

function regularExpression(text: string): string | undefined {
  try {
    RegExp(text)
    return nonEmpty(text)
  } catch {
    return `has "${text}", which is no regular expression`
  }
}
