export const overview = `
Which worker: --rest URL, else the environment's SLUICE_REST, else http://127.0.0.1:8083. A login: --user NAME and --password-file FILE, or
SLUICE_REST_USER and SLUICE_REST_PASSWORD. Everything works with workers of Kafka Connect on the JVM, too.

A day's work:
  $ sluice connector create orders.json --dry-run     what would it be? does the worker take it?
  $ sluice connector create orders.json
  $ sluice connector status orders                    is it well? ends with 3 if something has FAILED
  $ sluice connector update orders.json --dry-run     what would change?
  $ sluice connector restart orders --tasks --only-failed
  $ sluice connector list --watch

Ends with 0 when it is done; 1 when the worker, or the way to it, failed the request; 2 when the command line or a file can't be used; 3 from
status when something has FAILED. Secrets are masked in all that is shown. Completion for your shell: sluice completion --help`

export const examples: Readonly<Record<string, string>> = {
  list: `
Examples:
  $ sluice connector list
  $ sluice connector list --json | jq -r '.[] | select(.state == "FAILED") | .name'
  $ sluice connector list --watch --interval 5`,
  status: `
Examples:
  $ sluice connector status                         all of them
  $ sluice connector status orders --trace
  $ sluice connector status orders > /dev/null || alert`,
  create: `
Examples:
  $ sluice connector create orders.json
  $ sluice connector create orders.properties --initial-state STOPPED
  $ generate-settings | sluice connector create --name orders -

The file is what a worker takes on its command line: {"name": "orders", "config": {"connector.class": ...}}, the same flat, or .properties.`,
  update: `
Examples:
  $ sluice connector update orders.json --dry-run
  $ sluice connector update orders.json
  $ sluice connector update --name orders --set tasks.max=4 --unset transforms

Settings that the file doesn't have are taken away. Settings that don't differ aren't sent: nothing restarts.`,
  validate: `
Examples:
  $ sluice connector validate orders.json
  $ sluice connector validate orders.json --json | jq .problems

Ends with 1 where something is wrong.`,
  restart: `
Examples:
  $ sluice connector restart orders                          the connector alone
  $ sluice connector restart orders --tasks --only-failed    what has failed, tasks included
  $ sluice connector restart orders --task 0`,
  delete: `
Examples:
  $ sluice connector delete orders
  $ sluice connector delete orders lines --yes`,
  offsets: `
Offsets can be set while the connector is stopped:
  $ sluice connector stop orders
  $ sluice connector offsets get orders --json > offsets.json
    ... edit ...
  $ sluice connector offsets alter orders offsets.json
  $ sluice connector resume orders`,
}
