import { onTestFinished } from 'vitest';
import { SimulatedClock } from 'xstate';
import { parseJson } from '../../../src/shared/parse.ts';
import { createToolbox } from '../../../src/tools/toolbox.ts';
import { PUBLIC_WEB, type WebServices, webTools } from '../../../src/tools/web/web-tools.ts';
import { type Call, recordingLog, use } from '../run.ts';
import type { Site } from './a-site.ts';

/** The web tools, with every service on this one site. */
export function toolsOn({ url, port }: Site, services: Partial<WebServices> = {}) {
  const clock = new SimulatedClock();
  const toolbox = createToolbox({
    clock,
    log: recordingLog(),
    tools: webTools({
      ...PUBLIC_WEB,
      reach: { ports: [port], addresses: ['127.0.0.1'] },
      exa: { url, key: undefined },
      tavily: { url, key: undefined },
      firecrawl: { url, key: undefined },
      wikipediaUrl: url,
      youtubeUrl: url,
      ...services,
      clock,
    }),
  });
  onTestFinished(() => toolbox.close());
  return { clock, use: (call: Call) => use(toolbox, call), forget: toolbox.forget };
}

/** What is in a result that is JSON. */
export const recordsIn = (text: string): unknown => {
  const parsed = parseJson(text);
  return parsed.ok ? parsed.value : text;
};
