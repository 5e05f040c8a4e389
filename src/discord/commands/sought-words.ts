/** What to look for in past sessions. */
export const SOUGHT_WORDS = {
  name: 'words',
  description: [
    'What to find in your past sessions',
    'Was in deinen früheren Gesprächen zu finden ist',
    'Qué buscar en tus conversaciones pasadas',
    'Que chercher dans vos conversations passées',
  ],
  kind: 'text',
} as const;
