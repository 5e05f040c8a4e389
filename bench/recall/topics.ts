/**
 * What the generated conversations are made of. A fact is about a person, a thing and a value; questions name the person and
 * the thing and ask for the value. A thing is told in one word and asked for in the same, in another form of it, or in another
 * word. Templates and words were written as people would say them; bars divide, `{who}` is a person, `{thing}` a thing,
 * `{what}` a value.
 */
export interface Topic {
  readonly values: readonly string[];
  readonly told: readonly string[];
  readonly changed: readonly string[];
  readonly asked: readonly string[];
}

const listOf = (text: string): readonly string[] => text.split(' | ');

const topic = ([values, told, changed, asked]: readonly [
  string,
  string,
  string,
  string,
]): Topic => ({
  values: listOf(values),
  told: listOf(told),
  changed: listOf(changed),
  asked: listOf(asked),
});

export const TOPICS: readonly Topic[] = [
  topic([
    'at the flea market in Ghent | from a widow in Leeds | online from Norway | in a basement shop | at an auction',
    '{who} got the {thing} {what}. | {who} bought a {thing} {what} and carried it home. | The {thing} that {who} has comes {what}.',
    'It turned out that {who} got the {thing} {what} after all.',
    'Where did {who} get the {thing}? | From where does the {thing} of {who} come? | How did {who} come by that {thing}?',
  ]),
  topic([
    'forty euros | two hundred dollars | nothing at all | nine pounds | a month of wages',
    '{who} paid {what} for the {thing}. | For {what} the {thing} went to {who}. | {who} says the {thing} cost {what}.',
    'With the repair the {thing} of {who} came to {what}.',
    'How much did {who} pay for the {thing}? | What was the price of the {thing} of {who}? | What did the {thing} cost {who}?',
  ]),
  topic([
    'on a Tuesday in March | the night before the wedding | during the storm | on the last day of school | in early autumn',
    '{who} broke the {thing} {what}. | The {thing} of {who} fell apart {what}. | {what} the {thing} of {who} stopped working.',
    'I mixed it up: the {thing} of {who} broke {what}.',
    'When did the {thing} of {who} break? | When was it that {who} damaged the {thing}? | On which day did {who} ruin the {thing}?',
  ]),
  topic([
    'an uncle in Porto | the new colleague | a retired teacher | the twins next door | her first flatmate',
    '{who} gave the {thing} to {what}. | The {thing} of {who} belongs to {what} now. | {who} lent the {thing} to {what} for good.',
    '{who} took the {thing} back and handed it to {what}.',
    'Who has the {thing} of {who} now? | To whom did {who} give the {thing}? | Who received the {thing} from {who}?',
  ]),
  topic([
    'dark green | striped | bright yellow | the colour of rust | plain white',
    '{who} painted the {thing} {what}. | The {thing} of {who} is {what}. | You will know the {thing} of {who}, it is {what}.',
    '{who} did the {thing} over, it is {what} now.',
    'What colour is the {thing} of {who}? | How does the {thing} of {who} look? | Which colour did {who} choose for the {thing}?',
  ]),
  topic([
    'under the stairs | in the attic | at the office | in a rented garage | behind the piano',
    '{who} keeps the {thing} {what}. | The {thing} of {who} stands {what}. | {who} put the {thing} {what} to have more room.',
    '{who} moved the {thing}, it is {what} these days.',
    'Where does {who} keep the {thing}? | Where can I find the {thing} of {who}? | Where did {who} put the {thing}?',
  ]),
  topic([
    'to impress the parents | because of the noise | for the children | as a bet | out of boredom',
    '{who} repaired the {thing} {what}. | {who} worked on the {thing} {what}. | It was {what} that {who} fixed the {thing}.',
    'In truth {who} mended the {thing} {what}.',
    'Why did {who} repair the {thing}? | What made {who} fix the {thing}? | For what reason did {who} work on the {thing}?',
  ]),
  topic([
    'a cousin with a van | the fire brigade | two strangers | the whole choir | a patient plumber',
    '{what} helped {who} with the {thing}. | {who} needed {what} to move the {thing}. | Without {what}, {who} would not have managed the {thing}.',
    'Later it was {what} who helped {who} with the {thing}.',
    'Who helped {who} with the {thing}? | Who gave {who} a hand with the {thing}? | Whose help did {who} have with the {thing}?',
  ]),
];

/** A thing as it is told, in another form, and in another word. */
export const THINGS: readonly (readonly [told: string, form: string, other: string])[] = [
  'sofa,sofas,couch',
  'bicycle,bicycles,bike',
  'television,televisions,TV set',
  'photograph,photographs,picture',
  'automobile,automobiles,car',
  'lamp,lamps,light',
  'carpet,carpets,rug',
  'cupboard,cupboards,cabinet',
  'refrigerator,refrigerators,fridge',
  'jacket,jackets,coat',
  'suitcase,suitcases,luggage',
  'guitar,guitars,instrument',
  'mirror,mirrors,looking glass',
  'stove,stoves,cooker',
  'boat,boats,dinghy',
  'necklace,necklaces,jewellery',
  'laptop,laptops,computer',
  'ladder,ladders,steps',
  'kettle,kettles,teapot',
  'tent,tents,camping gear',
  'telescope,telescopes,spyglass',
  'watch,watches,timepiece',
  'vase,vases,flower pot',
  'curtain,curtains,drapes',
].map((line): readonly [string, string, string] => {
  const [told = '', form = '', other = ''] = line.split(',');
  return [told, form, other];
});

/** The sentences around facts, as in any talk: common words, people, sometimes a thing. */
export const CHATTER: readonly string[] = listOf(
  `I really had a good time last week. | What a day, I did not come home before nine. | I think we should give it more time. | {who} was so happy to see everybody. | How was your weekend, did you get some rest? | I have been working a lot, and it does not help. | My sister made a cake and it was great. | I was looking for something new to read. | {who} had to work, so we will find another day. | It was good to hear from you again. | I still have to pay the rent this month. | We took a long walk and talked about the children. | It made me think of the old days. | Did you ever put up with so much noise? | I know what you mean, it is the same here. | {who} told me how much the trip meant. | The kids have so much energy, I do not know how. | I gave up on the garden for this year. | We could use some help with the move. | That would look great in your place. | When did we last have dinner together? | I had a look at the one you sent me. | {who} and I had coffee and a long talk. | I feel better now that the week is over. | The new place is not far from the station. | I never know what to give people for their birthday. | My mother came by with her dog. | We had to wait for hours, and then it was closed. | Whose turn is it to cook? | I want to do something for my health. | It broke my heart to see the old house go. | {who} has a new job and likes it so far. | Can you come by on Friday to help me? | Some day I will find the reason for it. | I keep forgetting where I put my glasses. | We had a lot of fun with the {thing} in the play. | I saw a {thing} just like that in a film. | Everybody needs a {thing}, they say.`,
);

export const PEOPLE: readonly string[] = listOf(
  'Anna | Bruno | Carla | David | Edith | Farid | Greta | Hugo | Ines | Jonas | Katja | Leon | Marta | Niklas | Olga | Pablo | Quentin | Rosa | Stefan | Tilda | Ugo | Vera | Wanda | Yusuf',
);
