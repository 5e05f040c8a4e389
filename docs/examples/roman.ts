import { z } from 'zod';
import { PURE } from '../../machines/tool-policy.ts';
import { defineTool, returned, type Tool } from '../../src/tools/tool.ts';

const SIGNS = 'M:1000 CM:900 D:500 CD:400 C:100 XC:90 L:50 XL:40 X:10 IX:9 V:5 IV:4 I:1'
  .split(' ')
  .map((pair) => pair.split(':'));

/** Whole numbers as the Romans wrote them. */
export const roman = (): Tool =>
  defineTool({
    name: 'roman_numeral',
    description: 'Writes a whole number from 1 to 3999 in Roman numerals.',
    input: z.object({ number: z.int('expected a whole number').min(1).max(3999) }),
    policy: PURE,
    deadlineMs: 1_000,
    maxOutputChars: 20,
    execute({ number }) {
      let rest = number;
      let text = '';
      for (const [sign = '', value] of SIGNS) {
        for (; rest >= Number(value); rest -= Number(value)) text += sign;
      }
      return returned(text);
    },
  });
