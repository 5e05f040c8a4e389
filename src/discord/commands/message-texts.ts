import type { Text } from './text.ts';

/** What is said in messages: to whoever asks by one, and under and around answers. */
export const MESSAGE_TEXTS = {
  away: [
    'I was away for a while and have not answered what was written here meanwhile. Please ask again what still matters.',
    'Ich war eine Weile weg und habe nicht beantwortet, was hier inzwischen geschrieben wurde. Bitte fragt noch einmal, was noch wichtig ist.',
    'He estado fuera un rato y no he respondido a lo que se escribió aquí mientras tanto. Preguntad de nuevo lo que aún importe.',
    'J’ai été absent un moment et n’ai pas répondu à ce qui a été écrit ici entre-temps. Veuillez redemander ce qui compte encore.',
  ],
  message_too_long: [
    'That is too long for a question: it may have {max} characters. A longer text can be attached as a file.',
    'Das ist zu lang für eine Frage: Sie darf {max} Zeichen haben. Ein längerer Text kann als Datei angehängt werden.',
    'Es demasiado largo para una pregunta: puede tener {max} caracteres. Un texto más largo se puede adjuntar como archivo.',
    'C’est trop long pour une question : elle peut avoir {max} caractères. Un texte plus long peut être joint en fichier.',
  ],
  question_too_long: [
    'That is too long for a question: it may have {max} characters.',
    'Das ist zu lang für eine Frage: Sie darf {max} Zeichen haben.',
    'Es demasiado largo para una pregunta: puede tener {max} caracteres.',
    'C’est trop long pour une question : elle peut avoir {max} caractères.',
  ],
  answer_cut: [
    'The answer was too long for this chat: the rest is cut.',
    'Die Antwort war zu lang für diesen Chat: Der Rest ist abgeschnitten.',
    'La respuesta era demasiado larga para este chat: se ha cortado el resto.',
    'La réponse était trop longue pour cette messagerie : la suite est coupée.',
  ],
  answer_empty: [
    'The answer is empty.',
    'Die Antwort ist leer.',
    'La respuesta está vacía.',
    'La réponse est vide.',
  ],
  reference: ['reference: {id}', 'Kennung: {id}', 'referencia: {id}', 'référence : {id}'],
  files_forbidden: [
    'I may not attach files in this channel.',
    'Ich darf in diesem Kanal keine Dateien anhängen.',
    'No puedo adjuntar archivos en este canal.',
    'Je ne peux pas joindre de fichiers dans ce salon.',
  ],
  answer_below: [
    'The answer is below.',
    'Die Antwort steht weiter unten.',
    'La respuesta está más abajo.',
    'La réponse est plus bas.',
  ],
  told_privately: [
    'I may not write in {channel} any more, so this answer is for you alone.',
    'Ich darf in {channel} nicht mehr schreiben; deshalb ist diese Antwort nur für dich.',
    'Ya no puedo escribir en {channel}, así que esta respuesta es solo para ti.',
    'Je ne peux plus écrire dans {channel}, cette réponse est donc pour vous seul.',
  ],
  stop: ['Stop', 'Anhalten', 'Detener', 'Arrêter'],
  allow: ['Allow', 'Erlauben', 'Permitir', 'Autoriser'],
  refuse: ['Refuse', 'Ablehnen', 'Rechazar', 'Refuser'],
  again: ['Regenerate', 'Neu antworten', 'Regenerar', 'Régénérer'],
  /** What the team is asked where somebody says nothing themselves. */
  look_at_this: [
    'Please look at the message that I reply to, or at what I have attached.',
    'Bitte sieh dir die Nachricht an, auf die ich antworte, oder was ich angehängt habe.',
    'Mira, por favor, el mensaje al que respondo o lo que he adjuntado.',
    'Veuillez regarder le message auquel je réponds, ou ce que j’ai joint.',
  ],
  explain_message: [
    'Please explain the message that I have chosen, and answer what it asks.',
    'Bitte erkläre die Nachricht, die ich ausgewählt habe, und beantworte, was sie fragt.',
    'Explica, por favor, el mensaje que he elegido y responde a lo que pregunta.',
    'Veuillez expliquer le message que j’ai choisi, et répondre à ce qu’il demande.',
  ],
  summarise_message: [
    'Please summarise what was said in this channel from the message that I have chosen on.',
    'Bitte fasse zusammen, was in diesem Kanal ab der Nachricht gesagt wurde, die ich ausgewählt habe.',
    'Resume, por favor, lo que se dijo en este canal desde el mensaje que he elegido.',
    'Veuillez résumer ce qui a été dit dans ce salon à partir du message que j’ai choisi.',
  ],
  history_forbidden: [
    'You may not read the history of this channel, so I do not read it to you.',
    'Du darfst den Verlauf dieses Kanals nicht lesen; deshalb lese ich ihn dir nicht vor.',
    'No puedes leer el historial de este canal, así que no te lo leo.',
    'Vous ne pouvez pas lire l’historique de ce salon, je ne vous le lis donc pas.',
  ],
  went_wrong: [
    'Sorry, that went wrong. Please try again in a moment.',
    'Das ging leider schief. Bitte versuch es gleich noch einmal.',
    'Lo siento, algo ha fallado. Inténtalo de nuevo en un momento.',
    'Désolé, cela a échoué. Veuillez réessayer dans un instant.',
  ],
  looks_well: ['Ask me anything', 'Frag mich alles', 'Pregúntame lo que sea', 'Demandez-moi tout'],
  looks_without_store: [
    'My memory is away for a moment',
    'Mein Gedächtnis ist kurz weg',
    'Mi memoria no está por un momento',
    'Ma mémoire est absente un instant',
  ],
  looks_closing: [
    'Back in a moment',
    'Gleich wieder da',
    'Vuelvo en un momento',
    'De retour dans un instant',
  ],
} as const satisfies Readonly<Record<string, Text>>;
