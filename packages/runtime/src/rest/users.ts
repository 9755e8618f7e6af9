import { readFile } from 'node:fs/promises'
import { parseProperties } from '../config/properties.ts'
import type { WorkerConfig } from '../config/worker-fields.ts'
import { parseJaas } from '../kafka/settings/jaas.ts'
import { messageOf } from '../errors/message-of.ts'
import type { Users } from './basic-auth.ts'

type UserSettings = Pick<
  WorkerConfig,
  'restBasicAuthUser' | 'restExtensionClasses' | 'javaSecurityAuthLoginConfig'
>

const loginModule = 'org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule'

/**
 * Who may use REST: those of `rest.basic.auth.user.*`, and, where the extension for basic auth is named, those of the file that the JAAS entry
 * `KafkaConnect` names. Undefined: everyone. Rejects with an error that names what can't be used; a file without users is none, for it would let in everyone.
 */
export async function readUsers(
  config: UserSettings,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Users | undefined> {
  const own = new Map(Object.entries(config.restBasicAuthUser))
  if (config.restExtensionClasses.length === 0) return own.size > 0 ? own : undefined
  const jaasFile = config.javaSecurityAuthLoginConfig ?? fromKafkaOpts(environment['KAFKA_OPTS'])
  if (jaasFile === undefined) {
    if (own.size > 0) return own
    throw new Error(
      'rest.extension.classes asks for a login, but nothing says who may log in: set java.security.auth.login.config to a JAAS file with an entry KafkaConnect, or rest.basic.auth.user.<name>.',
    )
  }
  const usersFile = usersFileOf(await text(jaasFile, 'java.security.auth.login.config'), jaasFile)
  const users = parseProperties(await text(usersFile, `the entry KafkaConnect of ${jaasFile}`), usersFile)
  if (users.size === 0)
    throw new Error(`${usersFile} has no user (name=password), so that nobody could log in.`)
  return new Map([...users, ...own])
}

function fromKafkaOpts(options: string | undefined): string | undefined {
  return /(?:^|\s)-Djava\.security\.auth\.login\.config=("[^"]*"|\S+)/
    .exec(options ?? '')?.[1]
    ?.replace(/^"|"$/g, '')
}

function usersFileOf(jaas: string, file: string): string {
  const bare = jaas.replaceAll(/\/\*[\s\S]*?\*\/|^\s*(?:\/\/|#).*$/gm, '')
  const entry = /(?:^|[\s;])KafkaConnect\s*\{([\s\S]*?)\}\s*;/.exec(bare)?.[1]
  if (entry === undefined) throw new Error(`${file} has no entry KafkaConnect { ... };`)
  try {
    const { loginModule: named, options } = parseJaas(entry)
    if (named !== loginModule)
      throw new Error(`names the login module ${named}, but only ${loginModule} is there`)
    const users = options.get('file') ?? ''
    if (users === '') throw new Error('names no file of users: file="/path/to/users.properties"')
    return users
  } catch (cause) {
    throw new Error(`The entry KafkaConnect of ${file} ${messageOf(cause)}.`, { cause })
  }
}

async function text(file: string, by: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new Error(`${file}, which ${by} names, can't be read: ${messageOf(cause)}.`, { cause })
  }
}
