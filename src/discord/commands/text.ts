/** A text in English, German, Spanish and French; `{name}` stands for a value that is filled in. */
export type Text = readonly [en: string, de: string, es: string, fr: string];
