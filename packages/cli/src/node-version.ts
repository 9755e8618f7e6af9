/** As `engines` in package.json says. */
const oldest = { major: 22, minor: 18 }

/** What to say to a Node that is too old; undefined: it is new enough. */
export function nodeComplaint(version: string): string | undefined {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  const isNewEnough = major > oldest.major || (major === oldest.major && minor >= oldest.minor)
  return isNewEnough
    ? undefined
    : `Node ${oldest.major}.${oldest.minor} or newer is needed, and this is ${version}: see https://nodejs.org`
}
