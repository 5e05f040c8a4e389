/** What a team is asked for a summary. */
export const summaryQuestion = (count: number): string =>
  `Sum up the last ${count} messages of this channel briefly, in the language most of them are written in: what it was about, what was decided, what is still open.`;
