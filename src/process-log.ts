import type { Config } from './config.ts';
import { createLog, type Log, redactor } from './shared/log.ts';

type LogConfig = Pick<Config, 'logLevel' | 'logFormat' | 'secrets'>;

/** The log of a process: on standard error, with the configured secrets blotted out. */
export async function processLog({ logLevel, logFormat, secrets }: LogConfig): Promise<Log> {
  if (logFormat === 'json') {
    // Loaded only when it is wanted: it would be a part of every start.
    const { jsonLog } = await import('./json-log.ts');
    return jsonLog(logLevel, redactedWriter(secrets));
  }
  return createLog({
    level: logLevel,
    now: Date.now,
    write: (line) => process.stderr.write(line),
    secrets: secrets.map((secret) => secret.reveal()),
  });
}

/** Says longer texts on standard error, likewise. */
export const processVoice = ({ secrets }: LogConfig): ((text: string) => void) => {
  const write = redactedWriter(secrets);
  return (text) => write(`${text}\n`);
};

function redactedWriter(secrets: LogConfig['secrets']): (text: string) => void {
  const redacted = redactor(secrets.map((secret) => secret.reveal()));
  return (text) => void process.stderr.write(redacted(text));
}
