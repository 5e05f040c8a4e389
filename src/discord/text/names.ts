/** Somebody or something that can be mentioned in a conversation, and how it is called there. */
export interface Named {
  readonly kind: 'user' | 'role' | 'channel';
  readonly id: string;
  /** As people have chosen it: may be anything, and anybody else's, too. */
  readonly name: string;
}

/** A name as it is written in texts: one line, without marks that mean something in a mention. */
function writtenName(name: string): string {
  const plain = name.normalize('NFC').replace(/[\p{C}\p{Z}\s]+/gu, ' ');
  const kept = plain.replace(/[<>@#`()[\]]/g, '').trim();
  const points = [...kept].slice(0, MAX_NAME_POINTS);
  return points.join('').trim();
}

/** More than a name can have. */
const MAX_NAME_POINTS = 100;

/** Finds who is meant. Names are compared without regard to case; two of one name are told apart by their ids only. */
export class NameBook {
  readonly #byId = new Map<string, Named>();
  readonly #byName = new Map<string, Named | 'several'>();

  constructor(named: readonly Named[]) {
    for (const one of named) {
      if (this.#byId.has(keyOf(one))) continue;
      this.#byId.set(keyOf(one), one);
      const name = `${signOf(one.kind)}${writtenName(one.name).toLowerCase()}`;
      if (name.length > 1) this.#byName.set(name, this.#byName.has(name) ? 'several' : one);
    }
  }

  byId(kind: Named['kind'], id: string): Named | undefined {
    return this.#byId.get(`${kind}:${id}`);
  }

  /** By sign and name, as in `@Ada` or `#general`; nobody when several are called so. */
  byName(signed: string): Named | undefined {
    const found = this.#byName.get(signed.toLowerCase());
    return found === 'several' ? undefined : found;
  }

  /** How it is written for a reader: with its id when the name alone does not tell. */
  written({ kind, id, name }: Named): string {
    const signed = `${signOf(kind)}${writtenName(name)}`;
    if (signed.length === 1) return `${signed}${kind}(${id})`;
    return this.byName(signed) === undefined ? `${signed}(${id})` : signed;
  }

  /** Signs and names of all that can be found by name, longest first. */
  signedNames(): readonly string[] {
    const unique = [...this.#byName].filter(([, found]) => found !== 'several');
    return unique.map(([name]) => name).sort((a, b) => b.length - a.length);
  }
}

const keyOf = ({ kind, id }: Named): string => `${kind}:${id}`;
const signOf = (kind: Named['kind']): string => (kind === 'channel' ? '#' : '@');
