import { between, boolean, type ConfigOf, className, int, nonEmpty, oneOf, string } from '@sluice/template'

/** What the herder reads of every connector's settings. What tasks read is declared in task/settings.ts. */
export const connectorFields = {
  name: string({
    group: 'Common',
    doc: 'Names the connector; unique in the worker.',
    importance: 'HIGH',
    validate: (text) => nonEmpty(text) ?? withoutControls(text),
  }),
  connectorClass: className({
    group: 'Common',
    doc: 'Says which connector to run: its name, its package, or the Java class that it stands in for.',
    importance: 'HIGH',
    validate: nonEmpty,
  }),
  tasksMax: int({
    group: 'Common',
    doc: 'Runs at most this many tasks.',
    importance: 'HIGH',
    default: 1,
    validate: between(1),
  }),
  tasksMaxEnforce: boolean({
    group: 'Common',
    doc: 'Fails the connector when it divides its work into more tasks than tasks.max.',
    default: true,
  }),
  tasksDedicatedThread: boolean({
    group: 'Common',
    doc: 'Gives each task a worker thread of its own.',
    default: false,
  }),
  configActionReload: oneOf(['restart', 'none'], {
    doc: 'Says what to do when the time of a value from a config provider is over and it has changed: restart the connector, or nothing.',
    default: 'restart',
  }),
} as const

export type ConnectorConfig = ConfigOf<typeof connectorFields>

function withoutControls(text: string): string | undefined {
  const codes = Array.from(text, (one) => one.codePointAt(0)!).filter(isControl)
  return codes.length === 0 ? undefined : `must not have control characters (it has ${codes.join(', ')})`
}

function isControl(code: number): boolean {
  return code < 32 || (code >= 127 && code < 160)
}
