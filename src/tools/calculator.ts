import { z } from 'zod';
import { failure } from '../../machines/failure.ts';
import { PURE } from '../../machines/tool-policy.ts';
import { formatNumber } from './calculator-format.ts';
import { CONSTANTS, FUNCTIONS, factorial } from './calculator-functions.ts';
import {
  add,
  CalculationError,
  divide,
  modulo,
  multiply,
  type Num,
  negate,
  power,
  subtract,
  whole,
} from './calculator-number.ts';
import { type Expression, type Operator, parseExpression } from './calculator-parser.ts';
import { defineTool, returned, type Tool } from './tool.ts';

const MAX_EXPRESSION_CHARS = 1000;

/** Computes one expression; exact for whole numbers and fractions, and says so where it is not. */
export function calculator(): Tool {
  return defineTool({
    name: 'calculator',
    description: `Computes one arithmetic expression: + - * / ^ mod, parentheses, n!, percentages (200 + 10% is 220, 20% of 50 is 10), ${[...FUNCTIONS.keys()].join(' ')}, pi, e, tau, phi. Angles are radians; write sin(30°) for degrees. log takes (x, base). Whole numbers and fractions are exact; a result that starts with ≈ is rounded.`,
    input: z.object({
      expression: z
        .string('expected a text')
        .min(1, 'expected an expression')
        .max(MAX_EXPRESSION_CHARS, `expected at most ${MAX_EXPRESSION_CHARS} characters`)
        .describe('For example (12 + 7) * 3^2, sqrt(2), 15% of 80'),
    }),
    policy: PURE,
    deadlineMs: 2000,
    maxOutputChars: 4000,
    execute({ expression }) {
      try {
        return returned(formatNumber(evaluate(parseExpression(expression))));
      } catch (error) {
        if (!(error instanceof CalculationError)) throw error;
        return { kind: 'failed', failure: failure('invalid_input', error.message) };
      }
    },
  });
}

function evaluate(expression: Expression): Num {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'constant':
      return constant(expression.name);
    case 'negation':
      return negate(evaluate(expression.of));
    case 'percent':
      return divide(evaluate(expression.of), whole(100n));
    case 'factorial':
      return factorial(evaluate(expression.of));
    case 'call':
      return call(expression.name, expression.args.map(evaluate));
    case 'operation':
      return operation(expression);
  }
}

function constant(name: string): Num {
  const value = CONSTANTS.get(name);
  if (value) return value;
  const hint = FUNCTIONS.has(name)
    ? `"${name}" is a function: write ${name}(…).`
    : `Known names: ${[...CONSTANTS.keys()].join(', ')}.`;
  throw new CalculationError(`There is no constant "${name.slice(0, 40)}". ${hint}`);
}

function call(name: string, args: readonly Num[]): Num {
  const found = FUNCTIONS.get(name);
  if (!found) {
    const known = [...FUNCTIONS.keys()].join(', ');
    throw new CalculationError(`There is no function "${name.slice(0, 40)}". Known: ${known}.`);
  }
  if (args.length < found.least || args.length > found.most) {
    const wanted = found.least === found.most ? found.least : `${found.least} to ${found.most}`;
    const hint = name === 'log' ? ' Say ln(x), log10(x), log2(x) or log(x, base).' : '';
    throw new CalculationError(`${name} takes ${wanted} arguments, got ${args.length}.${hint}`);
  }
  return found.apply(args);
}

const OPERATIONS: Readonly<Record<Operator, (a: Num, b: Num) => Num>> = {
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': divide,
  '^': power,
  mod: modulo,
};

type Operation = Extract<Expression, { kind: 'operation' }>;

function operation({ operator, left, right }: Operation): Num {
  const a = evaluate(left);
  const b = evaluate(right);
  // As on a pocket calculator: 200 + 10% adds ten percent of the 200.
  const relative = right.kind === 'percent' && (operator === '+' || operator === '-');
  return OPERATIONS[operator](a, relative ? multiply(a, b) : b);
}
