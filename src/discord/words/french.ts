import type { Phrases } from '../../../machines/phrases.ts';

export const FRENCH: Phrases = {
  doing: {
    recalling: 'je me remémore les messages précédents',
    resuming: 'je reprends où j’en étais',
    thinking: 'je réfléchis',
    using: 'j’utilise {tools}',
    delegating: 'je demande à {member}',
    memberThinking: '{member} réfléchit',
    memberUsing: '{member} utilise {tools}',
    memberRetrying: '{member} réessaie dans {wait}',
    memberReported: '{member} a fait son rapport',
    memberFailed: '{member} n’y est pas arrivé',
  },
  queued: {
    house: 'en attente d’une équipe libre : place {place}',
    channel: 'en attente derrière des questions posées ici : place {place}',
  },
  asking: 'Est-ce que {agent} peut utiliser {tool} ?',
  confirmed: {
    allowed: 'je continue, comme vous l’avez permis',
    refused: 'je continue sans cela, comme vous l’avez voulu',
    expired: 'je continue sans cela : il n’y a pas eu de réponse à temps',
  },
  cancelled: 'Arrêté, comme demandé.',
  failed: {
    rate_limited: 'La limite du modèle est épuisée pour le moment.',
    over_capacity: 'Le modèle n’a pas de place en ce moment. Veuillez réessayer dans un instant.',
    too_large:
      'La conversation est trop longue pour le modèle. Essayez une question plus courte ou un autre salon.',
    tool_use_failed:
      'Le modèle s’est emmêlé dans ses outils et n’a pas pu finir. Veuillez réessayer.',
    bad_schema: 'Le modèle a envoyé une réponse illisible. Veuillez réessayer.',
    model_gone: 'Le modèle configuré n’existe plus. Il faut en choisir un autre dans les réglages.',
    auth: 'Le fournisseur du modèle n’a pas accepté la clé. Il faut la vérifier dans les réglages.',
    bad_request: 'Le fournisseur du modèle n’a pas accepté la requête.',
    aborted: 'Le travail a été interrompu.',
    timeout: 'Cela a pris trop de temps et a été abandonné. Veuillez réessayer.',
    transport: 'Le modèle n’a pas pu être joint, ou la connexion a été perdue. Veuillez réessayer.',
    server: 'Le fournisseur du modèle a lui-même un problème. Veuillez réessayer dans un instant.',
    truncated: 'La réponse s’est arrêtée avant d’être complète. Veuillez réessayer.',
    empty: 'Le modèle n’a rien répondu. Veuillez réessayer.',
    invalid_input:
      'Quelque chose a été demandé sous une forme inutilisable. Essayez de le dire autrement.',
    unknown: 'Quelque chose qui a été demandé n’existe pas ici.',
    unavailable: 'Quelque chose de nécessaire n’est pas disponible ici et maintenant.',
    budget: 'Le budget du jour est épuisé.',
    limit:
      'Cela demandait plus d’étapes que permis et a été arrêté. Essayez une question plus petite.',
    storage:
      'La mémoire de la maison est injoignable en ce moment. Veuillez réessayer dans un instant.',
    tool_bug: 'Un outil s’est cassé pendant son utilisation. Veuillez réessayer.',
    poisonous:
      'Cette question a fait tomber l’équipe plusieurs fois et a été mise de côté. Désolé !',
  },
  refused: {
    house_full:
      'Tout le monde est occupé et la file est pleine. Veuillez redemander dans un petit moment.',
    waited_too_long:
      'Aucune équipe ne s’est libérée à temps. Veuillez redemander dans un petit moment.',
    too_old:
      'Cette question était déjà trop ancienne quand son tour est venu. Veuillez redemander.',
    server_full:
      'Trop de questions attendent déjà sur ce serveur. Laissez d’abord quelques réponses arriver.',
    channel_full: 'Trop de questions attendent déjà. Laissez d’abord quelques réponses arriver.',
    quarantined: 'Votre équipe a eu des ennuis plusieurs fois et fait une pause.',
    draining: 'La maison ferme un instant. Veuillez redemander quand elle sera de retour.',
    postponed:
      'La maison ferme un instant. Votre question est gardée : la réponse suivra quand elle sera de retour.',
    team_unavailable: 'Votre équipe n’a pas pu démarrer. Veuillez redemander dans un instant.',
    duplicate: 'On travaille déjà sur cette question.',
  },
  notes: {
    resumed: 'J’ai été interrompu et j’ai repris où j’en étais.',
    without_history:
      'Les messages précédents étaient illisibles ; cette réponse a été faite sans eux.',
    not_saved: 'Cette réponse n’a pas pu être gardée : elle manquera peut-être dans l’historique.',
    limit_reached:
      'Une limite a mis fin au travail plus tôt ; la réponse est peut-être incomplète.',
    unfinished: 'Le travail n’a pas pu être terminé : voici ce qui était connu jusque-là.',
  },
  again: 'Il vaut la peine de réessayer dans {wait}.',
  waits: {
    seconds: ['1 seconde', '{count} secondes'],
    minutes: ['1 minute', '{count} minutes'],
    hours: ['1 heure', '{count} heures'],
  },
  and: '{others} et {last}',
  someTool: 'un outil',
};
