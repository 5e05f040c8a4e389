import type { Text } from './text.ts';

/** What `/help` says around the list of commands. */
export const HELP_TEXTS = {
  help_server: [
    '**Ask me anything.** Write `{prefix}your question`, mention me, reply to me, or write to me in private.',
    '**Frag mich, was du willst.** Schreib `{prefix}deine Frage`, erwähne mich, antworte mir, oder schreib mir privat.',
    '**Pregúntame lo que quieras.** Escribe `{prefix}tu pregunta`, mencióname, respóndeme o escríbeme en privado.',
    '**Demandez-moi ce que vous voulez.** Écrivez `{prefix}votre question`, mentionnez-moi, répondez-moi, ou écrivez-moi en privé.',
  ],
  help_direct: [
    '**Ask me anything.** Just write: here, every message is for me.',
    '**Frag mich, was du willst.** Schreib einfach: hier ist jede Nachricht für mich.',
    '**Pregúntame lo que quieras.** Escribe sin más: aquí cada mensaje es para mí.',
    '**Demandez-moi ce que vous voulez.** Écrivez simplement : ici, chaque message est pour moi.',
  ],
  help_context: [
    'I see what was said before, what you reply to, and the files that you attach.',
    'Ich sehe, was vorher gesagt wurde, worauf du antwortest, und Dateien, die du anhängst.',
    'Veo lo que se dijo antes, a qué respondes y los archivos que adjuntas.',
    'Je vois ce qui a été dit avant, ce à quoi vous répondez, et les fichiers que vous joignez.',
  ],
  help_work: [
    'While I work I show what I do, and **{stop}** ends it. Edit your question within ten minutes and I answer it anew; delete it and I leave it.',
    'Während ich arbeite, zeige ich, was ich tue; **{stop}** beendet es. Änderst du deine Frage binnen zehn Minuten, antworte ich neu; löschst du sie, lasse ich es.',
    'Mientras trabajo muestro lo que hago, y **{stop}** lo detiene. Si editas tu pregunta en diez minutos, respondo de nuevo; si la borras, lo dejo.',
    'Pendant que je travaille, je montre ce que je fais, et **{stop}** y met fin. Modifiez votre question dans les dix minutes et je réponds à nouveau ; supprimez-la et j’arrête.',
  ],
  help_threads: [
    'Here, each question opens a thread. In it, just write on: I answer without being addressed.',
    'Hier öffnet jede Frage einen Thread. Schreib darin einfach weiter: ich antworte, ohne angesprochen zu werden.',
    'Aquí cada pregunta abre un hilo. Sigue escribiendo en él: respondo sin que me llames.',
    'Ici, chaque question ouvre un fil. Continuez-y simplement : je réponds sans être appelé.',
  ],
  help_menus: [
    'In the menu of a message, under _Apps_: {menus}.',
    'Im Menü einer Nachricht, unter _Apps_: {menus}.',
    'En el menú de un mensaje, en _Apps_: {menus}.',
    'Dans le menu d’un message, sous _Applications_ : {menus}.',
  ],
  help_talk: [
    '**The conversation**',
    '**Das Gespräch**',
    '**La conversación**',
    '**La conversation**',
  ],
  help_you: ['**What is yours**', '**Was deins ist**', '**Lo tuyo**', '**Ce qui est à vous**'],
  help_house: ['**The house**', '**Das Haus**', '**La casa**', '**La maison**'],
} as const satisfies Readonly<Record<string, Text>>;
