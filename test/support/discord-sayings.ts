import fc from 'fast-check';
import { layOut } from '../../src/discord/text/answer.ts';
import { outgoingText } from '../../src/discord/text/outgoing.ts';

/** Who can be mentioned in the sayings below. */
export const NAMED = [
  { kind: 'user', id: '200000000000000001', name: 'Ada' },
  { kind: 'user', id: '200000000000000002', name: 'Ada Lovelace' },
  { kind: 'user', id: '200000000000000003', name: 'Will' },
  { kind: 'user', id: '200000000000000004', name: 'will' },
  { kind: 'role', id: '300000000000000001', name: 'Mods (all)' },
  { kind: 'channel', id: '400000000000000001', name: 'general' },
] as const;
const STRANGER = '299999999999999999';

/** What people and models write around names and links. */
export const sayings = fc
  .array(
    fc.constantFrom(
      ...[
        'Will you? ',
        ' ',
        '\n',
        'hi ',
        '`',
        '```',
        '```\n',
        '@',
        '#',
        '<',
        '>',
        '(',
        ')',
        '[',
        ']',
      ],
      ...NAMED.map(({ kind, name }) => `${kind === 'channel' ? '#' : '@'}${name}`),
      ...NAMED.map(({ kind, id, name }) => `${kind === 'channel' ? '#' : '@'}${name}(${id})`),
      ...NAMED.map(({ kind, id }) => `<${{ user: '@', role: '@&', channel: '#' }[kind]}${id}>`),
      ...[
        '@everyone',
        '@here',
        `<@${STRANGER}>`,
        `<@!${STRANGER}>`,
        `<@&${STRANGER}>`,
        `@Ada(${STRANGER})`,
      ],
      ...[
        '[bank](https://evil.example)',
        'https://a.example/x.',
        '](https://b.example)',
        '<https://c.example>',
      ],
      ...['[x](<https://d.example>)', '[https://e.example](https://e.example)', 'user@Ada.example'],
    ),
    { minLength: 1, maxLength: 40 },
  )
  .map((fragments) => fragments.join(''));

/** What is unsafe in how a saying is said. */
export const faultsOfSaying = (saying: string): readonly string[] =>
  layOut(outgoingText(saying, NAMED), 'more').messages.flatMap(faultsOfMessage);

function faultsOfMessage(said: string): readonly string[] {
  const outside = said.replace(CODE, '\0').replace(/<https?:[^\s<>]+>/g, '<link>');
  const faults = {
    'a crowd is called': /@(?:everyone|here)/.test(outside),
    'a stranger is mentioned': new RegExp(`<@[!&]?${STRANGER}>`).test(outside),
    'a masked link': /\]\(\s*<?https?:/.test(said.replace(LINE_BLOCK, '')),
    'a link with a preview': outside.includes('https:'),
  };
  return Object.entries(faults).flatMap(([fault, isSo]) => (isSo ? [fault] : []));
}

const CODE = /```(?:[a-z0-9_+\-.#]+?\n)?\n*[^\n][\s\S]*?\n*```|(`+)[\s\S]*?[^`]\1(?!`)/gi;
const LINE_BLOCK = /(?<=^|\n)[^\S\n]{0,12}```(?:[a-z0-9_+\-.#]+?\n)?\n*[^\n][\s\S]*?\n*```/gi;
