import type { Settings } from '../config/settings.ts'

/** The key that workers of a cluster sign their requests to each other with (KIP-507). */
export interface SessionKey {
  readonly bytes: Uint8Array
}

/** What workers of a cluster ask of each other over REST. Whoever calls it has checked the signature. */
export interface InternalRequests {
  /** Undefined while none has been read from the config topic. */
  sessionKey(): SessionKey | undefined
  /** Algorithms that are accepted: `inter.worker.verification.algorithms`, such as HmacSHA256. */
  readonly algorithms: readonly string[]
  /** A follower's connector was divided into these tasks. Rejects with NotLeader elsewhere. */
  putTaskConfigs(connector: string, configs: readonly Settings[]): Promise<void>
  /** Fences the producers of the source's former tasks, before new ones begin. Rejects with NotLeader elsewhere. */
  fence(connector: string): Promise<void>
}
