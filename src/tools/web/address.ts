import ipaddr from 'ipaddr.js';

/** What the house's own requests may reach beyond the public web's usual doors. */
export interface Reach {
  /** The only ports that are connected to. */
  readonly ports: readonly number[];
  /** Addresses (`127.0.0.1`) and networks (`10.0.0.0/8`) that may be reached although they are not public. */
  readonly addresses: readonly string[];
}

/** Why a URL is not fetched, as a sentence; `undefined` when nothing in it speaks against it. Names are judged when they are resolved. */
export function refusalOf(url: URL, reach: Reach): string | undefined {
  if (!['http:', 'https:'].includes(url.protocol)) {
    return 'Only addresses that begin with http:// or https:// are read.';
  }
  if (url.username !== '' || url.password !== '') {
    return 'Addresses that carry a user name or password are not read.';
  }
  const port = portOf(url);
  if (!reach.ports.includes(port)) return `Port ${port} is not one that pages are read from.`;
  const literal = literalOf(url);
  if (literal !== undefined) return isReachable(literal, reach) ? undefined : NOT_PUBLIC;
  if (url.hostname.endsWith('.')) return 'Host names that end with a dot are not read.';
  return undefined;
}

/** Said of every address that is not public, so that nobody learns anything about the network here. */
export const NOT_PUBLIC = 'Its host is not on the public internet.';

/** Whether an IP address is one of the public internet, or allowed by name. */
export function isReachable(address: string, reach: Reach): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  return isPublic(parsed) || reach.addresses.some((allowed) => includes(allowed, parsed));
}

const portOf = ({ port, protocol }: URL): number => {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
};

/** The URL parser has put every notation of an IPv4 address (hexadecimal, octal, one number) into the usual one. */
function literalOf({ hostname }: URL): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return ipaddr.isValid(bare) ? bare : undefined;
}

type Address = ReturnType<typeof ipaddr.parse>;

/** In the only range that is given out for public use so far: everything that embeds or translates IPv4 to somewhere else lies outside or is named. */
const GLOBAL_V6 = ipaddr.parseCIDR('2000::/3');
/** Public by their number, but answered by the cloud that a machine runs in. */
const CLOUD_METADATA = new Set(['168.63.129.16']);

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  if (address.kind() === 'ipv6') return address.match(GLOBAL_V6);
  return !CLOUD_METADATA.has(address.toString());
}

function includes(allowed: string, address: Address): boolean {
  if (!ipaddr.isValidCIDR(allowed)) {
    return ipaddr.isValid(allowed) && ipaddr.parse(allowed).toString() === address.toString();
  }
  const network = ipaddr.parseCIDR(allowed);
  return network[0].kind() === address.kind() && address.match(network);
}
