import type { NewTopic } from '../kafka/types.ts'

/** What an operator may run to make a topic as a connector would have. */
export function createCommand(
  { name, partitions, replicationFactor, configs = {} }: NewTopic,
  bootstrapServers: string,
): string {
  return [
    'kafka-topics.sh --bootstrap-server',
    quoted(bootstrapServers),
    '--create --topic',
    quoted(name),
    ...(partitions === undefined ? [] : [`--partitions ${partitions}`]),
    ...(replicationFactor === undefined ? [] : [`--replication-factor ${replicationFactor}`]),
    ...Object.entries(configs).map(([key, value]) => `--config ${quoted(`${key}=${value}`)}`),
  ].join(' ')
}

/** For a shell, where it needs to be. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
