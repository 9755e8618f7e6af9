/** What is shared out among workers: a task of a connector, or (`task` is -1, as on the wire) the connector itself. */
export interface Unit {
  readonly connector: string
  readonly task: number
}

export const connectorItself = -1

/** One text for one unit. A connector's name may have any character, so the number comes first. */
export const keyOf = ({ connector, task }: Unit): string => `${task}/${connector}`

export const isConnector = ({ task }: Unit): boolean => task === connectorItself

/** As logs name it. */
export const nameOf = ({ connector, task }: Unit): string =>
  task === connectorItself ? connector : `${connector}-${task}`

/** By connector, then by number: whatever is done in this order is done alike on every worker. */
export const byName = (a: Unit, b: Unit): number =>
  a.connector === b.connector ? a.task - b.task : a.connector < b.connector ? -1 : 1
