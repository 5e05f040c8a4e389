import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { status } from '../support/groq-server-scripts.ts';
import { ask, BOTH, replyIn, type Stage, startStage } from './model-fixture.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

const asked = (bodies: readonly { readonly model?: string }[]) => bodies.map(({ model }) => model);

describe('a model that was chosen for a run', () => {
  it('is asked first', async () => {
    const bodies = stage.playing([], { agents: BOTH });

    const reply = replyIn(await ask(stage.models, { model: 'groq/small' }));

    expect(reply.model).toBe('small');
    expect(asked(bodies())).toEqual(['small']);
  });

  it('has the others to fall back on', async () => {
    const bodies = stage.playing(
      (model) =>
        model === 'small'
          ? status(404, { code: 'model_not_found' })
          : { kind: 'reply', text: 'ok' },
      { agents: BOTH },
    );

    const reply = replyIn(await ask(stage.models, { model: 'groq/small' }));

    expect(reply.model).toBe('big');
    expect(asked(bodies())).toEqual(['small', 'big']);
  });

  it('comes after those that an agent has for itself', async () => {
    const agents = {
      default: [{ provider: 'groq', model: 'own', isFixed: true }, ...BOTH.default],
    };
    const bodies = stage.playing(
      (model) => (model === 'own' ? status(404) : { kind: 'reply', text: 'ok' }),
      { agents },
    );

    replyIn(await ask(stage.models, { model: 'groq/small' }));

    expect(asked(bodies())).toEqual(['own', 'small']);
  });

  it('is passed over when the house does not have it', async () => {
    const bodies = stage.playing([], { agents: BOTH });

    replyIn(await ask(stage.models, { model: 'groq/gone' }));

    expect(asked(bodies())).toEqual(['big']);
  });
});
