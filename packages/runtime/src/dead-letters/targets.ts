import type { Admin, OutgoingRecord, TopicDescription } from '../kafka/types.ts'
import { createCommand } from '../source/create-command.ts'

/** Knows whether records can go where they are to go, before a producer waits for a topic that isn't there. */
export class Targets {
  readonly #admin: Pick<Admin, 'describeTopics'>
  readonly #bootstrapServers: string
  readonly #known = new Map<string, Promise<TopicDescription | undefined>>()

  constructor(how: { readonly admin: Pick<Admin, 'describeTopics'>; readonly bootstrapServers: string }) {
    this.#admin = how.admin
    this.#bootstrapServers = how.bootstrapServers
  }

  /** Why a record can't be sent, in a clause. */
  async refusal({ topic, partition }: OutgoingRecord): Promise<string | undefined> {
    const found = await this.#describe(topic)
    if (found === undefined) {
      const command = createCommand({ name: topic }, this.#bootstrapServers)
      return `its topic ${topic} does not exist; create it (${command}), or name another one by --to`
    }
    const count = found.partitions.length
    if (partition === undefined || partition < count) return undefined
    return `the topic ${topic} has no partition ${partition} any more but ${count}; let its key choose one by --by-key`
  }

  #describe(topic: string): Promise<TopicDescription | undefined> {
    const known = this.#known.get(topic)
    if (known) return known
    const asked = this.#admin.describeTopics([topic]).then((found) => found.get(topic))
    this.#known.set(topic, asked)
    return asked
  }
}
