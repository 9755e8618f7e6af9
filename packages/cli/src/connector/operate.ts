import { pathOf, type Status } from './bodies.ts'
import type { RestClient } from './rest-client.ts'
import { tasksText } from './list.ts'

const paths = { pause: ['PUT', 'pause'], resume: ['PUT', 'resume'], stop: ['PUT', 'stop'] } as const

/** What a connector is told to do; the worker does it by and by. */
export type Operation = keyof typeof paths

export async function operate(rest: RestClient, name: string, operation: Operation): Promise<string> {
  const [method, path] = paths[operation]
  await rest.call('PUT' satisfies typeof method, pathOf(name, path))
  return `${name} ${{ pause: 'pauses', resume: 'goes on', stop: 'stops' }[operation]}.\n`
}

export interface RestartHow {
  readonly tasks: boolean
  readonly onlyFailed: boolean
  readonly task?: number
}

export async function restart(rest: RestClient, name: string, how: RestartHow): Promise<string> {
  if (how.task !== undefined) {
    await rest.call('POST', pathOf(name, 'tasks', String(how.task), 'restart'))
    return `task ${how.task} of ${name} restarts.\n`
  }
  const path = `${pathOf(name, 'restart')}?includeTasks=${how.tasks}&onlyFailed=${how.onlyFailed}`
  const status = await rest.call<Status | undefined>('POST', path)
  if (status === undefined)
    return `${name} restarts${how.onlyFailed ? ' if it has failed' : ''}; its tasks go on.\n`
  return `${name} restarts: it is ${status.connector.state}, tasks: ${tasksText(status.tasks)}.\n`
}

export async function remove(rest: RestClient, name: string): Promise<string> {
  await rest.call('DELETE', pathOf(name))
  return `${name} is deleted. Its offsets stay: one that is made under this name goes on from them.\n`
}
