import type { Config } from './config.ts';

/**
 * Models, tools and the console are half of what a start loads. They are asked for while the database opens in its
 * thread, so that neither waits for the other; asked for again, they are there.
 */
export async function loadRest({ groq, custom }: Config) {
  const [{ chooseModel }, { openHero }, { openConsole }] = await Promise.all([
    import('./choose-model.ts'),
    import('./hero-house.ts'),
    import('./console.ts'),
    (groq ?? custom) ? import('./model/models.ts') : import('./model/demo.ts'),
  ]);
  return { chooseModel, openHero, openConsole };
}
