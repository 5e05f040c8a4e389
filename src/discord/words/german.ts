import type { Phrases } from '../../../machines/phrases.ts';

export const GERMAN: Phrases = {
  doing: {
    recalling: 'rufe mir frühere Nachrichten in Erinnerung',
    resuming: 'mache weiter, wo ich war',
    thinking: 'denke nach',
    using: 'benutze {tools}',
    delegating: 'frage {member}',
    memberThinking: '{member} denkt nach',
    memberUsing: '{member} benutzt {tools}',
    memberRetrying: '{member} versucht es in {wait} noch einmal',
    memberReported: '{member} hat berichtet',
    memberFailed: '{member} konnte es nicht',
  },
  queued: {
    house: 'warte auf ein freies Team: Platz {place}',
    channel: 'warte hinter früheren Fragen hier: Platz {place}',
  },
  asking: 'Darf {agent} {tool} benutzen?',
  confirmed: {
    allowed: 'mache weiter, wie du es erlaubt hast',
    refused: 'mache ohne das weiter, wie du es wolltest',
    expired: 'mache ohne das weiter: es kam rechtzeitig kein Wort',
  },
  cancelled: 'Angehalten, wie du es wolltest.',
  failed: {
    rate_limited: 'Das Limit des Modells ist für den Moment aufgebraucht.',
    over_capacity: 'Das Modell hat gerade keinen Platz. Bitte versuch es gleich noch einmal.',
    too_large:
      'Das Gespräch ist zu lang für das Modell. Versuch es mit einer kürzeren Frage oder in einem neuen Kanal.',
    tool_use_failed:
      'Das Modell hat seine Werkzeuge durcheinandergebracht und kam nicht zum Ende. Bitte versuch es noch einmal.',
    bad_schema:
      'Das Modell hat eine Antwort geschickt, die sich nicht lesen ließ. Bitte versuch es noch einmal.',
    model_gone:
      'Das eingerichtete Modell gibt es nicht mehr. Bitte wählt in den Einstellungen ein anderes.',
    auth: 'Der Anbieter des Modells hat den Schlüssel nicht angenommen. Bitte prüft ihn in den Einstellungen.',
    bad_request: 'Der Anbieter des Modells hat die Anfrage nicht angenommen.',
    aborted: 'Die Arbeit wurde unterbrochen.',
    timeout: 'Das hat zu lange gedauert und wurde aufgegeben. Bitte versuch es noch einmal.',
    transport:
      'Das Modell war nicht zu erreichen, oder die Verbindung ging verloren. Bitte versuch es noch einmal.',
    server: 'Der Anbieter des Modells hat selbst ein Problem. Bitte versuch es gleich noch einmal.',
    truncated: 'Die Antwort brach ab, bevor sie vollständig war. Bitte versuch es noch einmal.',
    empty: 'Das Modell hat nichts geantwortet. Bitte versuch es noch einmal.',
    invalid_input:
      'Etwas wurde in einer Form verlangt, die nicht zu gebrauchen war. Versuch es anders zu sagen.',
    unknown: 'Etwas, wonach gefragt wurde, gibt es hier nicht.',
    unavailable: 'Etwas, das dafür nötig ist, steht hier und jetzt nicht zur Verfügung.',
    budget: 'Das Budget für heute ist aufgebraucht.',
    limit:
      'Das brauchte mehr Schritte, als erlaubt sind, und wurde beendet. Versuch es mit einer kleineren Frage.',
    storage:
      'Das Gedächtnis des Hauses ist gerade nicht erreichbar. Bitte versuch es gleich noch einmal.',
    tool_bug: 'Ein Werkzeug ging beim Benutzen kaputt. Bitte versuch es noch einmal.',
    poisonous:
      'Diese Frage hat das Team mehrmals zu Fall gebracht und wurde deshalb beiseitegelegt. Tut mir leid!',
  },
  refused: {
    house_full:
      'Gerade sind alle beschäftigt, und die Schlange ist voll. Bitte frag in einer Weile noch einmal.',
    waited_too_long:
      'Es wurde nicht rechtzeitig ein Team frei. Bitte frag in einer Weile noch einmal.',
    too_old: 'Diese Frage war schon zu alt, als sie an die Reihe kam. Bitte frag noch einmal.',
    server_full:
      'Auf diesem Server warten schon zu viele Fragen. Lasst erst einige beantwortet werden.',
    channel_full: 'Es warten schon zu viele Fragen. Lass erst einige beantwortet werden.',
    quarantined: 'Dein Team hatte mehrmals Schwierigkeiten und macht eine Pause.',
    draining: 'Das Haus schließt für einen Moment. Bitte frag noch einmal, wenn es wieder da ist.',
    postponed:
      'Das Haus schließt für einen Moment. Deine Frage ist aufgehoben: Die Antwort folgt, wenn es wieder da ist.',
    team_unavailable: 'Dein Team konnte nicht gestartet werden. Bitte frag gleich noch einmal.',
    duplicate: 'An dieser Frage wird schon gearbeitet.',
  },
  notes: {
    resumed: 'Ich wurde unterbrochen und habe weitergemacht, wo ich war.',
    without_history:
      'Frühere Nachrichten ließen sich nicht lesen; diese Antwort entstand ohne sie.',
    not_saved: 'Diese Antwort ließ sich gerade nicht aufbewahren: sie fehlt vielleicht im Verlauf.',
    limit_reached:
      'Eine Grenze hat die Arbeit vorzeitig beendet; die Antwort ist vielleicht unvollständig.',
    unfinished:
      'Die Arbeit ließ sich nicht abschließen: das ist, was bis dahin herausgefunden war.',
  },
  again: 'In {wait} lohnt sich ein neuer Versuch.',
  waits: {
    seconds: ['1 Sekunde', '{count} Sekunden'],
    minutes: ['1 Minute', '{count} Minuten'],
    hours: ['1 Stunde', '{count} Stunden'],
  },
  and: '{others} und {last}',
  someTool: 'ein Werkzeug',
};
