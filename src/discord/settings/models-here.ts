/** What is set and wished about models somewhere. Names are the house's: `groq/openai/gpt-oss-120b`. */
export interface ModelsAsked {
  /** All that the house has, in the order in which it asks them. */
  readonly offered: readonly string[];
  /** What was set for the place; models that are gone since are passed over. */
  readonly set: readonly string[] | undefined;
  /** What the user has chosen. */
  readonly wish: string | undefined;
}

/** The models that may be used somewhere, the usual one first. All of them where nothing is set that the house has. */
export function modelsHere({ offered, set = [] }: Omit<ModelsAsked, 'wish'>): readonly string[] {
  const allowed = set.filter((model) => offered.includes(model));
  return allowed.length === 0 ? offered : allowed;
}

/** The model for a question: the user's choice where it may be used, else what was set; undefined: as the house does it. */
export function modelFor({ offered, set, wish }: ModelsAsked): string | undefined {
  const here = modelsHere({ offered, set });
  if (wish !== undefined && here.includes(wish)) return wish;
  return here === offered ? undefined : here[0];
}

/** The model that somebody means: by its whole name, or by the end of it where that tells it apart. */
export function modelMeant(typed: string, offered: readonly string[]): string | undefined {
  const name = typed.trim().toLowerCase();
  const whole = offered.find((model) => model.toLowerCase() === name);
  if (whole !== undefined) return whole;
  const [one, ...others] = offered.filter((model) => model.toLowerCase().endsWith(`/${name}`));
  return others.length === 0 ? one : undefined;
}

/** The models that a text names, separated by commas or blanks; undefined when one of them is none of the house's. */
export function modelsIn(text: string, offered: readonly string[]): readonly string[] | undefined {
  const names = text.split(/[\s,]+/).filter((name) => name !== '');
  const meant = names.map((name) => modelMeant(name, offered));
  const known = meant.filter((model) => model !== undefined);
  return known.length === meant.length ? [...new Set(known)] : undefined;
}
