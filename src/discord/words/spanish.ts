import type { Phrases } from '../../../machines/phrases.ts';

export const SPANISH: Phrases = {
  doing: {
    recalling: 'recordando mensajes anteriores',
    resuming: 'retomando donde lo dejé',
    thinking: 'pensando',
    using: 'usando {tools}',
    delegating: 'preguntando a {member}',
    memberThinking: '{member} está pensando',
    memberUsing: '{member} está usando {tools}',
    memberRetrying: '{member} lo intenta otra vez en {wait}',
    memberReported: '{member} ha informado',
    memberFailed: '{member} no ha podido hacerlo',
  },
  queued: {
    house: 'esperando un equipo libre: puesto {place}',
    channel: 'esperando tras preguntas anteriores aquí: puesto {place}',
  },
  asking: '¿Puede {agent} usar {tool}?',
  confirmed: {
    allowed: 'sigo, como permitiste',
    refused: 'sigo sin ello, como pediste',
    expired: 'sigo sin ello: no hubo respuesta a tiempo',
  },
  cancelled: 'Detenido, como pediste.',
  failed: {
    rate_limited: 'El límite del modelo está agotado por el momento.',
    over_capacity: 'El modelo no tiene sitio ahora. Inténtalo de nuevo en un momento.',
    too_large:
      'La conversación es demasiado larga para el modelo. Prueba con una pregunta más corta o en otro canal.',
    tool_use_failed: 'El modelo confundió sus herramientas y no pudo terminar. Inténtalo de nuevo.',
    bad_schema: 'El modelo envió una respuesta que no se pudo leer. Inténtalo de nuevo.',
    model_gone: 'El modelo configurado ya no existe. Hay que elegir otro en los ajustes.',
    auth: 'El proveedor del modelo no aceptó la clave. Hay que revisarla en los ajustes.',
    bad_request: 'El proveedor del modelo no aceptó la petición.',
    aborted: 'El trabajo se interrumpió.',
    timeout: 'Esto tardó demasiado y se abandonó. Inténtalo de nuevo.',
    transport:
      'No se pudo contactar con el modelo, o se perdió la conexión con él. Inténtalo de nuevo.',
    server: 'El proveedor del modelo tiene un problema propio. Inténtalo de nuevo en un momento.',
    truncated: 'La respuesta se cortó antes de estar completa. Inténtalo de nuevo.',
    empty: 'El modelo no respondió nada. Inténtalo de nuevo.',
    invalid_input:
      'Algo se pidió en una forma que no se pudo usar. Prueba a decirlo de otra manera.',
    unknown: 'Algo que se pidió no existe aquí.',
    unavailable: 'Algo necesario para esto no está disponible aquí y ahora.',
    budget: 'El presupuesto de hoy está agotado.',
    limit:
      'Esto necesitó más pasos de los permitidos y se terminó. Prueba con una pregunta más pequeña.',
    storage: 'La memoria de la casa no está disponible ahora. Inténtalo de nuevo en un momento.',
    tool_bug: 'Una herramienta se rompió al usarla. Inténtalo de nuevo.',
    poisonous: 'Esta pregunta ha tumbado al equipo varias veces y se ha apartado. ¡Lo siento!',
  },
  refused: {
    house_full: 'Ahora todos están ocupados y la cola está llena. Pregunta de nuevo en un rato.',
    waited_too_long: 'Ningún equipo quedó libre a tiempo. Pregunta de nuevo en un rato.',
    too_old: 'Esta pregunta era ya demasiado antigua cuando le llegó el turno. Pregunta de nuevo.',
    server_full:
      'Ya hay demasiadas preguntas en espera en este servidor. Deja que antes se respondan algunas.',
    channel_full: 'Ya hay demasiadas preguntas en espera. Deja que antes se respondan algunas.',
    quarantined: 'Tu equipo ha tenido problemas varias veces y se toma un descanso.',
    draining: 'La casa cierra por un momento. Pregunta de nuevo cuando vuelva.',
    postponed:
      'La casa cierra por un momento. Tu pregunta queda guardada: la respuesta llegará cuando vuelva.',
    team_unavailable: 'Tu equipo no se pudo iniciar. Pregunta de nuevo en un momento.',
    duplicate: 'Ya se está trabajando en esta pregunta.',
  },
  notes: {
    resumed: 'Me interrumpieron y retomé donde lo dejé.',
    without_history:
      'No se pudieron leer los mensajes anteriores; esta respuesta se hizo sin ellos.',
    not_saved: 'Esta respuesta no se pudo guardar ahora: puede faltar en el historial.',
    limit_reached:
      'Un límite terminó el trabajo antes de tiempo; la respuesta puede estar incompleta.',
    unfinished: 'El trabajo no se pudo terminar: esto es lo que se sabía hasta entonces.',
  },
  again: 'Vale la pena intentarlo otra vez en {wait}.',
  waits: {
    seconds: ['1 segundo', '{count} segundos'],
    minutes: ['1 minuto', '{count} minutos'],
    hours: ['1 hora', '{count} horas'],
  },
  and: '{others} y {last}',
  someTool: 'una herramienta',
};
