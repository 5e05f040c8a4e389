import { MAX_READ_BACK } from '../long-read/last-messages.ts';
import { SETTING_NAMES } from '../settings/settings.ts';
import { MEMORY_OPTIONS } from './memory-options.ts';
import type { OptionDefinition } from './option.ts';
import type { Text } from './text.ts';

/** A command as it is told to Discord. */
export interface CommandDefinition {
  readonly name: string;
  /** Under which heading `/help` shows it. */
  readonly group: 'help_talk' | 'help_you' | 'help_house';
  readonly description: Text;
  readonly options?: readonly OptionDefinition[];
  /** Shown to those who may manage the server. */
  readonly isForManagers?: boolean;
}

/** Messages that `/tldr` reads: when nothing is said, and at most. */
export const TLDR_COUNT = { usual: 50, max: MAX_READ_BACK } as const;

/** Every slash command, in the order in which `/help` shows them. */
export const COMMANDS: readonly CommandDefinition[] = [
  {
    name: 'ask',
    group: 'help_talk',
    description: [
      'Ask your team',
      'Frag dein Team',
      'Pregunta a tu equipo',
      'Demandez à votre équipe',
    ],
    options: [
      {
        names: ['question', 'frage', 'pregunta', 'question'],
        description: ['Your question', 'Deine Frage', 'Tu pregunta', 'Votre question'],
        kind: 'text',
        isRequired: true,
      },
    ],
  },
  {
    name: 'tldr',
    group: 'help_talk',
    description: [
      'Sum up the last messages here, for you alone',
      'Fasst die letzten Nachrichten hier zusammen, nur für dich',
      'Resume los últimos mensajes de aquí, solo para ti',
      'Résume les derniers messages d’ici, pour vous seul',
    ],
    options: [
      {
        names: ['count', 'anzahl', 'cantidad', 'nombre'],
        description: [
          'How many messages',
          'Wie viele Nachrichten',
          'Cuántos mensajes',
          'Combien de messages',
        ],
        kind: 'number',
        min: 1,
        max: TLDR_COUNT.max,
      },
    ],
  },
  {
    name: 'stop',
    group: 'help_talk',
    description: [
      'Stop what your team is doing in this channel',
      'Hält an, was dein Team in diesem Kanal tut',
      'Detiene lo que tu equipo hace en este canal',
      'Arrête ce que fait votre équipe dans ce salon',
    ],
  },
  {
    name: 'reset',
    group: 'help_talk',
    description: [
      'Begin a new conversation in this channel',
      'Beginnt in diesem Kanal ein neues Gespräch',
      'Empieza una conversación nueva en este canal',
      'Commence une nouvelle conversation dans ce salon',
    ],
  },
  {
    name: 'memory',
    group: 'help_you',
    description: [
      'What is remembered about you; finds what was said',
      'Was über dich gemerkt ist; findet Gesagtes',
      'Lo que se recuerda sobre ti; busca lo que se dijo',
      'Ce qui est retenu à votre sujet ; cherche ce qui a été dit',
    ],
    options: MEMORY_OPTIONS,
  },
  {
    name: 'forget',
    group: 'help_you',
    description: [
      'Erase for good what is kept of you',
      'Löscht endgültig, was von dir aufbewahrt ist',
      'Borra para siempre lo que se guarda de ti',
      'Efface pour de bon ce qui est conservé de vous',
    ],
    options: [
      {
        names: ['what', 'was', 'qué', 'quoi'],
        description: ['How much of it', 'Wie viel davon', 'Cuánto', 'Quelle part'],
        kind: 'text',
        isRequired: true,
        choices: [
          ['me', 'über mich', 'sobre mí', 'à mon sujet'],
          ['channel', 'kanal', 'canal', 'salon'],
          ['everything', 'alles', 'todo', 'tout'],
        ],
      },
    ],
  },
  {
    name: 'team',
    group: 'help_house',
    description: [
      'How your team and the house are doing',
      'Wie es deinem Team und dem Haus geht',
      'Cómo están tu equipo y la casa',
      'Comment vont votre équipe et la maison',
    ],
  },
  {
    name: 'model',
    group: 'help_you',
    description: [
      'Which model the team thinks with, and which you want',
      'Mit welchem Modell das Team denkt, und welches du willst',
      'Con qué modelo piensa el equipo, y cuál quieres',
      'Avec quel modèle pense l’équipe, et lequel vous voulez',
    ],
    options: [
      {
        names: ['name', 'name', 'nombre', 'nom'],
        description: [
          'The one you want; - takes it back',
          'Welches du willst; - nimmt es zurück',
          'El que quieres; - lo quita',
          'Celui que vous voulez ; - le retire',
        ],
        kind: 'text',
        choices: 'models',
      },
    ],
  },
  {
    name: 'quota',
    group: 'help_you',
    description: [
      'How much you have asked today',
      'Wie viel du heute gefragt hast',
      'Cuánto has preguntado hoy',
      'Combien vous avez demandé aujourd’hui',
    ],
  },
  {
    name: 'settings',
    group: 'help_house',
    description: [
      'Settings of this server or channel',
      'Einstellungen dieses Servers oder Kanals',
      'Ajustes de este servidor o canal',
      'Réglages de ce serveur ou salon',
    ],
    isForManagers: true,
    options: [
      {
        names: ['place', 'ort', 'lugar', 'lieu'],
        description: ['Of what', 'Wovon', 'De qué', 'De quoi'],
        kind: 'text',
        choices: [
          ['server', 'server', 'servidor', 'serveur'],
          ['channel', 'kanal', 'canal', 'salon'],
        ],
      },
      {
        names: ['setting', 'einstellung', 'ajuste', 'réglage'],
        description: ['Which setting', 'Welche Einstellung', 'Qué ajuste', 'Quel réglage'],
        kind: 'text',
        // As the table of settings has them, and as `/settings` answers.
        choices: SETTING_NAMES.map((name) => [name, name, name, name]),
      },
      {
        names: ['value', 'wert', 'valor', 'valeur'],
        description: [
          'The new value; - takes it back',
          'Der neue Wert; - nimmt ihn zurück',
          'El valor nuevo; - lo quita',
          'La nouvelle valeur ; - la retire',
        ],
        kind: 'text',
      },
    ],
  },
  {
    name: 'privacy',
    group: 'help_you',
    description: [
      'What is kept, who sees it, and how it is erased',
      'Was aufbewahrt wird, wer es sieht und wie es gelöscht wird',
      'Qué se guarda, quién lo ve y cómo se borra',
      'Ce qui est conservé, qui le voit et comment l’effacer',
    ],
  },
  {
    name: 'help',
    group: 'help_house',
    description: [
      'What you can do here',
      'Was du hier tun kannst',
      'Qué puedes hacer aquí',
      'Que faire ici',
    ],
  },
];
