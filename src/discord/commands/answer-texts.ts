import type { Text } from './text.ts';

/** What is said to whoever asks, or presses a button under an answer. */
export const ANSWER_TEXTS = {
  thanks: ['Thank you.', 'Danke.', 'Gracias.', 'Merci.'],
  answer_gone: [
    'I do not have that answer any more.',
    'Diese Antwort habe ich nicht mehr.',
    'Ya no tengo esa respuesta.',
    'Je n’ai plus cette réponse.',
  ],
  not_now: [
    'That could not be done just now. Please try again in a moment.',
    'Das ging gerade nicht. Bitte versuch es gleich noch einmal.',
    'No se ha podido hacer ahora. Inténtalo de nuevo en un momento.',
    'Ce n’était pas possible à l’instant. Veuillez réessayer dans un instant.',
  ],
  only_asker: [
    'Only whoever asked can do that.',
    'Das kann nur, wer gefragt hat.',
    'Solo puede hacerlo quien preguntó.',
    'Seule la personne qui a demandé peut le faire.',
  ],
  being_answered: [
    'This is being answered already.',
    'Das wird schon beantwortet.',
    'Ya se está respondiendo.',
    'La réponse est déjà en cours.',
  ],
  answered_often: [
    'I have answered this often enough. Please ask in other words.',
    'Das habe ich oft genug beantwortet. Bitte frag mit anderen Worten.',
    'Ya lo he respondido bastantes veces. Pregunta con otras palabras.',
    'J’y ai répondu assez souvent. Veuillez demander en d’autres mots.',
  ],
  no_word_wanted: [
    'That does not wait for your word (any more).',
    'Das wartet nicht (mehr) auf dein Wort.',
    'Eso ya no espera tu palabra.',
    'Cela n’attend pas (ou plus) votre accord.',
  ],
  word_not_kept: [
    'Your word could not be kept just now. Please try again in a moment.',
    'Dein Wort ließ sich gerade nicht festhalten. Bitte versuch es gleich noch einmal.',
    'Tu palabra no se ha podido guardar ahora. Inténtalo de nuevo en un momento.',
    'Votre réponse n’a pas pu être gardée. Veuillez réessayer dans un instant.',
  ],
  question_too_long: [
    'That is too long for a question: it may have {max} characters.',
    'Das ist zu lang für eine Frage: Sie darf {max} Zeichen haben.',
    'Es demasiado largo para una pregunta: puede tener {max} caracteres.',
    'C’est trop long pour une question : elle peut avoir {max} caractères.',
  ],
  question_not_kept: [
    'That could not be kept just now. Please ask again in a moment.',
    'Das ließ sich gerade nicht festhalten. Bitte frag gleich noch einmal.',
    'No se ha podido guardar ahora. Pregunta de nuevo en un momento.',
    'Cela n’a pas pu être gardé. Veuillez redemander dans un instant.',
  ],
} as const satisfies Readonly<Record<string, Text>>;
