/** English words whose forms no stemmer brings together, each with the form that they are known by. */
const IRREGULAR: ReadonlyMap<string, string> = new Map(
  `become became|begin began begun|bite bit bitten|blow blew blown|break broke broken|bring brought|build built|burn burnt
  buy bought|catch caught|choose chose chosen|come came|creep crept|deal dealt|dig dug|draw drew drawn|dream dreamt
  drink drank drunk|drive drove driven|eat ate eaten|fall fell fallen|feed fed|feel felt|fight fought|find found|fly flew flown
  forget forgot forgotten|forgive forgave forgiven|freeze froze frozen|get got gotten|give gave given|go went gone|grow grew grown
  hang hung|hear heard|hide hid hidden|hold held|keep kept|know knew known|lay laid|lead led|learn learnt|leave left|lend lent
  light lit|lose lost|make made|mean meant|meet met|pay paid|ride rode ridden|ring rang|rise risen|run ran
  say said|see saw seen|seek sought|sell sold|send sent|sew sewn|shake shook shaken|shine shone|shoot shot|show shown|shrink shrank shrunk
  sing sang sung|sink sank sunk|sit sat|sleep slept|speak spoke spoken|spend spent|stand stood|steal stole stolen|stick stuck
  swear swore sworn|sweep swept|swim swam swum|swing swung|take took taken|teach taught|tear tore torn|tell told|think thought
  throw threw thrown|understand understood|wake woke woken|wear wore worn|weep wept|win won|write wrote written
  child children|person people|man men|woman women|foot feet|tooth teeth|mouse mice|goose geese|wife wives|knife knives|half halves|shelf shelves|loaf loaves|wolf wolves`
    .split(/[|\n]/)
    .flatMap((line) => {
      const [known = '', ...forms] = line.trim().split(/\s+/);
      return forms.map((form): [string, string] => [form, known]);
    }),
);

/** The form that a small English word is known by: `bought` is `buy`. Any other word as it is. */
export const baseOf = (word: string): string => IRREGULAR.get(word) ?? word;
