/** Another worker of the cluster has to do it; nothing was done here. */
export class ForwardRequest extends Error {
  /** Base URL of its REST; undefined while it isn't known which worker that is, as in a rebalance. */
  readonly url: string | undefined

  constructor(message: string, url: string | undefined) {
    super(message)
    this.name = new.target.name
    this.url = url
  }
}

/** Only the leader of the cluster writes. */
export class NotLeader extends ForwardRequest {
  constructor(leaderUrl: string | undefined) {
    super('Only the leader of the cluster may do this.', leaderUrl)
  }
}

/** Only the worker that runs a connector or task restarts it. */
export class NotOwner extends ForwardRequest {
  constructor(ownerUrl: string | undefined) {
    super('Only the worker that it is assigned to may do this.', ownerUrl)
  }
}
