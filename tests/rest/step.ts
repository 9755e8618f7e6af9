/** One request of the comparison. Texts may have `{folder}`, the folder of this run's files. */
export interface Step {
  /** Names it in the recording and in the list of differences: `area/what`. */
  readonly id: string
  readonly method: string
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is, instead. */
  readonly text?: string
  /** Content-Type is application/json where there is a body, unless said here. */
  readonly headers?: Readonly<Record<string, string>>
  /** Asked again and again before the request is sent, until it holds. */
  readonly until?: Until
  /** A 409 is taken for the answer, also where it speaks of a rebalance that will pass. */
  readonly once?: true
}

export interface Until {
  /** For messages. */
  readonly what: string
  readonly path: string
  holds(body: unknown, status: number): boolean
}

/** What came back, without what differs from run to run. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Parsed where it is JSON, else text; absent where there is none. */
  readonly body?: unknown
}

type Details = Omit<Step, 'id' | 'method' | 'path'>

/** A group of steps: ids begin with the area. */
export function area(name: string): (what: string, request: string, details?: Details) => Step {
  return (what, request, details = {}) => {
    const [method, path] = request.split(/ (.*)/s) as [string, string]
    return { id: `${name}/${what}`, method, path, ...details }
  }
}

interface Status {
  readonly connector?: { readonly state: string }
  readonly tasks?: readonly { readonly state: string }[]
}

/** The connector and this many tasks are in that state. */
export function settled(name: string, state: string, tasks = 1): Until {
  return {
    what: `${name} is ${state} with ${tasks} tasks`,
    path: `/connectors/${encodeURIComponent(name)}/status`,
    holds: (body) => {
      const status = body as Status
      return (
        status.connector?.state === state &&
        status.tasks?.length === tasks &&
        status.tasks.every((task) => task.state === state)
      )
    },
  }
}

/** The connector is in that state, whatever its tasks are. */
export function connectorIs(name: string, state: string): Until {
  return {
    what: `${name} is ${state}`,
    path: `/connectors/${encodeURIComponent(name)}/status`,
    holds: (body) => (body as Status).connector?.state === state,
  }
}

/** The connector's tasks are FAILED, while it runs itself. */
export function tasksFailed(name: string): Until {
  return {
    what: `the tasks of ${name} have failed`,
    path: `/connectors/${encodeURIComponent(name)}/status`,
    holds: (body) => {
      const tasks = (body as Status).tasks ?? []
      return tasks.length > 0 && tasks.every((task) => task.state === 'FAILED')
    },
  }
}

/** The connector is not there any more. */
export function gone(name: string): Until {
  return {
    what: `${name} is gone`,
    path: `/connectors/${encodeURIComponent(name)}/status`,
    holds: (_, status) => status === 404,
  }
}

/** Some offset of the connector says that. */
export function offsetIs(name: string, text: string): Until {
  return {
    what: `the offsets of ${name} have ${text}`,
    path: `/connectors/${encodeURIComponent(name)}/offsets`,
    holds: (body) => JSON.stringify(body).includes(text),
  }
}
