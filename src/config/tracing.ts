import type { Secret } from '../shared/secret.ts';
import type { EnvReader } from './env-reader.ts';

/** A Phoenix server (https://phoenix.arize.com): traces go there, and the leader's prompt may come from there. */
export interface PhoenixConfig {
  readonly url: string;
  readonly key: Secret | undefined;
  readonly prompt: { readonly name: string; readonly tag: string };
}

/** Where traces go. */
export interface TracesConfig {
  readonly url: string;
  readonly headers: readonly {
    readonly name: string;
    readonly prefix: string;
    readonly value: Secret;
  }[];
  readonly project: string;
  /** True: texts of people, models and tools are part of the traces. */
  readonly content: boolean;
}

export interface TracingConfig {
  readonly phoenix?: PhoenixConfig;
  readonly traces?: TracesConfig;
}

export function readTracing(reader: EnvReader): TracingConfig {
  const phoenix = readPhoenix(reader);
  const traces = readTraces(reader, phoenix);
  return {
    ...(phoenix === undefined ? {} : { phoenix }),
    ...(traces === undefined ? {} : { traces }),
  };
}

function readTraces(
  reader: EnvReader,
  phoenix: PhoenixConfig | undefined,
): TracesConfig | undefined {
  const otlpUrl = reader.url('OTEL_EXPORTER_OTLP_ENDPOINT');
  const otlpHeaders = reader.secret('OTEL_EXPORTER_OTLP_HEADERS');
  const project = reader.text('PHOENIX_PROJECT_NAME') ?? 'troupe';
  const content = reader.flag('TRACING_CONTENT');
  const url = otlpUrl ?? phoenix?.url;
  if (!reader.flag('TRACING')) return undefined;
  if (url === undefined) {
    reader.problems.push(
      'TRACING needs a server: set PHOENIX_ENDPOINT or OTEL_EXPORTER_OTLP_ENDPOINT.',
    );
    return undefined;
  }
  const headers =
    otlpUrl === undefined ? phoenixHeaders(phoenix) : headersIn(reader, otlpHeaders?.reveal());
  return { url: tracesAt(url), headers, project, content };
}

function readPhoenix(reader: EnvReader): PhoenixConfig | undefined {
  const url = reader.url('PHOENIX_ENDPOINT');
  const key = reader.secret('PHOENIX_API_KEY');
  const name = reader.text('PHOENIX_PROMPT') ?? 'troupe-leader';
  const tag = reader.text('PHOENIX_PROMPT_TAG') ?? 'production';
  return url === undefined
    ? undefined
    : { url: url.replace(TRACES, ''), key, prompt: { name, tag } };
}

/** Some write the address of traces, some that of the server. */
const TRACES = /\/*(?:v1\/traces)?\/*$/;
const tracesAt = (url: string): string => `${url.replace(TRACES, '')}/v1/traces`;

type Headers = TracesConfig['headers'];

const phoenixHeaders = (phoenix: PhoenixConfig | undefined): Headers =>
  phoenix?.key === undefined
    ? []
    : [{ name: 'authorization', prefix: 'Bearer ', value: phoenix.key }];

/** `name=value,name=value`, as OpenTelemetry writes headers. */
function headersIn(reader: EnvReader, text = ''): Headers {
  return text.split(',').flatMap((pair) => {
    const [name = '', ...rest] = pair.split('=');
    const value = rest.join('=').trim();
    if (name.trim() === '' || value === '') return [];
    return [{ name: name.trim(), prefix: '', value: reader.hide(decoded(value)) }];
  });
}

/** Values may be percent-encoded; one that is not is meant as it stands. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
