/** A text in English, German, Spanish and French; `{name}` stands for a value that is filled in. */
export type Text = readonly [en: string, de: string, es: string, fr: string];

/** The translations by Discord's names for our languages; English is what is shown to everybody else. */
export const localized = ([, de, es, fr]: Text) => ({ de, 'es-ES': es, 'es-419': es, fr });
