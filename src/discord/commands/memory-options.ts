import type { OptionDefinition } from './option.ts';

/** What to look for in past sessions. */
const SOUGHT_WORDS = {
  names: ['words', 'worte', 'palabras', 'mots'],
  description: [
    'What to find in your past sessions',
    'Was in deinen früheren Gesprächen zu finden ist',
    'Qué buscar en tus conversaciones pasadas',
    'Que chercher dans vos conversations passées',
  ],
  kind: 'text',
} as const;

/** What `/memory` may be told. */
export const MEMORY_OPTIONS: readonly OptionDefinition[] = [
  {
    names: ['action', 'aktion', 'acción', 'action'],
    description: [
      'What to do with it',
      'Was damit geschehen soll',
      'Qué hacer con ello',
      'Que faire',
    ],
    kind: 'text',
    choices: [
      ['list', 'auflisten', 'ver', 'afficher'],
      ['forget', 'vergessen', 'olvidar', 'oublier'],
      ['export', 'exportieren', 'exportar', 'exporter'],
      ['sessions', 'gespräche', 'conversaciones', 'conversations'],
    ],
  },
  {
    names: ['id', 'id', 'id', 'id'],
    description: ['Which memory to erase', 'Welche gelöscht wird', 'Cuál borrar', 'Lequel effacer'],
    kind: 'text',
  },
  SOUGHT_WORDS,
];
