import { z } from 'zod';
import { ChannelId, isValidId, RunId, UserId } from '../../machines/ids.ts';
import { parseJson } from '../shared/parse.ts';
import { RECORDING_VERSION, type Recording } from './recording.ts';

export type RecordingRead =
  | { readonly kind: 'read'; readonly recording: Recording }
  | { readonly kind: 'refused'; readonly message: string };

const id = z.string().refine(isValidId, 'must be 1 to 64 characters of A-Z a-z 0-9 _ . : -');
const userId = id.transform(UserId);
const channelId = id.transform(ChannelId);
const runId = id.transform(RunId);

const count = z.number().min(0);

const tool = z.looseObject({
  name: z.string(),
  description: z.string(),
  parameters: z.record(z.string(), z.unknown()),
});

const agent = z.looseObject({
  name: z.string(),
  description: z.string(),
  instructions: z.string(),
  tools: z.array(tool),
  maxOutputTokens: count,
});

const limits = z.looseObject({
  maxSteps: count,
  maxMemberSteps: count,
  maxDelegations: count,
  maxTokens: count,
  deadlineMs: count,
  memberDeadlineMs: count,
  retries: count,
  sameCallLimit: count,
  sameErrorLimit: count,
  maxReportChars: count,
});

const mode = z.enum(['coordinate', 'route', 'broadcast']);
const nestedTeam = z.looseObject({ mode, members: z.array(agent), limits });

const roster = z.looseObject({
  name: z.string(),
  mode,
  leader: agent,
  members: z.array(agent.extend({ team: nestedTeam.optional() })),
  limits,
});

type State = string | { readonly [name: string]: State };
const state: z.ZodType<State> = z.lazy(() => z.union([z.string(), z.record(z.string(), state)]));

const event = z.looseObject({ type: z.string() });
const place = { at: z.number(), actor: z.string() };

const step = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('began'), ...place, state }),
  z.object({
    kind: z.literal('heard'),
    ...place,
    event,
    state,
    status: z.enum(['active', 'done', 'error', 'stopped']),
  }),
  z.object({ kind: z.literal('threw'), ...place, event, error: z.string() }),
]);

const recordingShape = z.object({
  format: z.literal('troupe.recording'),
  version: z.literal(RECORDING_VERSION),
  machinesVersion: count,
  texts: z.enum(['kept', 'left_out']),
  run: z.object({ runId, userId, channelId, epoch: count }),
  leader: z.string(),
  question: z.looseObject({ runId, userId, channelId, text: z.string(), at: z.number() }),
  roster,
  end: z.enum(['settled', 'crashed', 'cut', 'underway']),
  outcome: z
    .looseObject({ kind: z.enum(['answered', 'failed', 'cancelled', 'refused']) })
    .optional(),
  steps: z.array(step),
  stepsLeftOut: count,
});

/** Reads a recording; what is not one is refused with a message for people. */
export function readRecording(text: string): RecordingRead {
  const parsed = parseJson(text);
  if (!parsed.ok) return refused(`It is not JSON: ${parsed.why}.`);
  const read = recordingShape.safeParse(parsed.value);
  // What events and outcomes carry is looked at by the machines that hear them: a replay says where they cannot.
  if (read.success) return { kind: 'read', recording: read.data as unknown as Recording };
  const [issue] = read.error.issues;
  const where = issue?.path.map(String).join('.') ?? '';
  return refused(
    `It is not a recording of version ${RECORDING_VERSION}: ${where || 'it'}: ${issue?.message ?? 'unreadable'}.`,
  );
}

const refused = (message: string): RecordingRead => ({ kind: 'refused', message });
