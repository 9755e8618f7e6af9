/** A request as it came, for a test to compare. */
export interface SeenRequest {
  readonly method: string
  /** Decoded: `/v1/clusters/arn:aws:kafka:.../nodes/count`. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** Parsed; undefined for none. */
  readonly body: unknown
}

/** What a change of a cluster goes through before it is over. */
export interface Transition {
  /** So many looks at the cluster find it under way. */
  readonly looks: number
  /** How it fails; absent: it is done in the end. */
  readonly fails?: { readonly code: string; readonly message: string }
}

interface UnderWay extends Transition {
  readonly state: string
  readonly operationArn: string | undefined
  /** The last description of a cluster that is being deleted. */
  readonly before: string | undefined
  looked: number
}

type Described = { clusterInfo: Record<string, unknown> }
type Operation = { clusterOperationInfo: Record<string, unknown> }

const oneCluster = /^\/v1\/clusters\/arn:[^/]+\/[^/]+\/[^/]+$/
const steps = ['INITIALIZE_UPDATE', 'UPDATE_BROKERS', 'FINALIZE_UPDATE']

/** Shows clusters as being changed for a while, though the emulator is done at once. */
export class MskTransitions {
  #next: Transition | undefined
  readonly #underWay = new Map<string, UnderWay>()

  forget(): void {
    this.#next = undefined
    this.#underWay.clear()
  }

  next(transition: Transition): void {
    this.#next = transition
  }

  /** Whether the description of the cluster has to be kept before this request. */
  wantsBefore({ method, path }: SeenRequest): boolean {
    return this.#next !== undefined && method === 'DELETE' && oneCluster.test(path)
  }

  /** An answer for what is gone behind, but not yet to be seen so. */
  shown({ method, path }: SeenRequest): string | undefined {
    const way = method === 'GET' ? this.#underWay.get(clusterOf(path)) : undefined
    if (way?.before === undefined || !path.startsWith('/api/v2/clusters/')) return undefined
    if (way.looked++ >= way.looks) return undefined
    const described = JSON.parse(way.before) as Described
    return JSON.stringify({ clusterInfo: { ...described.clusterInfo, state: way.state } })
  }

  /** The body as it is to be seen: of a change, which begins to be under way, or of a look at one. */
  seen(request: SeenRequest, body: string, before: string | undefined): string {
    const { method, path } = request
    if (method !== 'GET') {
      this.#begin(request, body, before)
      return body
    }
    if (/^\/api\/v2\/clusters\/arn:[^/]+\/[^/]+\/[^/]+$/.test(path)) return this.#cluster(body)
    if (path.startsWith('/api/v2/operations/')) return this.#operation(path, body)
    return body
  }

  #begin({ method, path }: SeenRequest, body: string, before: string | undefined): void {
    const transition = this.#next
    if (transition === undefined) return
    const answer = JSON.parse(body) as { clusterArn: string; clusterOperationArn?: string }
    const created = method === 'POST' && path === '/api/v2/clusters'
    const deleted = method === 'DELETE' && oneCluster.test(path)
    // secrets, topics, tags and policies are no changes that take a while
    if (!created && !deleted && answer.clusterOperationArn === undefined) return
    this.#next = undefined
    const state = created
      ? 'CREATING'
      : deleted
        ? 'DELETING'
        : path.endsWith('/reboot-broker')
          ? 'REBOOTING_BROKER'
          : 'UPDATING'
    const operationArn = answer.clusterOperationArn
    this.#underWay.set(answer.clusterArn, { ...transition, state, operationArn, before, looked: 0 })
  }

  #cluster(body: string): string {
    const { clusterInfo } = JSON.parse(body) as Described
    const way = this.#underWay.get(String(clusterInfo['clusterArn']))
    if (way === undefined) return body
    if (way.looked++ < way.looks) return JSON.stringify({ clusterInfo: { ...clusterInfo, state: way.state } })
    const { fails } = way
    return fails === undefined
      ? body
      : JSON.stringify({ clusterInfo: { ...clusterInfo, state: 'FAILED', stateInfo: fails } })
  }

  #operation(path: string, body: string): string {
    const arn = path.slice('/api/v2/operations/'.length)
    const way = [...this.#underWay.values()].find(({ operationArn }) => operationArn === arn)
    if (way === undefined) return body
    const { clusterOperationInfo } = JSON.parse(body) as Operation
    const over = way.looked > way.looks
    const at = over ? steps.length : Math.min(way.looked, steps.length - 1)
    const operationSteps = steps.map((stepName, index) => ({
      stepName,
      stepInfo: { stepStatus: index < at ? 'COMPLETED' : index === at ? 'IN_PROGRESS' : 'PENDING' },
    }))
    const failed = over && way.fails !== undefined
    const kind = way.state === 'REBOOTING_BROKER' ? 'REBOOT' : 'UPDATE'
    return JSON.stringify({
      clusterOperationInfo: {
        ...clusterOperationInfo,
        operationState: `${kind}_${failed ? 'FAILED' : over ? 'COMPLETE' : 'IN_PROGRESS'}`,
        provisioned: { operationSteps },
        ...(failed && { errorInfo: { errorCode: way.fails?.code, errorString: way.fails?.message } }),
      },
    })
  }
}

function clusterOf(path: string): string {
  return /arn:[^/]+:cluster\/[^/]+\/[^/]+/.exec(path)?.[0] ?? ''
}
