import { stringifyJson } from '@sluice/template'
import { parseProperties } from './properties.ts'
import { parseJsonText, type Settings, settingsOf } from './settings.ts'

export type InitialState = 'RUNNING' | 'PAUSED' | 'STOPPED'

/** What asks for a connector: a file on the command line or the body of a request. */
export interface ConnectorRequest {
  readonly name: string
  readonly config: Settings
  readonly initialState: InitialState
}

/**
 * Reads a connector's file: `.properties`, or JSON as `{"name": ..., "config": {...}}` or as a flat map with a `name`. The content decides,
 * as in Kafka Connect. Throws an Error that names the file and what is wrong with it.
 */
export function parseConnectorFile(text: string, file: string): ConnectorRequest {
  if (text.trimStart().startsWith('{')) return connectorRequestOf(parseJsonText(text, file), file)
  return named(parseProperties(text, file), file)
}

/** The same for an object that was parsed already. */
export function connectorRequestOf(value: unknown, what: string): ConnectorRequest {
  if (typeof value === 'object' && value !== null && 'config' in value && typeof value.config === 'object') {
    const { name, config, initial_state: state } = value as Record<string, unknown>
    const settings = new Map(settingsOf(config, `${what}, "config"`))
    if (name !== undefined && typeof name !== 'string') throw new Error(`${what}: "name" must be text.`)
    const inner = settings.get('name')
    if (name !== undefined && inner !== undefined && inner !== name) {
      throw new Error(`${what}: "name" is ${name}, but the name within "config" is ${inner}.`)
    }
    if (name !== undefined) settings.set('name', name)
    return { ...named(settings, what), initialState: initialStateOf(state, what) }
  }
  return named(settingsOf(value, what), what)
}

function named(config: Settings, what: string): ConnectorRequest {
  const name = config.get('name')?.trim()
  if (name === undefined || name === '') throw new Error(`${what} has no "name" for the connector.`)
  return { name, config: new Map(config).set('name', name), initialState: 'RUNNING' }
}

function initialStateOf(state: unknown, what: string): InitialState {
  if (state === undefined || state === null) return 'RUNNING'
  const word = typeof state === 'string' ? state.toUpperCase() : state
  if (word === 'RUNNING' || word === 'PAUSED' || word === 'STOPPED') return word
  throw new Error(`${what}: "initial_state" must be RUNNING, PAUSED or STOPPED, not ${stringifyJson(state)}.`)
}
