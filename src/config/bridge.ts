import type { Secret } from '../shared/secret.ts';
import type { EnvReader } from './env-reader.ts';

/** A chat system behind a bridge (docs/bridge.md). */
export interface BridgeConfig {
  readonly url: string;
  readonly token: Secret | undefined;
  /** Messages older than this get a note instead of an answer; 0: all are answered. */
  readonly maxAgeMs: number;
  /** For how long the bridge takes a nonce once only. */
  readonly dedupeWindowMs: number;
  /** Characters of one message there. */
  readonly maxChars: number;
}

export function readBridge(reader: EnvReader): { readonly bridge?: BridgeConfig } {
  const url = reader.url('BRIDGE_URL');
  const bridge = {
    token: reader.secret('BRIDGE_TOKEN'),
    maxAgeMs: reader.whole('BRIDGE_MAX_AGE_MINUTES', 15, { min: 0, max: 525_600 }) * 60_000,
    dedupeWindowMs: reader.whole('BRIDGE_NONCE_SECONDS', 120, { min: 0, max: 86_400 }) * 1_000,
    maxChars: reader.whole('BRIDGE_MAX_CHARS', 2_000, { min: 200, max: 100_000 }),
  };
  return url === undefined ? {} : { bridge: { url, ...bridge } };
}
