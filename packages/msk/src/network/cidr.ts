/** A block of IPv4 addresses: `10.0.0.0/16`. */
export interface Cidr {
  /** The first address, as a number. */
  readonly base: number
  /** 0 to 32. */
  readonly prefix: number
}

/** Reads a block. Throws an Error that says what is wrong: a mask missing, a number too large, an address within the block. */
export function parseCidr(text: string): Cidr {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text)
  const numbers = match?.slice(1).map(Number) ?? []
  const [prefix = 33, ...bytes] = [numbers[4], ...numbers.slice(0, 4)] as number[]
  if (match === null || prefix > 32 || bytes.some((byte) => byte > 255)) {
    throw new Error(`"${text}" is no block of addresses, which looks like 10.0.0.0/16`)
  }
  const address = bytes.reduce((sum, byte) => sum * 256 + byte, 0)
  const base = firstOf(address, prefix)
  if (base !== address) {
    throw new Error(`${text} begins within a block; the block is ${cidrText({ base, prefix })}`)
  }
  return { base, prefix }
}

export function cidrText({ base, prefix }: Cidr): string {
  const bytes = [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(base / unit) % 256)
  return `${bytes.join('.')}/${prefix}`
}

/** How many addresses it has. */
export function sizeOf({ prefix }: Cidr): number {
  return 2 ** (32 - prefix)
}

export function contains(outer: Cidr, inner: Cidr): boolean {
  return inner.base >= outer.base && inner.base + sizeOf(inner) <= outer.base + sizeOf(outer)
}

export function overlap(a: Cidr, b: Cidr): boolean {
  return contains(a, b) || contains(b, a)
}

/** The first blocks of this prefix within another, side by side. Throws an Error where they don't fit. */
export function firstBlocks(outer: Cidr, prefix: number, count: number): readonly Cidr[] {
  if (prefix < outer.prefix || prefix > 32 || count > 2 ** (prefix - outer.prefix)) {
    throw new Error(`${cidrText(outer)} has no room for ${count} blocks of /${prefix}`)
  }
  const size = sizeOf({ base: 0, prefix })
  return Array.from({ length: count }, (_, index) => ({ base: outer.base + index * size, prefix }))
}

/** Down to the first address of its block. Numbers, not bits: `<<` has signs. */
function firstOf(address: number, prefix: number): number {
  const size = 2 ** (32 - prefix)
  return Math.floor(address / size) * size
}

/** The /64 of this index within AWS's /56 for a VPC: `2600:1f16:abc:de00::/56`. Throws an Error for anything else. */
export function ipv6Block(vpcBlock: string, index: number): string {
  const match = /^([0-9a-f:]+)::\/56$/i.exec(vpcBlock)
  const groups = match?.[1]?.split(':') ?? []
  if (match === null || groups.length > 4 || index > 255) {
    throw new Error(`"${vpcBlock}" is no /56 of IPv6 addresses`)
  }
  const four = Array.from({ length: 4 }, (_, at) => Number.parseInt(groups[at] ?? '0', 16))
  const last = (four[3]! & 0xff00) + index
  return `${[...four.slice(0, 3), last].map((group) => group.toString(16)).join(':')}::/64`
}
