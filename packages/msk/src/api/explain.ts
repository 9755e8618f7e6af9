import { MskError, type MskErrorKind } from './msk-error.ts'

export interface Asked {
  /** In the words of the user: `grow the storage of shop`. */
  readonly doing: string
  /** The right that it takes: `kafka:UpdateBrokerStorage`. */
  readonly right: string
  readonly region: string | undefined
}

const kinds: Readonly<Record<string, MskErrorKind>> = {
  BadRequestException: 'bad-request',
  InvalidParameterException: 'bad-request',
  ValidationException: 'bad-request',
  KafkaRequestException: 'bad-request',
  ConflictException: 'conflict',
  TopicExistsException: 'conflict',
  ClusterConnectivityException: 'conflict',
  ReassignmentInProgressException: 'conflict',
  GroupSubscribedToTopicException: 'conflict',
  KafkaTimeoutException: 'conflict',
  NotControllerException: 'conflict',
  ControllerMovedException: 'conflict',
  ConcurrentUpdateException: 'conflict',
  NotFoundException: 'not-found',
  ObjectNotFoundException: 'not-found',
  UnknownTopicOrPartitionException: 'not-found',
  TooManyRequestsException: 'too-many-requests',
  ThrottlingException: 'too-many-requests',
  Throttling: 'too-many-requests',
  RequestLimitExceeded: 'too-many-requests',
  ForbiddenException: 'forbidden',
  AccessDeniedException: 'forbidden',
  AccessDenied: 'forbidden',
  UnauthorizedOperation: 'forbidden',
  UnauthorizedException: 'forbidden',
  ExpiredTokenException: 'expired',
  ExpiredToken: 'expired',
  RequestExpired: 'expired',
  UnrecognizedClientException: 'no-credentials',
  InvalidClientTokenId: 'no-credentials',
  InvalidSignatureException: 'no-credentials',
  SignatureDoesNotMatch: 'no-credentials',
  AuthFailure: 'no-credentials',
  CredentialsProviderError: 'no-credentials',
  ConfigurationError: 'no-credentials',
  ServiceUnavailableException: 'failed-at-aws',
  InternalServerErrorException: 'failed-at-aws',
  InternalError: 'failed-at-aws',
}

/** What AWS said, as an error that says what to do. Total: whatever is thrown becomes one. */
export function explain(error: unknown, asked: Asked): MskError {
  if (error instanceof MskError) return error
  const kind = kindOf(error)
  return new MskError(kind, `can't ${asked.doing}: ${causeOf(kind, error, asked)}`, { cause: error })
}

function kindOf(error: unknown): MskErrorKind {
  const { name, message, code, parameter } = partsOf(error)
  if (name === 'BadRequestException' && isStale(message, parameter)) return 'stale-version'
  if (message === 'Region is missing') return 'no-region'
  if (/^(ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH)$/.test(code))
    return 'unreachable'
  if (name === 'TimeoutError') return 'unreachable'
  // EC2 names a kind for each thing: InvalidVpcID.NotFound
  if (name.endsWith('.NotFound')) return 'not-found'
  if (/^(DependencyViolation|.*\.(InUse|Conflict|Duplicate))$/.test(name)) return 'conflict'
  return kinds[name] ?? 'unknown'
}

function isStale(message: string, parameter: string): boolean {
  return /^currentversion$/i.test(parameter) || /version of the cluster isn.?t current/i.test(message)
}

function causeOf(kind: MskErrorKind, error: unknown, { right, region }: Asked): string {
  const { name, message, parameter, attempts } = partsOf(error)
  const said = message === '' ? name : message.replace(/\.$/, '')
  switch (kind) {
    case 'bad-request':
      return `AWS doesn't take the request: ${said}${parameter === '' ? '' : ` (${parameter})`}. Nothing was changed.`
    case 'stale-version':
      return `it was changed by somebody else again and again meanwhile (${said}). Nothing was changed: look at it, and try again.`
    case 'conflict':
      if (right.startsWith('ec2:')) {
        return `something else uses it or has its name: ${said}. Delete the clusters, instances and endpoints in the network first.`
      }
      return `it conflicts with what is there or under way: ${said}. A cluster takes one change at a time, when it is ACTIVE: "sluice msk operation list" shows what is under way.`
    case 'not-found':
      return `there is no such thing${region === undefined ? '' : ` in ${region}`}: ${said}. Is it the right region (--region) and account (--profile)?`
    case 'too-many-requests':
      return `AWS has had too many requests from this account${attempts > 1 ? ` (tried ${attempts} times)` : ''}: ${said}. Nothing was changed: wait a minute and try again.`
    case 'forbidden':
      return `AWS doesn't allow it: ${said}. The policy of your user or role needs ${right}.`
    case 'expired':
      return `your login at AWS has expired: ${said}. Log in again (aws sso login, or a new AWS_SESSION_TOKEN).`
    case 'no-credentials':
      return `AWS doesn't know who you are: ${said}. Give a login as for the aws command: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, --profile, or a role; if they are right, look at this machine's clock.`
    case 'no-region':
      return 'no region is given: --region eu-central-1, AWS_REGION, or the profile names one.'
    case 'unreachable':
      return `nothing answers${region === undefined ? '' : ` in ${region}`} (${said}). Does the region exist, does it offer MSK, and does this machine reach the internet?`
    case 'failed-at-aws':
      return `AWS has trouble of its own: ${name}: ${said}. It may have been done or not: look at it before you try again.`
    default:
      return `${name}: ${said}`
  }
}

interface Parts {
  readonly name: string
  readonly message: string
  readonly code: string
  readonly parameter: string
  readonly attempts: number
}

function partsOf(error: unknown): Parts {
  if (!(error instanceof Error) && !isErrorLike(error)) {
    return { name: 'Error', message: String(error), code: '', parameter: '', attempts: 0 }
  }
  const { name, message, code, Code, InvalidParameter, $metadata } = error as AwsErrorLike
  return {
    // EC2's errors have their name in Code as well, and some have it there alone
    name: typeof Code === 'string' && (name === 'Error' || name === undefined) ? Code : (name ?? 'Error'),
    message: message ?? '',
    code: typeof code === 'string' ? code : '',
    parameter: typeof InvalidParameter === 'string' ? InvalidParameter : '',
    attempts: $metadata?.attempts ?? 0,
  }
}

interface AwsErrorLike {
  readonly name?: string
  readonly message?: string
  readonly code?: unknown
  readonly Code?: unknown
  readonly InvalidParameter?: unknown
  readonly $metadata?: { readonly attempts?: number }
}

/** An Error of another realm is no instance of ours. */
function isErrorLike(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'message' in error
}
