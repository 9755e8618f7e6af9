import type { Json } from '@sluice/template'

/** Bodies of Kafka Connect's REST API, as far as the console reads them. */
export interface Info {
  readonly name: string
  readonly config: Readonly<Record<string, string | null>>
  readonly tasks: ReadonlyArray<{ readonly connector: string; readonly task: number }>
  readonly type: string
}

export interface State {
  readonly state: string
  readonly worker_id: string
  readonly trace?: string
  readonly detail?: string
  readonly version?: string
}

export interface Status {
  readonly name: string
  readonly type: string
  readonly connector: State
  readonly tasks: ReadonlyArray<State & { readonly id: number }>
}

export type Expanded = Readonly<Record<string, { readonly status?: Status; readonly info?: Info }>>

export interface Validated {
  readonly error_count: number
  readonly configs: ReadonlyArray<{
    readonly value: { readonly name: string; readonly errors: readonly string[] }
  }>
}

export interface Offset {
  readonly partition: Readonly<Record<string, Json>>
  readonly offset: Readonly<Record<string, Json>> | null
}

export interface Offsets {
  readonly offsets: readonly Offset[]
}

export function pathOf(connector: string, ...rest: readonly string[]): string {
  return ['/connectors', encodeURIComponent(connector), ...rest].join('/')
}
