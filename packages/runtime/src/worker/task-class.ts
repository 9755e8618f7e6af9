import type { Settings } from '../config/settings.ts'

/** The setting under which Kafka Connect keeps the class of a task, among the settings of the task. */
export const taskClassSetting = 'task.class'

/** Of a Java class for a connector, its task's; where the two lie in different packages this is a name that says what is meant, no more. */
export function taskClassOf(settings: Settings): string {
  return (settings.get('connector.class') ?? '').trim().replace(/Connector$/, '') + 'Task'
}
