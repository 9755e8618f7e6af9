import { between, boolean, int, list, oneOf, prefix, string } from '@sluice/template'

/** The worker's settings of its REST API. */
export const restFields = {
  listeners: list({
    doc: 'Addresses of the REST API, http or https, such as http://127.0.0.1:8083. Without a host it binds to loopback; empty: no REST.',
    default: ['http://127.0.0.1:8083'],
  }),
  listenersInsecure: boolean({
    doc: 'Allows REST to listen beyond loopback without a login, where anyone who reaches it may change connectors.',
    default: false,
  }),
  listenersHttps: prefix('listeners.https.', {
    doc: "TLS of https listeners: ssl.keystore.location and the like. The worker's ssl.* settings where there is none of these.",
    secret: true,
  }),
  adminListeners: list({
    doc: 'Addresses of /admin where they are to be others; empty: no /admin. Absent: with the rest of REST.',
    optional: true,
  }),
  adminListenersHttps: prefix('admin.listeners.https.', {
    doc: 'TLS of https listeners among admin.listeners, as listeners.https.*.',
    secret: true,
  }),
  sslClientAuth: oneOf(['none', 'requested', 'required'], {
    doc: 'Says whether https listeners ask for a certificate of the client; required: nobody is let in without.',
    default: 'none',
  }),
  restAdvertisedHostName: string({
    doc: 'Host by which this worker is known, in status and to the others of its cluster.',
    optional: true,
  }),
  restAdvertisedPort: int({
    doc: 'Port by which this worker is known.',
    optional: true,
    validate: between(1, 65_535),
  }),
  restAdvertisedListener: oneOf(['http', 'https'], {
    doc: 'Says which of the listeners this worker is known by; absent: http before https.',
    optional: true,
  }),
  restExtensionClasses: list({
    doc: 'Extensions of REST by their Java class. There is one: BasicAuthSecurityRestExtension, a login by name and password.',
    default: [],
  }),
  javaSecurityAuthLoginConfig: string({
    doc: 'JAAS file whose entry KafkaConnect says where that extension finds names and passwords; else as KAFKA_OPTS says (-Djava.security.auth.login.config).',
    optional: true,
  }),
  restBasicAuthUser: prefix('rest.basic.auth.user.', {
    doc: 'Asks everyone who uses REST for a name and a password: rest.basic.auth.user.<name>=<password>.',
    secret: true,
  }),
  accessControlAllowOrigin: string({
    doc: 'Origins whose pages may use REST, separated by commas; * stands for any part, alone for all. Empty: none but its own.',
    default: '',
  }),
  accessControlAllowMethods: string({
    doc: 'Methods that those pages may use, separated by commas; empty: GET, POST and HEAD.',
    default: '',
  }),
  responseHttpHeadersConfig: string({
    doc: 'Headers of all answers: rules such as "set X-Frame-Options: DENY", separated by commas (set, add, setDate, addDate; a rule with a comma in double quotes).',
    default: '',
  }),
} as const
