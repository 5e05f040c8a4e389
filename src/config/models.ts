import type { Secret } from '../shared/secret.ts';
import type { EnvReader } from './env-reader.ts';

/** Groq, and any proxy that speaks for it. */
export interface GroqProvider {
  readonly apiKey: Secret;
  readonly baseUrl: string | undefined;
}

/** A model provider that speaks the OpenAI protocol. */
export interface CustomProvider {
  readonly url: string;
  /** Model ids in order of preference. */
  readonly models: readonly string[];
  readonly apiKey: Secret | undefined;
}

export function readGroq(reader: EnvReader): GroqProvider | undefined {
  const apiKey = reader.secret('GROQ_API_KEY');
  const baseUrl = reader.url('GROQ_BASE_URL');
  return apiKey === undefined ? undefined : { apiKey, baseUrl };
}

/** `groq` is what the predecessor's default was: it means the provider that is there anyway. */
const isGroq = (reader: EnvReader): boolean =>
  reader.text('CUSTOM_PROVIDER')?.toLowerCase() === 'groq';

/** Model ids on Groq in order of preference; empty: the built-in list. */
export function readGroqModels(reader: EnvReader): readonly string[] {
  const models = reader.list('GROQ_MODEL');
  return models.length === 0 && isGroq(reader) ? reader.list('CUSTOM_MODEL') : models;
}

export function readCustom(reader: EnvReader): CustomProvider | undefined {
  if (isGroq(reader)) return undefined;
  const url = reader.url('CUSTOM_PROVIDER');
  const models = reader.list('CUSTOM_MODEL');
  if (url !== undefined && models.length === 0)
    reader.problems.push('CUSTOM_MODEL must name at least one model when CUSTOM_PROVIDER is set.');
  if (models.length > 0 && reader.text('CUSTOM_PROVIDER') === undefined)
    reader.problems.push(
      'CUSTOM_PROVIDER must be the address of the server that has CUSTOM_MODEL; models of Groq stand in GROQ_MODEL.',
    );
  return url === undefined
    ? undefined
    : { url, models, apiKey: reader.secret('CUSTOM_PROVIDER_API_KEY') };
}
