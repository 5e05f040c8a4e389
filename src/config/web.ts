import { isIP } from 'node:net';
import type { Secret } from '../shared/secret.ts';
import type { EnvReader } from './env-reader.ts';

/** A service of the web with the key that opens it. */
interface KeyedService {
  readonly url: string;
  readonly key: Secret | undefined;
}

/** What the web tools use, and what they may reach. */
export interface WebConfig {
  readonly reach: { readonly ports: readonly number[]; readonly addresses: readonly string[] };
  readonly exa: KeyedService;
  readonly tavily: KeyedService;
  readonly firecrawl: KeyedService;
  /** `{language}` stands for a language's code. */
  readonly wikipediaUrl: string;
  readonly youtubeUrl: string;
}

export const readWeb = (reader: EnvReader): WebConfig => ({
  reach: { ports: readPorts(reader), addresses: readAddresses(reader) },
  exa: keyed(reader, 'EXA', 'https://api.exa.ai'),
  tavily: keyed(reader, 'TAVILY', 'https://api.tavily.com'),
  firecrawl: keyed(reader, 'FIRECRAWL', 'https://api.firecrawl.dev'),
  wikipediaUrl: reader.url('WIKIPEDIA_URL') ?? 'https://{language}.wikipedia.org',
  youtubeUrl: reader.url('YOUTUBE_URL') ?? 'https://www.youtube.com',
});

const keyed = (reader: EnvReader, name: string, usual: string): KeyedService => ({
  url: reader.url(`${name}_URL`) ?? usual,
  key: reader.secret(`${name}_API_KEY`),
});

const USUAL_PORTS = [80, 443];

function readPorts(reader: EnvReader): readonly number[] {
  const listed = reader.list('WEB_ALLOWED_PORTS');
  const ports = listed.map(Number);
  const isPort = (port: number) => Number.isInteger(port) && port >= 1 && port <= 65_535;
  if (!ports.every(isPort)) {
    reader.problems.push('WEB_ALLOWED_PORTS must be port numbers separated by commas.');
  }
  return listed.length === 0 ? USUAL_PORTS : ports;
}

function readAddresses(reader: EnvReader): readonly string[] {
  const addresses = reader.list('WEB_ALLOWED_ADDRESSES');
  for (const address of addresses.filter((one) => !isAddressOrNetwork(one))) {
    reader.problems.push(
      `WEB_ALLOWED_ADDRESSES must be IP addresses or networks such as 10.0.0.0/8, got "${address}".`,
    );
  }
  return addresses;
}

function isAddressOrNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
