import { ConfigurationError } from '@sluice/template'

export interface TopicsFolderSettings {
  readonly topicsDir: string
  readonly topicCaptureGroupsRegex: string | undefined
}

/**
 * The folder of a topic's files below the root, without slashes at its ends. Throws a ConfigurationError where the expression is none, or
 * doesn't match the topic. Without a topic only the settings are looked at.
 */
export function topicsFolder(settings: TopicsFolderSettings, topic: string | undefined): string {
  const { topicsDir, topicCaptureGroupsRegex: source } = settings
  const folder = topicsDir.replace(/^\/+|\/+$/g, '')
  const groups = groupsOf(source, topic)
  return folder.replace(/\$\{(\w+)\}/g, (whole, name: string) => {
    if (name === 'topic') return topic ?? whole
    if (!/^\d+$/.test(name))
      throw new ConfigurationError(
        `topics.dir has ${whole}, which is neither \${topic} nor a group such as \${1}.`,
      )
    if (source === undefined)
      throw new ConfigurationError(`topics.dir has ${whole}, but topic.capture.groups.regex isn't set.`)
    return topic === undefined ? whole : (groups?.[Number(name)] ?? '')
  })
}

function groupsOf(
  source: string | undefined,
  topic: string | undefined,
): readonly (string | undefined)[] | undefined {
  if (source === undefined) return undefined
  const expression = compiled(source)
  if (topic === undefined) return undefined
  const match = expression.exec(topic)
  if (match === null)
    throw new ConfigurationError(
      `topic.capture.groups.regex "${source}" doesn't match the topic ${topic}. Change the expression, or leave the topic out of topics.`,
    )
  return match
}

function compiled(source: string): RegExp {
  try {
    return new RegExp(`^(?:${source})$`, 'u')
  } catch (cause) {
    throw new ConfigurationError(`topic.capture.groups.regex "${source}" is no regular expression.`, {
      cause,
    })
  }
}
