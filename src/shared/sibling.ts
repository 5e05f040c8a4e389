/**
 * The module `name` beside the one whose `import.meta.url` is given, for a thread of its own: it has the same extension,
 * be it the source or what was built of it.
 */
export const sibling = (name: string, url: string): URL =>
  new URL(`./${name}${url.slice(url.lastIndexOf('.'))}`, url);
