/** The type of an event for people: XState's own carry ids of states and actors. */
export function heardInWords(type: string): string {
  const after = /^xstate\.after\.([^.]*)\.(.*)$/.exec(type);
  if (after !== null) return `after ${after[1] ?? ''}`;
  const settled = /^xstate\.(done|error)\.actor\.(?:\d+\.)?(.*)$/.exec(type);
  if (settled !== null) return `${settled[1] ?? ''}: ${settled[2] ?? ''}`;
  return type === 'xstate.stop' ? 'stop' : type;
}
