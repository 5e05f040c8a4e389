import type { Text } from './text.ts';

/** What is said about somebody's own conversations and memories. */
export const OWN_TEXTS = {
  stopped: [
    'Stopped: {count}.',
    'Angehalten: {count}.',
    'Detenidas: {count}.',
    'Arrêtées : {count}.',
  ],
  nothing_runs: [
    'Nothing of yours is under way.',
    'Von dir ist gerade nichts in Arbeit.',
    'No hay nada tuyo en curso.',
    'Rien de vous n’est en cours.',
  ],
  reset: [
    'A new conversation begins here. What was said before stays in your history; `/forget` erases it.',
    'Hier beginnt ein neues Gespräch. Was vorher gesagt wurde, bleibt in deinem Verlauf; `/forget` löscht es.',
    'Aquí empieza una conversación nueva. Lo anterior queda en tu historial; `/forget` lo borra.',
    'Une nouvelle conversation commence ici. Le reste demeure dans votre historique ; `/forget` l’efface.',
  ],
  memory_off: [
    'This house remembers nothing beyond conversations. `/forget` erases those.',
    'Dieses Haus merkt sich nichts über Gespräche hinaus. `/forget` löscht diese.',
    'Esta casa no recuerda nada más allá de las conversaciones. `/forget` las borra.',
    'Cette maison ne retient rien au-delà des conversations. `/forget` les efface.',
  ],
  memory_none: [
    'Nothing is remembered about you.',
    'Über dich ist nichts gemerkt.',
    'No se recuerda nada sobre ti.',
    'Rien n’est retenu à votre sujet.',
  ],
  memory_list: [
    'What is remembered about you. `/memory action:forget id:…` erases one:',
    'Was über dich gemerkt ist. `/memory aktion:vergessen id:…` löscht etwas davon:',
    'Lo que se recuerda sobre ti. `/memory acción:olvidar id:…` borra uno:',
    'Ce qui est retenu à votre sujet. `/memory action:oublier id:…` en efface un :',
  ],
  memory_more: [
    '… and {count} more: `/memory action:export` has all of it.',
    '… und {count} weitere: `/memory aktion:exportieren` enthält alles.',
    '… y {count} más: `/memory acción:exportar` lo contiene todo.',
    '… et {count} de plus : `/memory action:exporter` contient tout.',
  ],
  memory_forgotten: ['It is erased.', 'Es ist gelöscht.', 'Borrado.', 'C’est effacé.'],
  memory_unknown: [
    'There is no memory with this id. `/memory` lists them.',
    'Es gibt keine Erinnerung mit dieser Kennung. `/memory` listet sie auf.',
    'No hay ningún recuerdo con este id. `/memory` los muestra.',
    'Il n’y a pas de souvenir avec cet identifiant. `/memory` les montre.',
  ],
  memory_needs_id: [
    'Say which one: `/memory action:forget id:…`.',
    'Sag, welche: `/memory aktion:vergessen id:…`.',
    'Di cuál: `/memory acción:olvidar id:…`.',
    'Dites lequel : `/memory action:oublier id:…`.',
  ],
  sessions_need_words: [
    'Say what to look for: `/memory action:sessions words:…`.',
    'Sag, wonach: `/memory aktion:gespräche worte:…`.',
    'Di qué buscar: `/memory acción:conversaciones palabras:…`.',
    'Dites quoi chercher : `/memory action:conversations mots:…`.',
  ],
  sessions_none: [
    'Nothing like that was said in your sessions.',
    'In deinen Gesprächen wurde nichts dergleichen gesagt.',
    'No se dijo nada así en tus conversaciones.',
    'Rien de tel n’a été dit dans vos conversations.',
  ],
  sessions_found: [
    'What was said in your sessions, the best match first:',
    'Was in deinen Gesprächen gesagt wurde, das Passendste zuerst:',
    'Lo que se dijo en tus conversaciones, primero lo más parecido:',
    'Ce qui a été dit dans vos conversations, le plus proche d’abord :',
  ],
  sessions_unanswered: ['(no answer)', '(keine Antwort)', '(sin respuesta)', '(sans réponse)'],
  memory_export: [
    'All that is kept of you is in the file.',
    'Alles, was von dir aufbewahrt ist, steht in der Datei.',
    'Todo lo que se guarda de ti está en el archivo.',
    'Tout ce qui est conservé de vous se trouve dans le fichier.',
  ],
  forget_me: [
    'Erase everything that is remembered about you? Conversations stay. It cannot be undone.',
    'Alles löschen, was über dich gemerkt ist? Gespräche bleiben. Das lässt sich nicht rückgängig machen.',
    '¿Borrar todo lo que se recuerda sobre ti? Las conversaciones quedan. No se puede deshacer.',
    'Effacer tout ce qui est retenu à votre sujet ? Les conversations restent. C’est irréversible.',
  ],
  forget_channel: [
    'Erase all that you have said to the team in this channel, its answers, and your archived messages here? It cannot be undone.',
    'Alles löschen, was du dem Team in diesem Kanal gesagt hast, die Antworten und deine archivierten Nachrichten hier? Das lässt sich nicht rückgängig machen.',
    '¿Borrar todo lo que has dicho al equipo en este canal, sus respuestas y tus mensajes archivados aquí? No se puede deshacer.',
    'Effacer tout ce que vous avez dit à l’équipe dans ce salon, ses réponses et vos messages archivés ici ? C’est irréversible.',
  ],
  forget_everything: [
    'Erase everything: memories, conversations in all channels, and your archived messages? It cannot be undone.',
    'Alles löschen: Erinnerungen, Gespräche in allen Kanälen und deine archivierten Nachrichten? Das lässt sich nicht rückgängig machen.',
    '¿Borrarlo todo: recuerdos, conversaciones en todos los canales y tus mensajes archivados? No se puede deshacer.',
    'Tout effacer : souvenirs, conversations dans tous les salons et vos messages archivés ? C’est irréversible.',
  ],
  forget_confirm: ['Erase', 'Löschen', 'Borrar', 'Effacer'],
  not_yours: [
    'Only the one who asked may confirm this.',
    'Das kann nur bestätigen, wer gefragt hat.',
    'Solo puede confirmarlo quien lo pidió.',
    'Seule la personne qui l’a demandé peut confirmer.',
  ],
  too_late: [
    'This has expired. Please use the command again.',
    'Das ist abgelaufen. Bitte nutze den Befehl noch einmal.',
    'Esto ha caducado. Usa el comando otra vez.',
    'Ceci a expiré. Veuillez relancer la commande.',
  ],
  privacy: [
    'Kept: your questions and answers, what the team was told to remember, and the messages of channels it may read, so that it can look things up for those who may read them, too. Only you see your history, your direct messages and your memories. Models that are asked get the question and what belongs to it. `/memory action:export` shows, `/forget` erases, and nothing erased comes back. How much was asked is counted by day.',
    'Aufbewahrt werden: deine Fragen und Antworten, was sich das Team merken sollte, und die Nachrichten der Kanäle, die es lesen darf, damit es dort nachschlagen kann, für die, die sie auch lesen dürfen. Deinen Verlauf, deine Direktnachrichten und deine Erinnerungen siehst nur du. Befragte Modelle bekommen die Frage und was dazugehört. `/memory aktion:exportieren` zeigt, `/forget` löscht, und nichts Gelöschtes kommt wieder. Wie viel gefragt wurde, wird nach Tagen gezählt.',
    'Se guardan: tus preguntas y respuestas, lo que el equipo debía recordar y los mensajes de los canales que puede leer, para buscar en ellos para quienes también pueden leerlos. Solo tú ves tu historial, tus mensajes directos y tus recuerdos. Los modelos reciben la pregunta y lo que le pertenece. `/memory acción:exportar` muestra, `/forget` borra, y nada borrado vuelve. Cuánto se pregunta se cuenta por días.',
    'Sont conservés : vos questions et réponses, ce que l’équipe devait retenir, et les messages des salons qu’elle peut lire, pour y chercher pour ceux qui peuvent les lire aussi. Vous seul voyez votre historique, vos messages privés et vos souvenirs. Les modèles reçoivent la question et ce qui s’y rapporte. `/memory action:exporter` montre, `/forget` efface, et rien d’effacé ne revient. Le nombre de questions est compté par jour.',
  ],
} as const satisfies Readonly<Record<string, Text>>;
