import type { Secret } from '../shared/secret.ts';
import type { EnvReader } from './env-reader.ts';

/** Machines elsewhere that run code. */
interface E2bConfig {
  readonly url: string;
  /** `{sandbox}` stands for a sandbox's id. */
  readonly sandboxUrl: string;
  readonly key: Secret;
}

/** Where code is run; nothing here: on this machine, as far as it has a sandbox. */
export interface CodeConfig {
  readonly e2b?: E2bConfig;
}

export function readCode(reader: EnvReader): CodeConfig {
  const url = reader.url('E2B_URL') ?? 'https://api.e2b.app';
  const sandboxUrl = reader.url('E2B_SANDBOX_URL') ?? 'https://49999-{sandbox}.e2b.app';
  const key = reader.secret('E2B_API_KEY');
  return key === undefined ? {} : { e2b: { url, sandboxUrl, key } };
}
